"""NHS numbers, names and dates: the small readers that everything else rests on."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from patients.dates import BadDate, read_calendar_date, read_date, short_date, short_moment, years_between
from patients.names import are_similar, folded, full_name
from patients.nhs_number import BadNHSNumber, check_digit, in_groups, read_nhs_number
from patients.searching import BadSearch, SearchKind, read_search

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("nine", "digit"),
    [("999000001", "8"), ("999000002", "6"), ("999000005", "0"), ("943476591", "9"), ("999000014", None)],
)
def test_check_digit(nine: str, digit: str | None) -> None:
    assert check_digit(nine) == digit


@pytest.mark.parametrize("text", ["9990000018", "999 000 0018", "999-000-0018", " 999\u00a0000\u00a00018 "])
def test_an_nhs_number_is_read(text: str) -> None:
    assert read_nhs_number(text) == "9990000018"


@pytest.mark.parametrize("text", ["", "999000001", "99900000180", "9990000017", "999000001X", "٩٩٩٠٠٠٠٠١٨"])
def test_an_nhs_number_is_refused(text: str) -> None:
    with pytest.raises(BadNHSNumber):
        read_nhs_number(text)


def test_every_wrong_digit_and_every_swap_of_neighbours_is_noticed() -> None:
    right = "9990000263"
    assert read_nhs_number(right) == right
    for position, digit in enumerate(right):
        for other in "0123456789":
            if other != digit:
                with pytest.raises(BadNHSNumber):
                    read_nhs_number(right[:position] + other + right[position + 1 :])
        swapped = right[:position] + right[position : position + 2][::-1] + right[position + 2 :]
        if swapped != right:
            with pytest.raises(BadNHSNumber):
                read_nhs_number(swapped)


def test_groups() -> None:
    assert in_groups("9990000018") == "999\u00a0000\u00a00018"
    assert in_groups("") == ""


@pytest.mark.parametrize(
    ("name", "plain"),
    [("O'Brien-Smith", "obriensmith"), ("MÉNDEZ", "mendez"), ("Straße", "strasse"), ("van der Berg", "vanderberg")],
)
def test_folded(name: str, plain: str) -> None:
    assert folded(name) == plain


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("sample", "sampel", True),
        ("smith", "smyth", True),
        ("obrien", "obrian", True),
        ("testcase", "testcase", True),
        ("ng", "li", False),
        ("smith", "jones", False),
        ("", "", False),
        ("smith", "smythe", True),
        ("philips", "fillips", True),
        ("catherine", "katherine", True),
        ("smith", "schmidthausen", False),
    ],
)
def test_similar_names(one: str, other: str, similar: bool) -> None:
    assert are_similar(one, other) is similar


def test_full_name() -> None:
    assert full_name("Testcase", "Anna", "Ms") == "TESTCASE, Anna (Ms)"
    assert full_name("Testcase", "Anna", "") == "TESTCASE, Anna"


@pytest.mark.parametrize("text", ["1-May-2026", "01-MAY-2026", "2026-05-01", "1/5/2026", " 01/05/2026 "])
def test_dates_are_read(text: str) -> None:
    assert read_calendar_date(text) == date(2026, 5, 1)
    assert read_date(text, today=TODAY) == date(2026, 5, 1)


@pytest.mark.parametrize(
    "text", ["today", "-2d", "1-Mai-2026", "1.5.2026", "20260501", "2026-5-1", "1/5/26", "", "x" * 99]
)
def test_a_date_of_birth_has_fewer_forms(text: str) -> None:
    with pytest.raises(BadDate, match="22-Nov-2026"):
        read_calendar_date(text)


def test_words_for_dates() -> None:
    assert short_date(date(2026, 5, 1)) == "01-May-2026"
    assert short_date(None) == "Not recorded"
    summer = datetime(2026, 6, 1, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    assert short_moment(summer) == "02-Jun-2026 00:30"


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(1961, 7, 14), date(2026, 7, 13), 64),
        (date(1961, 7, 14), date(2026, 7, 14), 65),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_completed_years(born: date, day: date, years: int) -> None:
    assert years_between(born, day) == years


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("Testcase", SearchKind.NAME),
        ("Testcase, Anna", SearchKind.NAME),
        ("Testcase, Anna 14-Jul-1961", SearchKind.NAME_AND_BIRTH_DATE),
        ("Testcase, Anna, 14/07/1961", SearchKind.NAME_AND_BIRTH_DATE),
        ("1961-07-14", SearchKind.BIRTH_DATE),
        ("999 000 0018", SearchKind.NHS_NUMBER),
        ("9990000019", SearchKind.HOSPITAL_NUMBER),
        ("X10023", SearchKind.HOSPITAL_NUMBER),
        ("12-AB-34", SearchKind.HOSPITAL_NUMBER),
        ("X10023 14-Jul-1961", SearchKind.HOSPITAL_NUMBER),
    ],
)
def test_kinds_of_search(query: str, kind: SearchKind) -> None:
    assert read_search(query).kind is kind


def test_a_name_with_an_impossible_date_is_refused() -> None:
    with pytest.raises(BadSearch):
        read_search("Testcase 31-Feb-1961")
