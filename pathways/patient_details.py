"""Notices what looks like a patient's number in a text about the guidance, where nothing of any patient belongs."""

from __future__ import annotations

import re
import unicodedata

NHS_NUMBER = re.compile(r"(?<![\d])\d{3}[ .\-]?\d{3}[ .\-]?\d{4}(?!\d)")
HOSPITAL_NUMBER = re.compile(r"(?<![a-z0-9])(?!nct|pmid|isrctn|pmc|cd)[a-z]{0,3}\d{5,9}(?![a-z0-9])")
REGISTRY = re.compile(r"(?:nct|pmid:?|isrctn|pmc|doi:?) ?[\d./a-z\-]+")
BIRTH_DATE = re.compile(r"\b(?:born|birth|dob)\b\D{0,12}\d")

# Nothing longer is kept anywhere. Putting marks above and below letters in order takes the square of their number.
LONGEST_READ = 20_000

AN_NHS_NUMBER = "this looks like an NHS number"
A_HOSPITAL_NUMBER = "this looks like a hospital number"
A_BIRTH_DATE = "this looks like a date of birth"


def looks_like_patient(text: str) -> str:
    """What in the text looks like a patient's, or nothing. Names cannot be told from other words."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_READ]).casefold()
    plain = "".join(one for one in plain if unicodedata.category(one) != "Cf").replace("\u00a0", " ")
    if NHS_NUMBER.search(plain):
        return AN_NHS_NUMBER
    if HOSPITAL_NUMBER.search(REGISTRY.sub(" ", plain)):
        return A_HOSPITAL_NUMBER
    return A_BIRTH_DATE if BIRTH_DATE.search(plain) else ""
