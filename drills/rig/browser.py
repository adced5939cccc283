"""A browser without a screen: cookies, forms, and requests as a proxy with TLS hands them on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from drills.rig.application import HOST, Clinician, proxied
from tests.patients.assessment_form import FormReader

REDIRECTS = frozenset({301, 302, 303})
HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[a-z]+)" value="(?P<value>[^"]*)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(?P<value>[^"]+)"')


class NotSignedIn(RuntimeError):
    """The sign-in page did not let somebody in; the status stands in the sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def token(self) -> str:
        found = TOKEN.search(self.text)
        return found["value"] if found else ""

    def hidden(self) -> dict[str, str]:
        """The hidden fields of a fragment."""
        return {found["name"]: found["value"] for found in HIDDEN.finditer(self.text)}

    def form(self, form_id: str) -> dict[str, str]:
        reader = FormReader(form_id)
        reader.feed(self.text)
        return reader.fields


@dataclass(slots=True)
class Browser:
    """A new connection for each request, so that no request depends on the one before it."""

    port: int
    timeout: float = 10.0
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        return self.send("POST", path, urlencode(fields).encode(), {**form, **headers})

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Raises OSError or HTTPException where there is no whole answer."""
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, {**proxied(), **(cookies if self.cookies else {}), **headers})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update({key: one.value for key, one in SimpleCookie(value).items()})
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)

    def sign_in(self, clinician: Clinician) -> None:
        page = self.get("/accounts/sign-in/")
        fields = {"csrfmiddlewaretoken": page.token, "username": clinician.username, "password": clinician.password}
        answer = self.post("/accounts/sign-in/", fields)
        if answer.status not in REDIRECTS:
            raise NotSignedIn(f"{clinician.username}: status {answer.status}")
