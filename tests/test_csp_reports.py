"""csp_report: anybody may send anything; at most one short line is written, and nothing of an address but its place."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from config import csp_reports
from config.csp_reports import LARGEST_REPORT, LINES_PER_MINUTE, Allowance

pytestmark = pytest.mark.django_db

URL = "/csp-report/"
REPORT = {
    "document-uri": "https://hospital.example/patients/search/?query=TESTCASE#x",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://user:secret@elsewhere.example/x.js?name=TESTCASE",
    "script-sample": "TESTCASE",
}


@pytest.fixture(autouse=True)
def full_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp_reports, "allowance", Allowance(LINES_PER_MINUTE))


def sent(client: Client, body: Any, content_type: str = "application/csp-report") -> int:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(URL, text, content_type=content_type).status_code


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ({"csp-report": REPORT}, "application/csp-report"),
        (
            [
                {
                    "type": "csp-violation",
                    "body": {
                        "documentURL": REPORT["document-uri"],
                        "effectiveDirective": REPORT["effective-directive"],
                        "blockedURL": REPORT["blocked-uri"],
                    },
                }
            ],
            "application/reports+json",
        ),
    ],
    ids=["report-uri", "report-to"],
)
def test_one_line_without_what_follows_the_path(caplog: pytest.LogCaptureFixture, body: Any, content_type: str) -> None:
    """Nobody is signed in, and there is no token: the browser sends it by itself."""
    assert sent(Client(enforce_csrf_checks=True), body, content_type) == 204
    lines = [record.getMessage() for record in caplog.records if record.name == "config.csp_reports"]
    assert lines == [
        "Refused by the policy: script-src-elem stopped elsewhere.example/x.js on hospital.example/patients/search/"
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff",
        b"[" * 5000,
        b"null",
        b"[]",
        b"[1, null, {}]",
        b'"text"',
        b'{"csp-report": []}',
        b'{"csp-report": {"document-uri": 7, "blocked-uri": ["x"], "effective-directive": {}}}',
        b'{"csp-report": {"document-uri": "http://[", "blocked-uri": "a\\nb\\u001b[31m"}}',
        b'{"csp-report": {"blocked-uri": "inline"}}',
    ],
    ids=range(11),
)
def test_nothing_makes_it_fail(client: Client, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    assert sent(client, body) == 204
    for record in caplog.records:
        assert record.getMessage().isprintable()
        assert len(record.getMessage()) < 500


def test_a_large_report_is_refused(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert sent(client, b"x" * (LARGEST_REPORT + 1)) == 413
    assert [one for one in caplog.records if one.name == "config.csp_reports"] == []


def test_a_flood_writes_a_few_lines(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "config.csp_reports"):
        for _ in range(LINES_PER_MINUTE + 10):
            assert sent(client, {"csp-report": REPORT}) == 204
    assert len([one for one in caplog.records if one.name == "config.csp_reports"]) == LINES_PER_MINUTE


def test_it_is_posted_to(client: Client) -> None:
    assert client.get(URL).status_code == 405
