"""The shipped configuration of nginx: it is accepted, and passes on what it should and nothing else."""

from __future__ import annotations

import re
import socketserver
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy import proxied
from tests.deploy.proxied import HOST, Proxy

RELEASES_NO_FILE = "client_body_buffer_size 1m;", "client_max_body_size 1m;", "proxy_max_temp_file_size 0;"


class Echo(socketserver.StreamRequestHandler):
    """Answers with the request as it arrived; /breaks is read and never answered."""

    def handle(self) -> None:
        assert isinstance(self.server, Instance)
        lines = [line.decode() for line in iter(self.rfile.readline, b"\r\n") if line]
        if not lines:
            return
        self.server.asked.append(lines[0])
        if "/breaks" in lines[0]:
            return
        status = "404 Not Found" if self.server.lacks in lines[0] else "200 OK"
        body = "".join(lines).encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.wfile.write(head.encode() + body)


class Instance(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, lacks: str = "/nothing-is-lacking") -> None:
        path.unlink(missing_ok=True)
        self.asked: list[str] = []
        self.lacks = lacks
        super().__init__(str(path), Echo)


@contextmanager
def instance(folder: Path, number: int, lacks: str = "/nothing-is-lacking") -> Iterator[Instance]:
    server = Instance(folder / f"web-{number}.sock", lacks)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def nginx() -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory(prefix="lm-") as name, proxied.proxy(Path(name)) as running:
        yield running


def test_it_is_accepted_without_a_warning(nginx: Proxy) -> None:
    done = subprocess.run(proxied.command(nginx.folder, "-t"), capture_output=True, text=True, check=False)
    assert (done.returncode, "warn" in done.stderr) == (0, False), done.stderr


def test_a_mistake_in_it_would_be_seen(nginx: Proxy, tmp_path: Path) -> None:
    broken = (nginx.folder / "nginx.conf").read_text().replace("events {", "evnts {")
    (tmp_path / "nginx.conf").write_text(broken)
    assert subprocess.run(proxied.command(tmp_path, "-t"), capture_output=True, check=False).returncode != 0


class TestWhatIsPassedOn:
    def test_what_a_client_says_about_its_origin_is_replaced(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 1):
            answer = nginx.ask(
                "/?q=1",
                X_Forwarded_Proto="http",
                X_Forwarded_For="10.0.0.1, 127.0.0.1",
                X_Forwarded_Host="evil.example",
                X_Real_IP="10.0.0.2",
                Forwarded="for=10.0.0.3;proto=http",
                Proxy="http://evil.example",
            )
        got = {name.lower(): text for name, _, text in (line.partition(": ") for line in answer.text.splitlines()[1:])}
        assert got["x-forwarded-proto"] == "https"
        assert got["x-forwarded-for"].split(", ")[-1] == "127.0.0.1"  # the one that counts is the one nginx saw
        assert got["host"] == HOST
        assert not {"x-forwarded-host", "x-real-ip", "forwarded", "proxy"} & set(got)

    def test_headers_with_an_underscore_are_dropped(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 1):
            connection = nginx.connection()
            answer = proxied.sent(connection, "GET", "/", None, {"X_Forwarded_Proto": "http", "SCRIPT_NAME": "/x"})
            connection.close()
        assert "SCRIPT_NAME" not in answer.text
        assert "X_Forwarded_Proto" not in answer.text

    def test_plain_http_leads_to_https_with_the_method_kept(self, nginx: Proxy) -> None:
        answer = nginx.ask_plainly("/patients/?page=2")
        assert (answer.status, answer.headers["location"]) == (308, f"https://{HOST}/patients/?page=2")

    def test_more_than_a_megabyte_is_refused(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 1) as one:
            answer = nginx.ask("/", method="POST", body=b"x" * (1024 * 1024 + 1))
            assert answer.status == 413
            assert "Nothing was saved. A form may carry 1024 kB" in answer.text
            assert one.asked == []

    def test_nothing_typed_or_shown_is_written_to_a_file(self) -> None:
        text = proxied.SHIPPED.read_text(encoding="utf-8")
        assert all(line in text for line in RELEASES_NO_FILE)


class TestTwoInstances:
    def test_where_one_is_away_the_other_is_asked_also_for_a_save(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 2):
            for _ in range(6):
                assert nginx.ask("/").status == 200
                assert nginx.ask("/save", method="POST", body=b"x=1").status == 200

    def test_a_save_that_was_sent_goes_to_no_second_server(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 1) as one, instance(nginx.folder, 2) as two:
            answer = nginx.ask("/breaks", method="POST", body=b"x=1")
            assert answer.status == 503
            assert len(one.asked + two.asked) == 1

    def test_the_style_sheets_of_the_other_version_are_found(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 1, lacks="/static/old.css"), instance(nginx.folder, 2):
            assert {nginx.ask("/static/old.css").status for _ in range(6)} == {200}
        with instance(nginx.folder, 1, lacks="/patients"), instance(nginx.folder, 2, lacks="/patients"):
            assert nginx.ask("/patients/").status == 404  # and not looked for any further


class TestBothAway:
    @pytest.fixture(autouse=True)
    def _nobody(self, nginx: Proxy) -> None:
        for number in (1, 2):
            (nginx.folder / f"web-{number}.sock").unlink(missing_ok=True)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}], ids=["page", "htmx"])
    def test_is_said_plainly(self, nginx: Proxy, method: str, headers: dict[str, str]) -> None:
        answer = nginx.ask("/assessments/", method=method, body=b"x=1" if method == "POST" else None, **headers)
        assert (answer.status, answer.headers["retry-after"]) == (503, "10")
        assert "LM Pathways does not answer" in answer.text
        assert "Use the printed guidance" in answer.text
        assert answer.headers["cache-control"] == "no-store"

    def test_the_page_itself_has_no_address(self, nginx: Proxy) -> None:
        with instance(nginx.folder, 1):
            assert nginx.ask("/unavailable.html").status == 404

    def test_a_flood_from_one_address_is_stopped(self, nginx: Proxy) -> None:
        connection = nginx.connection()
        answers = [proxied.sent(connection, "GET", "/", None, {}) for _ in range(1200)]
        connection.close()
        statuses = Counter(answer.status for answer in answers)
        assert set(statuses) == {503, 429}
        refused = next(answer for answer in answers if answer.status == 429)
        assert "Wait a minute, and try again" in refused.text
        assert refused.headers["retry-after"] == "10"
        assert statuses[503] >= 600  # what a busy ward sends at once


def test_the_log_says_neither_queries_nor_who_asks(nginx: Proxy) -> None:
    with instance(nginx.folder, 1):
        nginx.ask("/find/?name=Xylophone", Referer="https://x/?name=Xylophone", User_Agent="Xylophone")
    nginx.ask_plainly("/plain/?name=Xylophone")
    lines = (nginx.folder / "lm-pathways.log").read_text(encoding="utf-8")
    assert '"GET /find/ HTTP/1.1" 200' in lines
    assert '"GET /plain/ HTTP/1.1" 308' in lines
    assert "Xylophone" not in lines


def test_monitoring_is_let_in_by_address_only(nginx: Proxy) -> None:
    text = proxied.SHIPPED.read_text(encoding="utf-8")
    (block,) = re.findall(r"location ~ \^/\(healthz\|readyz\|metrics\)\$ \{(.*?)\}", text, re.DOTALL)
    assert re.findall(r"^\s*(allow|deny) (.*);", block, re.MULTILINE) == [
        ("allow", "127.0.0.1"),
        ("allow", "::1"),
        ("deny", "all"),
    ]
