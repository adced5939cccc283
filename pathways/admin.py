"""Releases and activations in the admin site, to look at; they are written by services only."""

from django.contrib import admin
from django.http import HttpRequest

from pathways.models import Activation, Release


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
