"""Where the applications' addresses begin."""

from django.contrib import admin
from django.urls import include, path

from config.csp_reports import csp_report

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("audit/log/", include("audit.witness.urls")),
    path("audit/", include("audit.viewer.urls")),
    path("csp-report/", csp_report, name="csp_report"),
    path("", include("config.monitoring.urls")),
    path("", include("pathways.urls")),
    path("", include("patients.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
