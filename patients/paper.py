"""PDF of the print pages. WeasyPrint is loaded only here and when asked for: it needs libraries of the system."""

import logging
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin
from xml.etree.ElementTree import Element  # nosec B405 -- the type of what WeasyPrint has parsed

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.template.loader import render_to_string

# Nothing is ever asked of this address; it makes the addresses in a page absolute, so that they can be refused.
HERE = "https://paper.invalid"
KINDS = {".css": "text/css", ".svg": "image/svg+xml"}
SHEETS = "sheets"
# What is positioned would come last in the file, out of its order.
IN_FLOW = ".data-table-wrap{position:static!important}"
ONLY_ON_SCREEN = ("script", "dialog", "nav")
SVG = "{http://www.w3.org/2000/svg}"

# Laying out takes seconds and some 200 MB: one at a time in each process, or a few clicks would use up the server.
_layout = threading.BoundedSemaphore(1)
SECONDS_IN_LINE = 10.0


class NotWhole(RuntimeError):
    """Safety: what was laid out lacks something of the page, and is given to nobody. HZ-22"""


class MakersBusy(RuntimeError):
    """Others are having files made; the message says what to do."""


class NotServed(ValueError):
    """The page asks for something that is not one of our own style sheets or drawings."""


def missing_libraries() -> str:
    """What the loader says is missing; empty where a PDF can be made."""
    try:
        import_module("weasyprint")
    except (ImportError, OSError) as fault:  # OSError: a shared library of the system, such as Pango
        return str(fault).strip().splitlines()[0] or type(fault).__name__
    return ""


def pdf_of(request: HttpRequest, template: str, context: Mapping[str, Any], *, margins: str) -> bytes:
    """The print page as a file. `margins` is the style that names the patient on every sheet."""
    return pdf_from(render_to_string(template, dict(context), request), margins=margins)


def pdf_from(page: str, *, margins: str) -> bytes:
    """Raises MakersBusy, NotWhole, and ImportError or OSError where something is missing."""
    if not _layout.acquire(timeout=SECONDS_IN_LINE):
        raise MakersBusy("Other files are being made just now. Nothing is wrong: wait a minute and try again.")
    try:
        return laid_out_and_checked(page, margins=margins)
    finally:
        _layout.release()


def laid_out_and_checked(page: str, *, margins: str) -> bytes:
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of every rule that is meant for screens
    fetcher = own_fetcher()
    document = HTML(string=page, base_url=HERE + "/", url_fetcher=fetcher)
    prepare(document.etree_element)
    style = CSS(string=margins + IN_FLOW, base_url=HERE + "/", url_fetcher=fetcher)
    laid_out = document.render(stylesheets=[style])
    if not holds(words_laid_out(laid_out), words_of(document.etree_element)):
        raise NotWhole("The file would lack words of the page.")
    written: bytes = laid_out.write_pdf()
    return written


def words_of(root: Element) -> str:
    """The sheet itself; what stands above and below on every sheet is repeated, and left out here."""
    sheet = root.find(f".//table[@class='{SHEETS}']/tbody")
    return "" if sheet is None else squeezed("".join(sheet.itertext()))


def words_laid_out(document: Any) -> str:
    boxes = (box for page in document.pages for box in page._page_box.descendants())  # noqa: SLF001 (it has no other way)
    return squeezed("".join(box.text for box in boxes if isinstance(getattr(box, "text", None), str)))


def squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def holds(laid_out: str, wanted: str) -> bool:
    """Whether every letter that is wanted comes in its order, whatever heads and feet of sheets lie between."""
    letters = iter(laid_out)
    return all(letter in letters for letter in wanted)


def own_fetcher() -> Any:
    """Safety: the only thing a page can load is our own style; no file of the server, no address of the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

    class OwnFilesOnly(URLFetcher):
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = static_name(url)
            return URLFetcherResponse(url, static_file(name), {"Content-Type": KINDS[PurePosixPath(name).suffix]})

    return OwnFilesOnly()


def static_name(url: str) -> str:
    """Raises NotServed."""
    path, root = unquote(url.partition("?")[0].partition("#")[0]), f"{HERE}{settings.STATIC_URL}"
    name = path.removeprefix(root)
    if name == path or PurePosixPath(name).suffix not in KINDS or ".." in PurePosixPath(name).parts:
        raise NotServed(f"Not one of our own files: {url[:80]}")
    return name


def static_file(name: str) -> bytes:
    """As collected, with a hash in its name, or where the source stands. Raises NotServed."""
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found).read_bytes()
    if not staticfiles_storage.exists(name):
        raise NotServed(f"There is no file {name}.")
    with staticfiles_storage.open(name) as collected:
        content: bytes = collected.read()
        return content


def prepare(root: Element) -> None:
    """Takes out what is for the screen, and draws each shape where it is used: a drawing sees no other of its page."""
    ours = f"{HERE}{settings.STATIC_URL}"
    shapes = {one.get("id"): one for one in root.iter(f"{SVG}symbol")}
    for parent in list(root.iter()):
        for child in list(parent):
            elsewhere = child.tag == "link" and not urljoin(HERE, child.get("href", "")).startswith(ours)
            if child.tag in ONLY_ON_SCREEN or elsewhere:
                remove(parent, child)
    for drawing in root.iter(f"{SVG}svg"):
        used = drawing.find(f"{SVG}use")
        shape = shapes.get(used.get("href", "").removeprefix("#")) if used is not None else None
        if shape is not None:
            drawing[:] = list(shape)
            drawing.set("viewBox", shape.get("viewBox", ""))


def remove(parent: Element, child: Element) -> None:
    """Text that follows an element belongs to it in the tree, and stays."""
    before = list(parent).index(child)
    if child.tail:
        if before:
            sibling = parent[before - 1]
            sibling.tail = (sibling.tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)
