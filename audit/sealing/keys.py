"""The signing key of the log: made once, readable by the sealer's account alone, and read by nobody but the sealer."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from audit.notes import BadNote, Signer, Verifier
from audit.public_keys import add_public_key, known_keys, public_keys_file

VARIABLE = "LM_AUDIT_SIGNING_KEY_FILE"
OPEN_TO_OTHERS = 0o077


class KeyUnusable(RuntimeError):
    """There is no key to sign with, or it must not be used; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """All `signers` sign the next checkpoint; `known` may have signed the one before."""

    signers: tuple[Signer, ...]
    known: tuple[Verifier, ...]

    @property
    def current(self) -> Verifier:
        return self.signers[-1].verifier


def signing_key_file() -> Path:
    return Path(os.environ.get(VARIABLE) or Path(settings.AUDIT_DIR) / "signing-key.pem")


def read_keys(path: Path | None = None) -> SealingKeys:
    """Raises KeyUnusable."""
    file = path or signing_key_file()
    try:
        if file.stat().st_mode & OPEN_TO_OTHERS:
            raise KeyUnusable(f"Other accounts can read {file}. Take it away from them: chmod 600 {file}")
        signer = Signer.from_pem(settings.AUDIT_ORIGIN, file.read_bytes())
        known = known_keys()
    except OSError as error:
        raise KeyUnusable(
            f"The signing key {file} cannot be read ({error.strerror}). Make one with ./dev manage "
            f"new_audit_signing_key, or name another file in {VARIABLE}."
        ) from error
    except BadNote as problem:
        raise KeyUnusable(f"{file}: {problem}") from problem
    if signer.verifier not in known:
        raise KeyUnusable(
            f"The public half of {file} is missing in {public_keys_file()}, so that nobody could verify what it signs. "
            f"If the key is yours, add this line: {signer.verifier}"
        )
    return SealingKeys((signer,), known)


def make_signing_key(path: Path) -> Verifier:
    """Raises KeyUnusable when there is something already."""
    signer = Signer.new(settings.AUDIT_ORIGIN)
    if path.exists():
        raise KeyUnusable(
            f"{path} exists already, and is left as it is. A second key goes to another file: "
            "./dev manage new_audit_signing_key FILE"
        )
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(file, "wb") as pem:
        pem.write(signer.to_pem())
        pem.flush()
        os.fsync(pem.fileno())
    try:
        add_public_key(signer.verifier)
    except OSError as error:
        path.unlink()
        raise KeyUnusable(f"{public_keys_file()} cannot be written: {error.strerror}. No key was made.") from error
    return signer.verifier
