"""System check: the libraries of the operating system with which PDFs are made."""

from collections.abc import Sequence
from ctypes import CDLL
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as CheckWarning

# Tried by these names alone: loading WeasyPrint itself would slow every command down by a second.
LIBRARIES = {
    "GObject": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}


@register
def libraries_for_pdf_are_there(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without them everything works but the PDF, and its page says so."""
    missing = missing_shared_libraries()
    if not missing:
        return []
    return [
        CheckWarning(
            f"Care plans cannot be saved as PDF: the system has no {', '.join(missing)}.",
            hint="Install Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0). "
            "The print page is the record copy.",
            id="patients.W001",
        )
    ]


def missing_shared_libraries() -> list[str]:
    return [name for name, files in LIBRARIES.items() if not any(map(can_be_loaded, files))]


def can_be_loaded(file: str) -> bool:
    try:
        CDLL(file)
    except OSError:
        return False
    return True
