"""The addresses that witnesses of the log ask."""

from django.urls import path

from audit.witness import views

app_name = "audit_log"

urlpatterns = [
    path("checkpoint.txt", views.checkpoint, name="checkpoint"),
    path("consistency.json", views.consistency, name="consistency"),
]
