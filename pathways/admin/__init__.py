"""The guidance in the admin site: releases to look at, and the pages on which it is edited, reviewed and published."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.permissions import Permission
from pathways.models import Activation, Release, Version

CONTENT_PERMISSIONS = (Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT, Permission.PUBLISH_CONTENT)


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "status", "sha256", "created_at", "created_by_name")


@admin.register(Activation)
class ActivationAdmin(ReadOnlyAdmin):
    list_display = ("position", "release", "activated_at", "by_name")


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Leads to the pages on which the guidance is worked on; not listed, for rows are never edited as rows."""

    def has_view_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return any(request.user.has_perm(permission) for permission in CONTENT_PERMISSIONS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:pathways_guidance")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:pathways_guidance")
