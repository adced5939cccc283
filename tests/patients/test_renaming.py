"""Renamed codes and the answers stored under the old ones: a pure function."""

from typing import Any

import pytest

from pathways.engine.vocabulary import Renaming
from patients.findings.renaming import TWO_ANSWERS, Moved, moved_along
from patients.models.assessments import StoredAnswer


def stored(value: str | None, **changed: Any) -> StoredAnswer:
    answer: dict[str, Any] = {
        "value": value,
        "unit": None,
        "observed_on": "2026-11-22" if value else None,
        "origin": "entered",
        "carried_from": None,
        "confirmed": value is not None,
        "why_unknown": None,
        "refused": None,
        "by": "Dr Jane Okafor",
        "at": "2026-11-22T10:42:00+00:00",
    }
    return answer | changed  # type: ignore[return-value]


def finding(old: str, new: str) -> Renaming:
    return Renaming(key=f"{old}-{new}", finding=old, to=new, reason="A clearer name.")


def option(code: str, old: str, new: str | None) -> Renaming:
    return Renaming(key=f"{code}-{old}", finding=code, option=old, to=new, reason="Not offered any more.")


def values(moved: Moved) -> dict[str, str | None]:
    return {code: one["value"] for code, one in moved.answers.items()}


def test_without_renamings_nothing_moves() -> None:
    answers = {"deposits": stored("linear")}
    assert moved_along(answers, ()) == Moved(answers)


def test_a_renamed_finding_keeps_everything_of_its_answer() -> None:
    answer = stored("80", unit="points", by="Dr Samir Haddad")
    moved = moved_along({"kps": answer, "vte": stored("none")}, [finding("kps", "karnofsky")])
    assert moved.answers == {"karnofsky": answer, "vte": stored("none")}
    assert (moved.set_aside, moved.told) == ((), ("kps → karnofsky",))


@pytest.mark.parametrize("old", ["linear", "nodular"])
def test_only_the_renamed_option_changes(old: str) -> None:
    moved = moved_along({"deposits": stored(old)}, [option("deposits", "linear", "laminar")])
    assert values(moved) == {"deposits": "laminar" if old == "linear" else "nodular"}
    assert moved.told == (("deposits: linear → laminar",) if old == "linear" else ())


def test_an_option_of_another_finding_is_not_touched() -> None:
    moved = moved_along({"vte": stored("none")}, [option("antithrombotic", "none", "no")])
    assert values(moved) == {"vte": "none"}


def test_an_option_without_a_successor_is_set_aside_with_its_reason() -> None:
    answer = stored("equivocal")
    moved = moved_along({"csf_cytology": answer}, [option("csf_cytology", "equivocal", None)])
    assert moved.answers == {}
    (aside,) = moved.set_aside
    assert (aside.code, aside.stored, aside.reason) == ("csf_cytology", answer, "Not offered any more.")


def test_renamings_are_applied_in_their_order() -> None:
    chain = [finding("a", "b"), option("b", "x", "y"), finding("b", "c"), option("c", "y", "z")]
    assert values(moved_along({"a": stored("x")}, chain)) == {"c": "z"}
    assert values(moved_along({"b": stored("y")}, chain)) == {"c": "z"}
    assert values(moved_along({"a": stored("x")}, reversed(chain))) == {"b": "x"}


def test_moving_twice_changes_nothing_more() -> None:
    renamed = [finding("kps", "karnofsky"), option("deposits", "linear", "laminar")]
    once = moved_along({"kps": stored("80"), "deposits": stored("linear")}, renamed)
    assert moved_along(once.answers, renamed) == Moved(once.answers)


def test_equal_answers_to_two_questions_become_one() -> None:
    moved = moved_along({"old": stored("yes"), "new": stored("yes")}, [finding("old", "new")])
    assert values(moved) == {"new": "yes"}
    assert [one.code for one in moved.set_aside] == ["old"]


def test_of_two_answers_that_differ_none_is_preferred() -> None:
    moved = moved_along({"old": stored("yes"), "new": stored("no")}, [finding("old", "new")])
    assert moved.answers == {}
    assert [(one.code, one.stored["value"], one.reason) for one in moved.set_aside] == [
        ("old", "yes", TWO_ANSWERS),
        ("new", "no", TWO_ANSWERS),
    ]


@pytest.mark.parametrize(("old", "new"), [("yes", None), (None, "yes")])
def test_an_answer_counts_more_than_none(old: str | None, new: str | None) -> None:
    moved = moved_along({"old": stored(old), "new": stored(new)}, [finding("old", "new")])
    assert values(moved) == {"new": "yes"}
    assert moved.set_aside == ()


def test_an_earlier_answer_beside_a_refused_one_moves_too() -> None:
    refused = {"entered": "resolved", "unit": "", "observed_on": "", "message": "Enter the date as well."}
    answer = stored(None, refused=refused, earlier=stored("present"))
    moved = moved_along({"bleed": answer}, [option("bleed", "present", "seen")])
    assert moved.answers["bleed"]["earlier"]["value"] == "seen"
    assert moved.answers["bleed"]["refused"] == refused
    aside = moved_along({"bleed": answer}, [option("bleed", "present", None)])
    assert "earlier" not in aside.answers["bleed"]
    assert [one.stored["value"] for one in aside.set_aside] == ["present"]


def test_what_was_given_stays_as_it_was() -> None:
    answers = {"deposits": stored("linear")}
    moved_along(answers, [option("deposits", "linear", "laminar"), finding("deposits", "form")])
    assert answers == {"deposits": stored("linear")}
