"""The shipped guidance, read from its files once for all tests that do not change the files."""

from copy import deepcopy
from functools import cache
from typing import Any

from pathways.content_files import Content, load_content


@cache
def shipped_content() -> Content:
    """Shared: whoever changes a document takes `shipped_document`."""
    return load_content()


def shipped_document() -> dict[str, Any]:
    """A copy to change."""
    return deepcopy(shipped_content().document)
