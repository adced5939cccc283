"""How questions are read: spellings, endings, meanings, misspellings, and what looks like a patient's."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.patient_details import A_BIRTH_DATE, A_HOSPITAL_NUMBER, AN_NHS_NUMBER, looks_like_patient
from pathways.search.entries import entries_of
from pathways.search.full_text import PLAIN, wanted
from pathways.search.highlighting import segments_of
from pathways.search.query import LONGEST_QUESTION, read_question
from pathways.search.synonyms import SAME, WIDER
from pathways.search.words import stem, stems_of, words_in
from tests.shipped import shipped_content

SHOWN = [passage.text for entry in entries_of(shipped_content().release) for passage in entry.passages()]
KNOWN = frozenset(stems_of(" ".join(SHOWN)).split())


def phrases(question: str) -> set[str]:
    return set(read_question(question, KNOWN).phrases())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("haemorrhage", "hemorrhages"),
        ("oedema", "edema"),
        ("tumour", "tumors"),
        ("leukaemia", "leukemia"),
        ("ischaemic", "ischemic"),
        ("stabilised", "stabilize"),
        ("favourable", "favorable"),
        ("centre", "centers"),
        ("Naïve", "naive"),
        ("punctures", "Puncture"),
        ("combination", "combined"),
        ("palliation", "palliative"),
        ("anticoagulated", "anticoagulation"),
        ("stopping", "stopped"),
        ("survive", "survival"),
        ("doses", "dose"),
    ],
)
def test_one_word_however_it_is_written(one: str, other: str) -> None:
    assert stems_of(one) == stems_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("dose", "dosimetry"), ("her2", "her"), ("pressure", "press"), ("resolved", "resistant")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert stems_of(one) != stems_of(other)


@pytest.mark.parametrize(
    ("question", "finds"),
    [
        ("LMD", "leptomeningeal metastasis"),
        ("IT chemo", "intrathecal chemotherapy"),
        ("it methotrexate", "intrathecal chemotherapy"),
        ("ITC", "intrathecal chemotherapy"),
        ("VPS", "ventriculoperitoneal shunt"),
        ("PCSI", "craniospinal radiotherapy"),
        ("WBRT", "whole brain radiotherapy"),
        ("LP", "lumbar puncture"),
        ("spinal tap", "lumbar puncture"),
        ("MTX", "methotrexate"),
        ("PS 2", "karnofsky performance status"),
        ("DVT", "venous thromboembolism"),
        ("PE", "venous thromboembolism"),
        ("clot", "venous thromboembolism"),
        ("ICH", "intracranial bleeding"),
        ("SDH", "intracranial bleeding"),
        ("brain bleed", "intracranial bleeding"),
        ("LMWH", "low molecular weight heparin"),
        ("DOAC", "anticoagulant"),
        ("blood thinner", "anticoagulant"),
        ("apixaban", "antithrombotic"),
        ("TKI", "tyrosine kinase inhibitor"),
        ("dexamethasone", "corticosteroids"),
        ("HER2+", "positive"),
    ],
)
def test_abbreviations_and_synonyms_of_the_field(question: str, finds: str) -> None:
    assert stems_of(finds) in phrases(question)


def test_it_as_a_pronoun_asks_about_nothing() -> None:
    assert phrases("is it safe") == phrases("safe")
    assert phrases("IS IT SAFE") == phrases("safe")


def test_a_drug_brings_its_class_to_mind_and_not_the_other_way_round() -> None:
    assert "apixaban" in phrases("apixaban")
    assert "apixaban" not in phrases("anticoagulant")


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [("hydrocephalis", "hydrocephalus"), ("compresion", "compression"), ("methotrexat", "methotrexate")],
)
def test_a_misspelt_word_is_read_as_the_nearest_of_the_guidance(typed: str, read_as: str) -> None:
    assert stem(read_as) in phrases(typed)


def test_a_word_that_the_guidance_does_not_know_is_not_bent_into_another() -> None:
    query = read_question("pemetrexed zoledronate 7.5 mg/m2", KNOWN)
    assert query.corrections == ()


@pytest.mark.parametrize("question", ["", "   ", "the and of it", "?!...", "\x00", "مرحبا", "\u202eabc"[:1]])
def test_what_asks_about_nothing(question: str) -> None:
    assert read_question(question, KNOWN).asked == ()


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    query = read_question("bleed " * 2000, KNOWN)
    assert query.was_cut
    assert len(query.asked) == 1
    assert not read_question("b" * LONGEST_QUESTION, KNOWN).was_cut


def test_every_synonym_says_something_and_says_it_once() -> None:
    terms = [term for group in SAME for term in group] + [term for one in WIDER.items() for term in (one[0], *one[1])]
    assert [term for term in terms if not stems_of(term)] == []
    assert [group for group in SAME if len(group) != len(set(group))] == []


@given(st.text(max_size=200))
def test_whatever_is_typed_no_operator_reaches_the_database(text: str) -> None:
    for phrase in read_question(text, KNOWN).phrases():
        assert PLAIN.fullmatch(phrase)
    assert wanted(["') | !! :* DROP", '" NEAR('], "sqlite") == wanted(["a'b", "a:*"], "postgresql") == ""


@given(st.text(max_size=200))
def test_the_marked_pieces_together_are_the_text(text: str) -> None:
    stems = [word.stem for word in words_in(text)]
    assert "".join(one.text for one in segments_of(text, stems[:3])) == text


@given(st.text(max_size=100))
def test_words_stand_where_they_say(text: str) -> None:
    words = list(words_in(text))
    assert [text[word.start : word.end] for word in words] == [word.written for word in words]
    assert all(one.end <= other.start for one, other in pairwise(words))


def test_matches_are_marked_as_phrases() -> None:
    text = "Do not give intrathecal chemotherapy (IT) while there is bleeding."
    marked = [one.text for one in segments_of(text, ["intrathec chemotherapy", "bleed"]) if one.is_match]
    assert marked == ["intrathecal chemotherapy", "bleeding"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bleed 999 000 0018", AN_NHS_NUMBER),
        ("9990000018", AN_NHS_NUMBER),
        ("999-000-0018.", AN_NHS_NUMBER),
        ("999\u00a0000\u00a00018", AN_NHS_NUMBER),
        ("9\u200b990000018", AN_NHS_NUMBER),
        ("٩٩٩٠٠٠٠٠١٨", AN_NHS_NUMBER),
        ("X10023 had a bleed", A_HOSPITAL_NUMBER),
        ("number 1234567", A_HOSPITAL_NUMBER),
        ("woman born 14-Jul-1961", A_BIRTH_DATE),
        ("DOB 14/07/1961", A_BIRTH_DATE),
        ("30 Gy in 10, 33 Gy in 11 or 36 Gy in 12 fractions", ""),
        ("KPS 40, 15 mg twice weekly", ""),
        ("NCT04729348", ""),
        ("PMID 12345678", ""),
        ("HER2+ since 2021", ""),
        ("bleed on 12-Nov-2026", ""),
    ],
)
def test_what_looks_like_a_patient(text: str, found: str) -> None:
    assert looks_like_patient(text) == found


def test_a_text_made_to_take_minutes_is_read_at_once() -> None:
    began = time.monotonic()
    assert looks_like_patient("\u0301\u0316" * 100_000) == ""
    assert time.monotonic() - began < 5
