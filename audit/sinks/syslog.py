"""Checkpoints to a log server over TLS with a verified certificate: syslog messages of RFC 5424, framed by RFC 5425."""

import contextlib
import json
import os
import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from audit.files import write_whole
from audit.notes import BadNote, CheckpointText
from audit.sinks.sink import SinkFailed

PORT = 6514
SECONDS = 5.0
PRIORITY = 13 * 8 + 5  # facility "log audit", severity "notice"
UTF8 = "\ufeff"  # says that the message is UTF-8


class SyslogMisconfigured(ValueError):
    """The sentence says which variable is wrong."""


class SyslogSink:
    """One connection, opened when it is needed. Nothing is acknowledged, so a new connection begins with a repetition.

    The message is one line of JSON, from which the checkpoint can be taken to the byte.
    """

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext, state: Path) -> None:
        self.name = f"the log server {host}:{port}"
        self._address = (host, port)
        self._context = context
        self._state = state
        self._last: tuple[int, str] | None = None
        self._socket: ssl.SSLSocket | None = None

    def sent(self) -> int:
        try:
            return int(self._state.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise SinkFailed(f"{self._state} cannot be read: {error.strerror}.") from error
        except ValueError:
            return 0  # everything once more is better than a gap

    def send(self, size: int, note: str) -> None:
        try:
            open_socket = self._opened()
            open_socket.sendall(framed(message(size, note)))
        except OSError as error:  # which a refused certificate is, too
            self.close()
            raise SinkFailed(f"{self.name} does not take checkpoints: {error}.") from error
        self._last = (size, note)
        self._remember(size)

    def close(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
        self._socket = None

    def _opened(self) -> ssl.SSLSocket:
        if self._socket is not None and not _is_closed(self._socket):
            return self._socket
        self.close()
        plain = socket.create_connection(self._address, timeout=SECONDS)
        try:
            self._socket = self._context.wrap_socket(plain, server_hostname=self._address[0])
        except BaseException:
            plain.close()
            raise
        if self._last is not None:
            self._socket.sendall(framed(message(*self._last)))
        return self._socket

    def _remember(self, size: int) -> None:
        try:
            self._state.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            write_whole(self._state, str(size))
        except OSError as error:
            raise SinkFailed(f"{self._state} cannot be written: {error.strerror}.") from error


def message(size: int, note: str) -> bytes:
    """RFC 5424."""
    try:
        said = CheckpointText.unchecked(note)
        time, origin = f"{said.time:%Y-%m-%dT%H:%M:%SZ}", said.origin
    except BadNote:
        time, origin = "-", "-"  # it goes out as it is; the other side shall see it
    host = "".join(letter for letter in socket.gethostname() if "!" <= letter <= "~")[:255] or "-"
    body = json.dumps({"origin": origin, "size": size, "checkpoint": note}, ensure_ascii=False)
    return f"<{PRIORITY}>1 {time} {host} lm-pathways {os.getpid()} checkpoint - {UTF8}{body}".encode()


def framed(content: bytes) -> bytes:
    """RFC 5425, 4.3: the length, a space, the message."""
    return b"%d %s" % (len(content), content)


def configured_syslog(audit_dir: Path) -> SyslogSink | None:
    """As LM_AUDIT_SYSLOG (host:port) and LM_AUDIT_SYSLOG_CA say. Raises SyslogMisconfigured."""
    place, authority = os.environ.get("LM_AUDIT_SYSLOG", ""), os.environ.get("LM_AUDIT_SYSLOG_CA", "")
    if not place:
        return None
    try:
        parts = urlsplit(f"//{place}")
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, 0
    if not host or parts.path or parts.username:
        raise SyslogMisconfigured(f"LM_AUDIT_SYSLOG is {place!r}; write host:port, for example log.example.org:6514.")
    try:
        context = ssl.create_default_context(cafile=authority or None)
    except (OSError, ssl.SSLError) as error:
        raise SyslogMisconfigured(f"LM_AUDIT_SYSLOG_CA names {authority}, which cannot be used: {error}.") from error
    return SyslogSink(host, port, context=context, state=audit_dir / "syslog-sent.txt")


def _is_closed(connection: ssl.SSLSocket) -> bool:
    """Whether the other side has hung up; the operating system would take one more message and lose it."""
    connection.setblocking(False)
    try:
        return connection.recv(1024) == b""
    except ssl.SSLWantReadError:
        return False
    except OSError:
        return True
    finally:
        with contextlib.suppress(OSError):
            connection.settimeout(SECONDS)
