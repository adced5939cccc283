"""One way in: the admin panel sends people to the application's sign-in, which is audited."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache


class ProjectAdminSite(admin.AdminSite):
    site_header = "LM Pathways: content and people"
    site_title = "LM Pathways"
    index_title = "Administration"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # No object here has a page of its own to redirect to, and the redirect fails on an id that is no UUID.
        stock = [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]
        return [path("pathways/guidance/", include("pathways.admin.urls")), *stock]

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied("This account has no access to the admin panel.")
        wanted = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
        return redirect(f"{reverse('accounts:sign_in')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def password_change(  # type: ignore[override]  # ours redirects, to where wrong passwords are counted
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("accounts:password_change")

    def logout(  # type: ignore[override]  # ours redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from accounts.views import sign_out  # views need the loaded applications, the site does not

        return sign_out(request)
