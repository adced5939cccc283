"""Signed notes and checkpoints in their C2SP text forms (signed-note, tlog-checkpoint), with Ed25519.

A checkpoint says how many events the log had and what the root of their tree was::

    lm-pathways.local/audit
    4711
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 2026-11-22T10:42:07Z
    previous 8e/bvGdvH1XaMF3G9n0pT3MU8bE0xTFFsdM1pOrNQ0Y=

    — lm-pathways.local/audit Az3grlgtzPICa5OS8npVmf1Myq…
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")  # a note is printable text in lines
SIGNATURE_LINE = "— "  # an em dash, as the format has it
KEY_ID_BYTES, HASH_BYTES, PUBLIC_KEY_BYTES = 4, 32, 32
LARGEST_SIZE = 2**63 - 1


class BadNote(ValueError):
    """The text is no signed note, or no key that is known has signed it."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name. As text: `name+8 hexadecimal digits+Base64`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        try:
            name, given, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            verifier = cls(name, raw[1:])
            if raw[:1] != ED25519 or len(verifier.public) != PUBLIC_KEY_BYTES or verifier.id.hex() != given.lower():
                raise BadNote(f"{text.strip()[:80]!r} is no public key in the form name+id+key.")
        except (ValueError, binascii.Error) as error:
            raise BadNote(f"{text.strip()[:80]!r} is no public key in the form name+id+key.") from error
        return verifier

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encoded(ED25519 + self.public)}"

    def accepts(self, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    name: str
    private: Ed25519PrivateKey

    @classmethod
    def from_pem(cls, name: str, pem: bytes) -> "Signer":
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise BadNote("The signing key cannot be read: it has to be an Ed25519 key in PEM form.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise BadNote("The signing key is no Ed25519 key.")
        return cls(name, key)

    @classmethod
    def new(cls, name: str) -> "Signer":
        return cls(name, Ed25519PrivateKey.generate())

    def to_pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def verifier(self) -> Verifier:
        raw = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return Verifier(self.name, raw)

    def signature_line(self, text: str) -> str:
        signature = self.private.sign(text.encode("utf-8"))
        return f"{SIGNATURE_LINE}{self.name} {_encoded(self.verifier.id + signature)}\n"


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode("utf-8") + b"\n" + ED25519 + public).digest()[:KEY_ID_BYTES]


def signed(text: str, signers: Iterable[Signer]) -> str:
    """`text` ends with a line break and holds no empty line at its end."""
    if not text.endswith("\n") or text.endswith("\n\n"):
        raise BadNote("The text of a note ends with exactly one line break.")
    return text + "\n" + "".join(signer.signature_line(text) for signer in signers)


def opened(note: str, verifiers: Sequence[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """The text of the note and which of the keys signed it, at least one. Raises BadNote.

    Signatures of keys that are not known are passed over; a wrong signature of a known key is refused.
    """
    text, signatures = _parted(note)
    signed_bytes = text.encode("utf-8")
    by: list[Verifier] = []
    for name, raw in signatures:
        for verifier in verifiers:
            if verifier.name == name and verifier.id == raw[:KEY_ID_BYTES]:
                if not verifier.accepts(signed_bytes, raw[KEY_ID_BYTES:]):
                    raise BadNote(f"The signature of {name} is wrong.")
                by.append(verifier)
    if not by:
        raise BadNote("None of the known keys has signed this note.")
    return text, tuple(by)


def _parted(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    head, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n") or UNPRINTABLE.search(note):
        raise BadNote("This is no signed note: no text and signatures, parted by an empty line.")
    signatures = []
    for line in tail.removesuffix("\n").split("\n"):
        name, space, encoded = line.removeprefix(SIGNATURE_LINE).rpartition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raw = b""
        if not line.startswith(SIGNATURE_LINE) or not space or len(raw) <= KEY_ID_BYTES:
            raise BadNote("A signature line of the note cannot be read.")
        signatures.append((name, raw))
    return head + "\n", signatures


@dataclass(frozen=True, slots=True)
class CheckpointText:
    """What a checkpoint says. `previous` is the SHA-256 of the checkpoint before it, as signed; empty for the first."""

    origin: str
    size: int
    root: bytes
    time: datetime
    previous: bytes = b""

    def __str__(self) -> str:
        lines = [
            self.origin,
            str(self.size),
            _encoded(self.root),
            f"time {self.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        ]
        if self.previous:
            lines.append(f"previous {_encoded(self.previous)}")
        return "\n".join(lines) + "\n"

    @classmethod
    def opened(cls, note: str, verifiers: Sequence[Verifier]) -> tuple["CheckpointText", tuple[Verifier, ...]]:
        """What a signed note says, and which of the keys signed it. Raises BadNote, ValueError for broken letters."""
        text, signers = opened(note, verifiers)
        return cls.parse(text), signers

    @classmethod
    def unchecked(cls, note: str) -> "CheckpointText":
        """What a note says, whoever signed it. Raises BadNote."""
        return cls.parse(note.rpartition("\n\n")[0] + "\n")

    @classmethod
    def parse(cls, text: str) -> "CheckpointText":
        """Raises BadNote."""
        try:
            origin, size, root, *further = text.removesuffix("\n").split("\n")
            extensions = dict(line.split(" ", 1) for line in further)
            parsed = cls(
                origin,
                int(size),
                base64.b64decode(root, validate=True),
                datetime.strptime(extensions["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                base64.b64decode(extensions.get("previous", ""), validate=True),
            )
        except (ValueError, KeyError, binascii.Error) as error:
            raise BadNote("The text is no checkpoint.") from error
        if str(parsed) != text or len(parsed.root) != HASH_BYTES or not 0 <= parsed.size <= LARGEST_SIZE:
            raise BadNote("The text is no checkpoint in its one form.")
        return parsed


def note_hash(note: str) -> bytes:
    """What the next checkpoint says under `previous`."""
    return hashlib.sha256(note.encode("utf-8")).digest()


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
