"""The pages that explain the application and its guidance."""

from django.urls import path

from pathways import views

app_name = "pathways"
urlpatterns = [
    path("about/", views.about, name="about"),
    path("about/safety/", views.safety, name="safety"),
    path("help/", views.help_page, name="help"),
]
