"""A browser on the desk of whoever follows the handbook: real TLS, checked against the hospital's own authority."""

import re
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from socket import create_connection
from urllib.parse import urlencode, urlsplit

from drills.handbook.machines import SITE

SECONDS = 30.0
UNAVAILABLE, TRIES, ASKED_AGAIN = 503, 5, "asked again"


class Refused(RuntimeError):
    """A page did not do what the handbook says; the sentence has address and status."""


class Forms(HTMLParser):
    """Every form of a page with what a browser would send of it, buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self.choices: dict[str, dict[str, str]] = {}  # field → words of an option → its value
        self._select = self._textarea = self._option = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            self.actions.append(given.get("action", ""))
        if not self.forms:
            return
        name = given.get("name", "")
        if tag == "input" and (given.get("type") not in {"radio", "checkbox", "submit"} or "checked" in given):
            self.forms[-1][name] = given.get("value", "on" if "checked" in given else "")
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self._option = given.get("value", "")
            if "selected" in given or ("multiple" not in given and self._select not in self.forms[-1]):
                self.forms[-1][self._select] = self._option
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1][name] = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea] += data.removeprefix("\n")
        elif self._option and data.strip():
            self.choices.setdefault(self._select, {})[data.strip()] = self._option

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "option":
            self._option = ""


@dataclass(frozen=True, slots=True)
class Page:
    path: str
    status: int
    text: str
    to: str  # where it redirects

    def form_with(self, field: str) -> dict[str, str]:
        read = self.read()
        found = next((form for form in read.forms if field in form), None)
        if found is None:
            raise Refused(f"{self.path} (status {self.status}) has no form with {field}.")
        return found

    def form_to(self, action: str) -> dict[str, str]:
        read = self.read()
        if action not in read.actions:
            raise Refused(f"{self.path} (status {self.status}) has no form that leads to {action}.")
        return read.forms[read.actions.index(action)]

    def read(self) -> Forms:
        read = Forms()
        read.feed(self.text)
        return read


class Desk:
    """One browser; `address` is the machine that answers for the site's name at the moment."""

    def __init__(self, authority: str, address: str) -> None:
        self.trust = ssl.create_default_context(cadata=authority)
        self.address = address
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        """Asked again when the page says that the database did not answer, as it tells people to do."""
        for _ in range(TRIES):
            page = self.send("GET", path, None)
            if page.status != UNAVAILABLE:
                break
            wait_a_little(path)
        return page

    def post(self, path: str, fields: Mapping[str, str], *, ajax: bool = False) -> Page:
        return self.send("POST", path, urlencode(fields).encode(), ajax=ajax)

    def send(self, method: str, path: str, body: bytes | None, *, ajax: bool = False) -> Page:
        """Raises OSError where nobody answers, or the certificate is not the site's."""
        headers = {"Host": SITE, "Origin": f"https://{SITE}", "Referer": f"https://{SITE}{path}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if ajax:
            headers["HX-Request"] = "true"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = HTTPConnection(SITE, timeout=SECONDS)
        connection.sock = self.trust.wrap_socket(
            create_connection((self.address, 443), timeout=SECONDS), server_hostname=SITE
        )
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update({key: one.value for key, one in SimpleCookie(value).items()})
        to = urlsplit(answer.getheader("Location") or "").path
        return Page(path=path, status=answer.status, text=text, to=to)

    def fill(self, path: str, field: str, **values: str) -> Page:
        """Open a page, fill the form that has `field`, send it; the answer has to lead on."""
        for _ in range(TRIES):
            answer = self.post(path, self.get(path).form_with(field) | values)
            if answer.status != UNAVAILABLE:
                break
            wait_a_little(path)
        if answer.status not in {302, 303}:
            raise Refused(f"{path} answers {answer.status}: {problems(answer.text)}")
        return answer

    def sign_in(self, username: str, password: str) -> None:
        self.fill("/accounts/sign-in/", "password", username=username, password=password)


def wait_a_little(path: str) -> None:
    sys.stderr.write(f"{ASKED_AGAIN}: {path}\n")
    time.sleep(2)


def problems(text: str) -> str:
    """The sentences of a page, without its markup."""
    plain = re.sub(r"<[^>]*>", " ", text.partition("<main")[2])
    return " ".join(plain.split())[:400]
