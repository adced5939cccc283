"""The public keys that checkpoints of this log may be signed with: one line each in a file that anybody may read."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from audit.notes import BadNote, Verifier


def public_keys_file() -> Path:
    return Path(settings.AUDIT_DIR) / "public-keys.txt"


def known_keys() -> tuple[Verifier, ...]:
    """Oldest first; none when the file does not exist yet. Raises BadNote for a line that is no key."""
    try:
        text = public_keys_file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise BadNote(f"{public_keys_file()} cannot be read: {error}.") from error
    return parsed_keys(text.splitlines())


def parsed_keys(lines: Iterable[str]) -> tuple[Verifier, ...]:
    """Empty lines and lines that begin with # say nothing."""
    return tuple(Verifier.parse(line) for line in lines if line.strip() and not line.startswith("#"))


def add_public_key(key: Verifier) -> None:
    path = public_keys_file()
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lines:
        lines.write(f"{key}\n")
