"""Hostile requests, each from its number: any address, anybody, and input that no browser of ours would send."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, Client, encode_multipart

from config.access import ADDRESSES
from config.access.roles import SOMEBODIES, Relation, Somebody, expected
from config.access.rules import Answer
from config.access.walk import Route, routes
from patients.form_origin import FIELD
from tests.access.world import World

ROUTES = routes()
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
DEEP = "[" * 2000 + "]" * 2000
TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1e308",
    "-1e309",
    "NaN",
    "Infinity",
    "99999999999999999999999999",
    "٣٤٥",  # decimal digits, and not ours
    "½²",
    "yes",
    "no",
    "2026-02-30",
    "31/12/9999",
    "0000-00-00",
    "9999-12-31T23:59:59+99:99",
    "29-Feb-1900",
    "null\0byte",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\u202egnp.exe\u202c",
    "\u200b\u2028\u2029\ufeff",
    "a\r\nSet-Cookie: b=c",
    "\x1b[31mred",
    "'; DROP TABLE patients_patient; --",
    '"><script>alert(1)</script>',
    "{{ 7*7 }}{% debug %}",
    "%00%n%s",
    "../../../../etc/passwd",
    "//elsewhere.example/",
    "javascript:alert(1)",
    "İıſΩ" * 40,
    "Z̷̢͕" * 50,
    "👩‍⚕️" * 30,
    "x" * 5_000,
    DEEP,
    '{"a":' * 500,
    "[1,2",
    "null",
    "eyJ1c2VyIjoiIn0:1abc:xyz",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
)
BIG = ("x" * 1_000_000, "9" * 400_000, "é" * 300_000)
NAMES = (
    FIELD,
    "context",
    "resolve",
    "key",
    "note",
    "query",
    "birth_date",
    "password",
    "username",
    "code",
    "codes",
    "next",
    "reason",
    "reason_code",
    "reason_text",
    "answer",
    "advice_hash",
    "board_hash",
    "meaning",
    "reassess_by",
    "discuss_at",
    "instead",
    "shown",
    "priorities",
    "ceilings",
    "kps",
    "kps-unit",
    "kps-observed_on",
    "platelets",
    "platelets-unit",
    "vte",
    "family_name",
    "given_names",
    "hospital_number",
    "nhs_number",
    "sex",
    "ward",
    "allergy_status",
    "allergies-TOTAL_FORMS",
    "allergies-INITIAL_FORMS",
    "allergies-0-substance",
    "allergies-0-recorded_on",
    "revision",
    "died_on",
    "page",
    "show",
    "sort",
    "from",
    "to",
    "kind",
    "days",
    "entry",
    "field",
    "text",
    "title",
    "seen",
    "seen_sha256",
    "checklist",
    "subject",
    "purpose",
    "condition",
    "when",
    "_popup",
    "_to_field",
    "o",
    "q",
    "e",
    "p",
    "all",
    "action",
    "_selected_action",
    "memberships-TOTAL_FORMS",
    "memberships-INITIAL_FORMS",
    "groups",
    "app_label",
    "model_name",
    "field_name",
    "outcome",
    "device",
    "event",
    "question",
    "wording",
    "pathway",
    "rule",
    "intervention",
    "became",
    "earlier",
    "later",
    "zoom",
    "section",
    "download",
    "for",
    "large",
    "language",
    "outlook",
    "outlook_by",
    "contact",
    "owner-drain",
    "due-drain",
    "additions",
    "addition-0-id",
    "addition-0-text",
    "addition-0-owner",
    "addition-0-due",
    "addition-99-text",
    "more",
    "tick",
    "line",
)
HEADERS: tuple[dict[str, str], ...] = (  # the first three are the usual ones
    {},
    {},
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Target": "\u202e", "HX-Current-URL": "::::"},
    {"HX-Request": "true", "HX-Current-URL-URI-AutoEncoded": "true", "HX-Current-URL": "%zz"},
    {"Referer": "http://testserver/\x00"},
    {"Referer": "http://[::1"},
    {"User-Agent": "x" * 8_000},
    {"User-Agent": "a\r\nb\x1b[0m"},
    {"X-Forwarded-For": "1.2.3.4, ::1, '--"},
    {"X-Forwarded-Proto": "https"},
    {"Accept-Language": "x" * 2_000},
    {"Cookie": "sessionid=\x00; csrftoken=;;;="},
    {"Cookie": 'messages="[[broken'},
    {"If-Modified-Since": "yesterday"},
    {"Range": "bytes=9-1"},
    {"Authorization": "Bearer \xff"},
    {"Host": "elsewhere.example"},
    {"Host": "[::1"},
    {"Content-Length": "999999999"},
)
CONTENT_TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nonsense",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=\x00",
    "text/plain",
    "",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One request, as it can be sent again."""

    number: int
    who: Somebody
    method: str
    path: str
    headers: dict[str, str]
    content_type: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    body: bytes | None = None

    def __str__(self) -> str:
        told = {name: [text[:60] for text in texts] for name, texts in self.fields.items()}
        body = self.body[:80] if self.body is not None else told
        request = f"{self.method} {self.path[:300]} by {self.who.name}"
        return f"case {self.number}: {request} {self.headers} {self.content_type!r} {body!r}"


