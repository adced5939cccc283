"""A log server that takes syslog over TLS, and the certificate authority that vouches for it."""

import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import NameOID


@dataclass
class Authority:
    """A certificate authority of our own."""

    folder: Path
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    name: x509.Name = field(
        default_factory=lambda: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hospital authority")])
    )

    def _builder(self, subject: x509.Name) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
        )

    def certificate(self) -> Path:
        built = (
            self._builder(self.name)
            .public_key(self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        path = self.folder / "authority.pem"
        path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
        return path

    def server(self, address: str) -> Path:
        key = generate_private_key(SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "log server")])
        built = (
            self._builder(subject)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self.folder / f"server-{address}.pem"
        path.write_bytes(pem + built.public_bytes(serialization.Encoding.PEM))
        return path


class LogServer:
    """Takes messages in octet counting over TLS, and hangs up when it is told to."""

    def __init__(self, certificate: Path, port: int = 0) -> None:
        self.received: list[bytes] = []
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate)
        self._listening = socket.create_server(("127.0.0.1", port))
        self.port = self._listening.getsockname()[1]
        self._open: list[ssl.SSLSocket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            try:
                connected = self._context.wrap_socket(plain, server_side=True)
                self._open.append(connected)
                self._read(connected)
            except OSError:
                plain.close()

    def _read(self, connected: ssl.SSLSocket) -> None:
        waiting = b""
        while got := connected.recv(4096):
            waiting += got
            while b" " in waiting:
                length, _, rest = waiting.partition(b" ")
                if len(rest) < int(length):
                    break
                self.received.append(rest[: int(length)])
                waiting = rest[int(length) :]

    def messages(self, count: int) -> list[str]:
        deadline = time.monotonic() + 5
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return [one.decode("utf-8") for one in self.received]

    def stop(self) -> None:
        if self._listening.fileno() == -1:
            return
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connected in self._open:
            try:
                connected.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                connected.close()
        self._thread.join(5)
