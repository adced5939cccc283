"""Where the applications' addresses begin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("pathways.urls")),
    path("", include("patients.urls")),
]

handler403 = "config.errors.permission_denied"
