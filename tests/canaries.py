"""Strings that stand for everything that identifies a patient, and places where none of them may turn up."""

import base64
import binascii
import logging
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import unquote_plus

from tests import factories

# In every typed text; nothing of the application contains it.
MARK = "kanari"
BIRTH_DATE = date(1943, 2, 17)


@dataclass(frozen=True, slots=True)
class Canary:
    """One patient's texts, each of them unmistakable."""

    nhs_number: str = field(default_factory=factories.nhs_number)
    hospital_number: str = "KANARI77"

    def of(self, what: str) -> str:
        return f"{MARK}{what}"

    def traces(self) -> tuple[str, ...]:
        number = self.nhs_number
        grouped = f"{number[:3]} {number[3:6]} {number[6:]}"
        days = (BIRTH_DATE.isoformat(), f"{BIRTH_DATE:%d-%b-%Y}".lower(), f"{BIRTH_DATE:%d/%m/%Y}")
        return (MARK, number, grouped, *days)

    def found_in(self, text: str) -> list[str]:
        """Also where it is percent-encoded, or packed as cookies are."""
        plain = f"{text} {unquote_plus(text)} {unpacked(text)}".lower()
        return [trace for trace in self.traces() if trace in plain]


def unpacked(text: str) -> str:
    """Every run of letters that could be base64, decoded."""
    found = []
    for run in re.findall(r"[A-Za-z0-9_+/=-]{16,}", text):
        try:
            decoded = base64.b64decode(run + "=" * (-len(run) % 4), altchars=b"-_")
        except (binascii.Error, ValueError):
            continue
        found.append(decoded.decode("utf-8", "replace"))
    return " ".join(found)


class EveryLine(logging.Handler):
    """All that any logger says from DEBUG on, as it would be written, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._changed: list[tuple[logging.Logger, int]] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def listen(self) -> None:
        """On the root, and on every logger that keeps its lines to itself."""
        named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
        for logger in (logging.getLogger(), *(one for one in named if not one.propagate)):
            self._changed.append((logger, logger.level))
            logger.addHandler(self)
            logger.setLevel(logging.DEBUG)

    def stop(self) -> None:
        for logger, level in self._changed:
            logger.removeHandler(self)
            logger.setLevel(level)


def text_of_files(folder: Path) -> str:
    return " ".join(
        f"{path.name} {path.read_bytes().decode('utf-8', 'replace')}" for path in folder.rglob("*") if path.is_file()
    )
