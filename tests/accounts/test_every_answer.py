"""What holds for every answer of the application: headers, default deny, size limit."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from audit.models import AuditEvent
from config.errors import permission_denied
from tests.cast import Cast

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "report-uri /csp-report/",
    "report-to csp",
}
OPEN_TO_EVERYBODY = {
    "sign_in",
    "sign_in_code",
    "sign_in_again",
    "sign_out",
    "session",
    "csp_report",
    "checkpoint",  # for witnesses: hashes, and nothing that anybody did
    "consistency",
    "first_account",
    "demo_sign_in",
    "login",
    "about",
    "help",
    "healthz",
    "readyz",  # for monitoring, by network or token, and so is metrics
    "metrics",
}


def views(resolver: URLResolver) -> list[URLPattern]:
    found = []
    for entry in resolver.url_patterns:
        found += views(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def test_anonymous_htmx_requests_get_401_and_never_a_redirect(client: Client) -> None:
    response = client.post("/", headers={"hx-request": "true"})
    assert response.status_code == 401
    assert "Location" not in response


def test_anonymous_pages_lead_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/?page=2")
    assert response["Location"] == "/accounts/sign-in/?next=/%3Fpage%3D2"


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client: Client) -> None:
    response = client.post("/", headers={"referer": "http://testserver/help/"})
    assert response["Location"] == "/accounts/sign-in/?next=/help/"
    response = client.post("/", headers={"referer": "http://elsewhere.example/help/"})
    assert response["Location"] == "/accounts/sign-in/?next=/"


def test_every_view_asks_for_sign_in_unless_named_here() -> None:
    open_views = {
        pattern.name for pattern in views(get_resolver()) if not getattr(pattern.callback, "login_required", True)
    }
    assert open_views <= OPEN_TO_EVERYBODY


@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/", "/nothing/"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_headers(cast: Cast, client: Client, path: str, signed_in: bool) -> None:
    if signed_in:
        client.force_login(cast.consultant)
    response = client.get(path)
    assert response["Cache-Control"] == "private, no-store"
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
    assert response["Reporting-Endpoints"] == 'csp="/csp-report/"'
    assert response["X-Frame-Options"] == "DENY"


def test_an_oversized_request_is_refused_in_words(cast: Cast, client: Client) -> None:
    client.force_login(cast.consultant)
    response = client.post("/patients/search/", {"query": "x" * 1_100_000})
    assert response.status_code == 413
    assert "1024 kB" in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", ["/accounts/sign-in/?next=%00", "/?show=%00due", "/patients%00/"])
def test_an_address_with_a_nul_is_refused(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_too_many_fields_are_refused(client: Client) -> None:
    response = client.post("/accounts/sign-in/", {f"field{number}": "" for number in range(1_100)})
    assert response.status_code == 400


def test_a_refusal_of_access_is_recorded(cast: Cast, rf: RequestFactory) -> None:
    request = rf.get("/somewhere/")
    request.user = cast.auditor
    response: HttpResponse = permission_denied(request, PermissionError("not yours"))
    assert response.status_code == 403
    event = AuditEvent.objects.get(action="access_denied")
    assert (event.actor_id, event.target, event.outcome) == (str(cast.auditor.pk), "/somewhere/", "refused")
    assert event.reason == "not yours"


def test_a_clinician_has_no_admin_panel(cast: Cast, client: Client) -> None:
    client.force_login(cast.consultant)
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_admin_panel_signs_in_through_our_page(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/sign-in/?next=%2Fadmin%2F"


def test_a_form_from_before_signing_in_again_is_told_from_a_missing_permission(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.consultant)
    response = client.post("/patients/search/", {"query": "x"})
    assert response.status_code == 403
    assert response["X-Form-Token"] == "stale"
    client.force_login(cast.administrator)
    assert "X-Form-Token" not in client.get("/patients/new/")


ON_EVERY_ANSWER = (
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/help/", {}, 200),
        ("/help", {}, 301),
        ("/", {}, 302),
        ("/?x=%00", {}, 400),
        ("/", {"HTTP_HOST": "elsewhere.example"}, 400),
        ("/", {"HTTP_HX_REQUEST": "true"}, 401),
        ("/nothing-here/", {}, 404),
        ("/static/nothing-here.css", {}, 404),
        ("/", {"CONTENT_LENGTH": "9" * 5000}, 413),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_stands_in_every_head(client: Client, path: str, sent: dict[str, str], status: int) -> None:
    response = client.get(path, **sent)
    assert response.status_code == status
    assert [name for name in ON_EVERY_ANSWER if name not in response] == []
    assert response["Cache-Control"] == "private, no-store"


def test_a_file_that_is_not_there_keeps_nobody_s_name_in_a_cache(cast: Cast, client: Client) -> None:
    client.force_login(cast.consultant)
    response = client.get("/static/nothing-here.css")
    assert response.status_code == 404
    assert response["Cache-Control"] == "private, no-store"