def make_case(world: World, seed: int, number: int) -> Case:
    random = Random(f"{seed}.{number}")  # noqa: S311 -- the same number is the same case
    route = random.choice(ROUTES)
    relation = Relation.OWN_WARD if random.random() < 0.7 else random.choice(list(Relation))
    method, who = method_and_person(random, route, relation)
    path = address_of(world, random, route, relation, who) + query_of(random)
    headers = random.choice(HEADERS) if random.random() < 0.3 else random.choice(HEADERS[:3])
    content_type = random.choice(CONTENT_TYPES) if random.random() < 0.3 else MULTIPART_CONTENT
    case = Case(number, who, method, path, dict(headers), content_type)
    if case.content_type == MULTIPART_CONTENT:
        case.fields.update(fields_of(world, random, who, path))
        return case
    return Case(number, who, method, path, case.headers, case.content_type, {}, body_of(random))


def method_and_person(random: Random, route: Route, relation: Relation) -> tuple[str, Somebody]:
    """Mostly somebody who is let in, because what is behind the door can break as well."""
    address = ADDRESSES[route.name]
    method = random.choice(sorted(address.methods)) if random.random() < 0.85 else random.choice(METHODS)
    let_in = [who for who in SOMEBODIES if expected(address, method, who, relation) is Answer.IN]
    return method, random.choice(let_in if let_in and random.random() < 0.75 else SOMEBODIES)


def address_of(world: World, random: Random, route: Route, relation: Relation, who: Somebody) -> str:
    path = world.address(route, relation, who)
    if random.random() < 0.05:
        position = random.randrange(len(path))
        return path[:position] + quote(random.choice(TEXTS)[:40].encode("utf-8", "surrogatepass")) + path[position:]
    return path


def query_of(random: Random) -> str:
    if random.random() < 0.5:
        return ""
    pairs = [(random.choice(NAMES), random.choice(TEXTS)[:300]) for _ in range(random.randint(1, 3))]
    return "?" + "&".join(f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in pairs)


def fields_of(world: World, random: Random, who: Somebody, path: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for _ in range(random.randint(0, 12)):
        texts = [random.choice(TEXTS) for _ in range(random.choice((1, 1, 1, 3)))]
        fields[random.choice(NAMES)] = texts
    if random.random() < 0.7:  # a form that is right about everything else reaches further
        somebody = who if random.random() < 0.8 else random.choice(SOMEBODIES)
        fields |= {name: [text] for name, text in world.form(somebody, path.partition("?")[0]).items()}
    if random.random() < 0.3:
        fields["context"] = [world.context(random.choice(list(world.records)), random.choice(SOMEBODIES))]
    if random.random() < 0.01:
        fields[random.choice(NAMES)] = [random.choice(BIG)]
    if random.random() < 0.005:
        fields |= {f"field{number}": ["x"] for number in range(1_100)}
    return fields


def body_of(random: Random) -> bytes:
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: b"",
        lambda: random.randbytes(200),
        DEEP.encode,
        lambda: json.dumps({random.choice(NAMES): random.choice(TEXTS)}).encode(),
        lambda: "&".join(f"{random.choice(NAMES)}={quote(random.choice(TEXTS))}" for _ in range(5)).encode(),
        lambda: b"%ff=%fe&%=&=&;;",
        lambda: b'--\x00\r\nContent-Disposition: form-data; name="query"\r\n\r\nx',
        lambda: b'--BoUnDaRyStRiNg\r\nContent-Disposition: form-data; name=q; filename="a.svg"\r\n\r\n<svg/>',
    )
    return random.choice(makers)()


def send(world: World, case: Case) -> HttpResponse:
    browser: Client = world.browser(case.who)
    headers = {**case.headers, **({"HX-Request": "true"} if case.who.by_htmx else {})}
    cookie = headers.pop("Cookie", None)
    meta = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    if cookie:
        meta["HTTP_COOKIE"] = cookie
    if length := meta.pop("HTTP_CONTENT_LENGTH", None):
        meta["CONTENT_LENGTH"] = length
    path, _, query = case.path.partition("?")
    data: Any = case.body
    if data is None:
        data = encode_multipart(BOUNDARY, case.fields) if case.method not in {"GET", "HEAD"} else b""
    extra: dict[str, Any] = {"QUERY_STRING": query, **meta}
    answer: Any = browser.generic(case.method, path, data, case.content_type, **extra)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def problem_of(answer: HttpResponse) -> str:
    if answer.status_code >= 500:
        return f"answered with {answer.status_code}"
    if "no-store" not in answer.get("Cache-Control", ""):
        return "may be stored"
    if "default-src 'none'" not in answer.get("Content-Security-Policy", ""):
        return "has no content security policy"
    return ""
