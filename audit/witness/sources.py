"""Where a witness reads a log: over HTTPS, or or out of a folder with the checkpoints that were sent out."""

import base64
import binascii
import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

LONGEST_ANSWER = 1_000_000  # bytes
SECONDS = 20
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NotAnswered(RuntimeError):
    """No usable answer; the sentence says why."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to somebody else."""

    def redirect_request(self, *arguments: object, **named: object) -> None:
        return None


class HttpLog:
    """`address` ends with `/audit/log/`. Certificates are checked; without encryption only on the same machine."""

    def __init__(self, address: str, token: str | None = None) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise NotAnswered(f"{address} is not encrypted. Write an address that begins with https://.")
        self._address = address.rstrip("/") + "/"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._opener = urllib.request.build_opener(_NoRedirect)  # with Python's default: certificates are verified

    def checkpoint(self) -> str:
        return self._read("checkpoint.txt")

    def consistency(self, old: int, new: int) -> list[bytes]:
        try:
            return _hashes(json.loads(self._read(f"consistency.json?from={old}&to={new}")), old, new)
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
            raise NotAnswered("the proof cannot be understood.") from error

    def _read(self, name: str) -> str:
        request = urllib.request.Request(self._address + name, headers=self._headers)  # noqa: S310 -- checked above
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return str(answer.read(LONGEST_ANSWER).decode("utf-8"))
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(300).decode("utf-8", "replace").strip()
            raise NotAnswered(f"{error.code} {said if '<' not in said else ''}".strip()) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotAnswered(str(error) or type(error).__name__) from error


class FolderLog:
    """The folder that the sealer fills, mounted or copied here: every checkpoint, and `latest.txt`."""

    proves = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checkpoint(self) -> str:
        return self._read("latest.txt")

    def between(self, old: int, new: int) -> list[str]:
        """The notes of sizes from `old` to `new`, rising. Raises NotAnswered."""
        sizes = sorted(int(path.stem) for path in self._folder.glob("*.txt") if path.stem.isdecimal())
        return [self._read(f"{size:020d}.txt") for size in sizes if old <= size <= new]

    def _read(self, name: str) -> str:
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(LONGEST_ANSWER).decode("utf-8")
        except (OSError, ValueError) as error:
            raise NotAnswered(f"{self._folder / name} cannot be read: {error}") from error


def _hashes(answer: dict[str, object], old: int, new: int) -> list[bytes]:
    proof = answer["proof"]
    if (answer["from"], answer["to"]) != (old, new) or not isinstance(proof, list):
        raise ValueError("another proof than was asked for")
    return [base64.b64decode(one, validate=True) for one in proof]
