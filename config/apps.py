"""Django's admin, with its sign-in replaced by the application's own."""

from django.contrib.admin.apps import AdminConfig


class ProjectAdminConfig(AdminConfig):
    default_site = "config.admin_site.ProjectAdminSite"
