"""Django's admin, with its sign-in replaced by the application's own, and the project's own commands."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ProjectAdminConfig(AdminConfig):
    default_site = "config.admin_site.ProjectAdminSite"


class ProjectConfig(AppConfig):
    """For the commands that know every address and every table."""

    name = "config"
