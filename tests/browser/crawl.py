"""Walks through every page that a person can reach, and notes what the browser complains about and what it is sent."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.browser.clinic import Clinic

# Written before the page's own scripts; nothing of the page can take it away unseen.
LISTENER = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`POLICY ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
# The browser's own remark on a page that answers 403 or 404 on purpose.
OF_THE_STATUS = "Failed to load resource: the server responded with a status of"
PAGES_OF_A_KIND = 1
OPENED_OF_A_KIND = 2  # whoever it is for
SENT_WITH_EVERY_PAGE = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass
class Crawl:
    clinic: Clinic
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)
    opened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        context = self.clinic.page.context
        context.add_init_script(LISTENER)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complain(f"script: {error.error}"))

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(OF_THE_STATUS):
            self.complain(f"{message.type}: {message.text}")

    def complain(self, text: str, path: str = "") -> None:
        self.complaints.append(f"{path or self.clinic.page.url}: {text}")

    def walk(self, starts: Iterable[str]) -> None:
        """From these addresses along every link; of one kind of page only the first few."""
        waiting, kinds = list(dict.fromkeys(starts)), Counter[str]()
        seen = set(waiting)
        while waiting:
            path = waiting.pop(0)
            kind = kind_of(path)
            if kinds[kind] >= PAGES_OF_A_KIND:
                continue
            kinds[kind] += 1
            for link in self.visit(path, kind):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)

    def visit(self, path: str, kind: str) -> list[str]:
        """What is sent is looked at for everybody; in the browser each kind of page is opened for the first few."""
        page = self.clinic.page
        answer = page.request.get(self.clinic.server + path)
        self.look_at(path, answer)
        is_page = answer.headers.get("content-type", "").startswith("text/html") and answer.body()
        if not is_page or "attachment" in answer.headers.get("content-disposition", ""):
            return []
        shape = f"{kind} {answer.status}"
        if self.opened[shape] < OPENED_OF_A_KIND:
            self.opened[shape] += 1
            page.goto(self.clinic.server + path, wait_until="load")
        hrefs = (unescape(href) for href in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', answer.text()))
        return [found for href in hrefs if (found := self.ours(urljoin(answer.url, href)))]

    def look_at(self, path: str, answer: Any) -> None:
        self.visited[path] = answer.status
        if answer.status >= 500:
            self.complain(f"status {answer.status}", path)
        sent = answer.headers
        for name, value in SENT_WITH_EVERY_PAGE.items():
            if sent.get(name) != value:
                self.complain(f"{name} is {sent.get(name)!r}", path)
        if "default-src 'none'" not in sent.get("content-security-policy", ""):
            self.complain("no content security policy", path)

    def ours(self, href: str) -> str:
        """The path with its query, if the link leads to a page of ours."""
        if not href.startswith(f"{self.clinic.server}/"):
            return ""
        path = urldefrag(href).url.removeprefix(self.clinic.server)
        return "" if path.startswith("/static/") else path


def kind_of(path: str) -> str:
    """The view, and which of its questions the address asks; the filters of Django's lists combine without end."""
    parts = urlsplit(path)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return "nothing"
    if match.view_name.endswith("_changelist"):
        return match.view_name
    part = match.kwargs.get("kind", "")  # the entries of the guidance have a form for each kind
    names = sorted(one.partition("=")[0] for one in parts.query.split("&")) if parts.query else []
    return f"{match.view_name} {part}?{','.join(names)}"


def plain_addresses() -> list[str]:
    """Every address that needs no id, so that a page to which nothing links is visited too."""
    found: list[str] = []
    for prefix, pattern in patterns(get_resolver()):
        route = f"{prefix}{pattern.pattern}"
        if "<" not in route and "(?P" not in route and "^" not in route:
            found.append(f"/{route}")
    return found


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{prefix}{entry.pattern}")
        else:
            yield prefix, entry
