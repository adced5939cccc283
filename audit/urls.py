"""The addresses that witnesses of the log ask."""

from django.urls import path

from audit import log_views

app_name = "audit_log"

urlpatterns = [
    path("checkpoint.txt", log_views.checkpoint, name="checkpoint"),
    path("consistency.json", log_views.consistency, name="consistency"),
]
