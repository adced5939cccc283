"""patients:plan_pdf: the print page as a file, word for word, and nothing from anywhere else in it."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.checks import Warning as CheckWarning
from django.test import Client
from pypdf import PdfReader

from patients import paper
from patients.checks import libraries_for_pdf_are_there
from patients.models import Patient, SignedPlan
from patients.paper import HERE, NotServed, own_fetcher, pdf_from, static_file, static_name
from patients.services.addenda import add_addendum
from tests import factories
from tests.cast import Cast
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    outsiders_see_nothing,
    refuses_other_methods,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: object) -> SignedPlan:
    plan = factories.make_plan(cast.consultant, patient)
    add_addendum(plan, by=cast.consultant, text="Cytology of the second sample: positive.")
    return plan


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def sheets_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def letters(text: str) -> str:
    """Lines break elsewhere on paper, so only what is not blank is compared."""
    return re.sub(r"[\s\u00ad]+", "", text)


def letters_of_page(page: str, part: str) -> str:
    [inner] = re.findall(part, page, flags=re.DOTALL)
    return letters(html.unescape(re.sub(r"<[^>]+>", "", inner)))


def no_layout(*_: object, **__: object) -> bytes:
    return b"%PDF-"


SHEET = r"<tbody><tr><td>(.*)</td></tr></tbody>\s*</table>\s*</main>"
HEAD = r'<td class="sheet-head">(.*?)</td>'
FOOT = r'<td class="sheet-foot">(.*?)</td>'


def without_what_every_sheet_says(sheet: str, head: str, foot: str) -> str:
    """What stands between the head and the foot of the sheet; the margins lie outside of both."""
    written = letters(sheet)
    assert written.count(head) == 1
    assert written.count(foot) == 1
    return written.split(head)[1].split(foot)[0]


def without_repeated_heading(text: str, page: str) -> str:
    """A table that goes on on the next sheet has its headings there again."""
    for heading in re.findall(r"<thead>.*?</thead>", page.split("<tbody>", 1)[1], flags=re.DOTALL):
        text = text.removeprefix(letters(html.unescape(re.sub(r"<[^>]+>", "", heading))))
    return text


def test_the_file_says_word_for_word_what_the_print_page_says(
    client: Client, patient: Patient, plan: SignedPlan
) -> None:
    response = client.get(address("plan_pdf", plan.pk))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    page = text_of(client.get(address("plan_print", plan.pk)))
    sheets = sheets_of(response.content)
    head, foot = letters_of_page(page, HEAD), letters_of_page(page, FOOT)
    texts = [without_what_every_sheet_says(sheet, head, foot) for sheet in sheets]
    printed = texts[0] + "".join(without_repeated_heading(text, page) for text in texts[1:])
    assert printed == letters_of_page(page, SHEET)
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, start=1):
        assert letters(f"Page {number} of {len(sheets)}") in letters(sheet)
        assert letters(sheet).count(patient.family_name.upper()) == 2, "in the margin and above the text"
    assert "Cytology of the second sample" in page
    assert response["Content-Disposition"] == f'attachment; filename="care-plan-{plan.pk}.pdf"'
    metadata = PdfReader(io.BytesIO(response.content)).metadata
    assert metadata is not None
    assert metadata.title == "Care plan - LM Pathways", "a viewer shows it in its window and its list of files"


def test_the_version_for_the_patient_as_a_file(client: Client, plan: SignedPlan) -> None:
    response = client.get(address("plan_pdf", plan.pk), {"for": "patient"})
    page = text_of(client.get(address("patient_copy_print", plan.pk)))
    written = letters("".join(sheets_of(response.content)))
    assert "Yourcareplan" in written
    assert address("plan_pdf", plan.pk) in text_of(client.get(address("patient_copy", plan.pk)))
    for sentence in re.findall(r"<h2[^>]*>([^<]+)</h2>", page.split('class="sheets"')[1].split("</table>")[0]):
        assert letters(html.unescape(sentence)) in written


def test_saving_it_is_logged_as_that(client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "pdf_from", no_layout)
    assert events_of(lambda: client.get(address("plan_pdf", plan.pk))) == ["patients.plan_downloaded"]


def test_where_a_library_is_missing_the_page_says_what_to_do(
    client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0': libpango-1.0-0: cannot open shared object file\nmore")

    monkeypatch.setattr(paper, "import_module", missing)
    answers: list[Any] = []
    told = events_of(lambda: answers.append(client.get(address("plan_pdf", plan.pk))))
    page = text_of(answers[0])
    assert (answers[0].status_code, told) == (501, ["patients.plan_viewed"])
    assert "No PDF can be made here" in page
    assert "libpango-1.0-0" in page
    assert "The print page is the record copy" in page
    assert address("plan_print", plan.pk) in page


def test_who_may_come_here(
    cast: Cast, client: Client, client_of: ClientOf, patient: Patient, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "pdf_from", no_layout)
    url = address("plan_pdf", plan.pk)
    outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
    nobody_is_sent_to_sign_in(client_of(None), url)
    refuses_other_methods(client, url, "post", "put", "delete")
    assert client.get(address("plan_pdf", uuid4())).status_code == 404


@pytest.mark.parametrize(
    ("laid_out", "wanted", "whole"),
    [("headabfootheadcd", "abcd", True), ("headacd", "abcd", False), ("", "", True), ("ab", "ba", False)],
    ids=["with heads and feet between", "a letter is lost", "nothing", "another order"],
)
def test_what_is_lost_on_the_way_is_noticed(laid_out: str, wanted: str, whole: bool) -> None:
    assert paper.holds(laid_out, wanted) is whole


def test_a_file_that_lacks_words_is_given_to_nobody(
    client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = paper.words_laid_out
    monkeypatch.setattr(paper, "words_laid_out", lambda document: whole(document)[:200])
    response = client.get(address("plan_pdf", plan.pk), {"for": "patient"})
    page = text_of(response)
    assert response.status_code == 501
    assert "The file would lack words of the page." in page
    assert "The print page is the record copy" in page


# What a page can load


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/plans/",
        "https://example.org/a.css",
        f"{HERE}/plans/1/print.css",
        f"{HERE}/static/../config/settings/base.py",
        f"{HERE}/static/css/../../config/settings.css",
        f"{HERE}/static/%2e%2e/%2e%2e/etc/a.css",
        f"{HERE}/static/js/app.js",
        f"{HERE}/static//etc/a.css",
        "data:text/css,*{}",
        "ftp://example.org/a.css",
        f"{HERE}.evil.example/static/css/plan.css",
    ],
)
def test_only_our_own_style_is_served(url: str) -> None:
    with pytest.raises(Exception) as refused:
        static_file(static_name(url))
    assert isinstance(refused.value, NotServed) or "Suspicious" in type(refused.value).__name__


def test_our_own_style_is_served() -> None:
    answer = own_fetcher()(f"{HERE}/static/css/plan.css?v=1")
    assert b"care-plan" in answer.read()


def test_a_page_cannot_fetch_a_file_or_an_address(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where markup had got into a plan: nothing of the server, nothing of the network."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET", encoding="utf-8")

    def never(*arguments: object, **named: object) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr("socket.socket.connect", never)
    monkeypatch.setattr("urllib.request.OpenerDirector.open", never)
    page = (
        f'<title>x</title><link rel="attachment" href="file://{secret}"><link rel="stylesheet" href="file://{secret}">'
        f'<link rel="stylesheet" href="http://127.0.0.1/a.css"><p>Words<a rel="attachment" href="file://{secret}">a</a>'
        f'<img src="file://{secret}"><img src="http://127.0.0.1/a.png"><object data="file://{secret}"></object>'
        f"<svg><image href='file://{secret}'/><use href='http://127.0.0.1/a.svg#b'/></svg></p>"
    )
    content = pdf_from(page, margins=f'@import url("file://{secret}"); p{{background:url("http://127.0.0.1/a.png")}}')
    assert b"TOP SECRET" not in content
    reader = PdfReader(io.BytesIO(content))
    assert reader.attachments == {}
    assert "Words" in reader.pages[0].extract_text()


def test_what_is_for_the_screen_is_taken_out_and_text_beside_it_stays() -> None:
    page = "<title>x</title><p>before <script>no()</script>after</p><nav>Print</nav><dialog open>Signed out</dialog>end"
    [sheet] = sheets_of(pdf_from(page, margins=""))
    assert letters(sheet) == "beforeafterend"


# The check at the start


def test_the_check_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert libraries_for_pdf_are_there(None) == []
    monkeypatch.setattr("patients.checks.missing_shared_libraries", lambda: ["Pango", "HarfBuzz"])
    [warning] = libraries_for_pdf_are_there(None)
    assert isinstance(warning, CheckWarning)
    assert "Pango, HarfBuzz" in warning.msg
    assert "print page" in str(warning.hint)


def test_while_another_file_is_being_made_it_says_so_and_makes_none(
    client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "SECONDS_IN_LINE", 0.01)
    with paper._layout:
        answer = client.get(address("plan_pdf", plan.pk))
    assert answer.status_code == 503
    assert "Other files are being made just now" in text_of(answer)
    assert client.get(address("plan_pdf", plan.pk))["Content-Type"] == "application/pdf"  # and the line moves on
