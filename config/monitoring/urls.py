"""The addresses of monitoring; the middleware answers them before anything asks for a session or a host name."""

from django.urls import path

from config.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
