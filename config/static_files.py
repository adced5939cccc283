"""How static files are stored: named by their content and compressed once, by gzip alone."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **options: Any) -> Compressor:
        """Brotli, which came with the PDF library, takes ten times as long for a few per cent."""
        return super().create_compressor(**options | {"use_brotli": False})
