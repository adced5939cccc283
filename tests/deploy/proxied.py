"""nginx with the shipped configuration on ports of its own, for tests: what stands behind it is theirs."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy" / "nginx" / "lm-pathways.conf"
HOST = "lm.hospital.example"
AROUND = """
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include /etc/nginx/mime.types;
    include {folder}/lm-pathways.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Proxy:
    folder: Path
    plain: int
    secure: int

    def connection(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        context.check_hostname = False  # the certificate is for the name in the configuration, and we call 127.0.0.1
        return http.client.HTTPSConnection("127.0.0.1", self.secure, timeout=30, context=context)

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = self.connection()
        try:
            return sent(
                connection, method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
            )
        finally:
            connection.close()

    def ask_plainly(self, path: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=10)
        try:
            return sent(connection, "GET", path, None, {})
        finally:
            connection.close()


def sent(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> Answer:
    connection.request(method, path, body=body, headers={"Host": HOST, **headers})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def write_configuration(folder: Path, *, plain: int, secure: int) -> Path:
    """The shipped file, with nothing changed but places: ports, sockets, certificate, logs."""
    shipped = SHIPPED.read_text(encoding="utf-8")
    lines = [line for line in shipped.splitlines() if "listen [::]" not in line]  # not every machine has IPv6
    text = "\n".join(lines) + "\n"
    for there, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("/run/lm-pathways/", f"{folder}/"),
        ("/etc/lm-pathways/tls/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/opt/lm-pathways/current/", f"{ROOT}/"),
    ):
        assert there in text, there
        text = text.replace(there, here)
    (folder / "lm-pathways.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.getuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(user=user, folder=folder), encoding="utf-8")
    return whole


def command(folder: Path, *words: str) -> list[str]:
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    return [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf"), *words]


@contextmanager
def proxy(folder: Path) -> Iterator[Proxy]:
    running = Proxy(folder, plain=free_port(), secure=free_port())
    make_certificate(folder)
    write_configuration(folder, plain=running.plain, secure=running.secure)
    server = subprocess.Popen(command(folder, "-g", "daemon off;"), stderr=subprocess.PIPE)
    try:
        wait_until_listening(server, running.secure)
        yield running
    finally:
        server.terminate()
        server.communicate(timeout=20)


def wait_until_listening(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert server.poll() is None, server.communicate()[1].decode()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")
