"""Reads the kept corpora: plain lines of JSON, the releases they were made under, and the list of their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pathways.engine.release import Release, build_release, canonical_json, content_hash

FOLDER = Path(__file__).parent / "kept"
RELEASES = FOLDER / "releases"
MANIFEST = FOLDER / "SHA256SUMS"  # as sha256sum writes it: `sha256sum -c SHA256SUMS`
DEFAULT = {"stance": None, "settled": True, "needs": [], "satisfied": False}


def manifest() -> dict[str, str]:
    """The hash that each file had when it was added, by its name below the folder."""
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}


def files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*.json*") if path.is_file())


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def corpora() -> list[Path]:
    return sorted(FOLDER.glob("*.jsonl"))


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Each with `id`, `release` and `evaluated`, the part of a plan's body that is replayed, in full."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield record if "body" in record else record | {"evaluated": unfolded(record)}


@cache
def release(sha256: str) -> Release:
    return build_release(release_document(sha256))


def release_document(sha256: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((RELEASES / f"{sha256}.json").read_text(encoding="utf-8"))
    assert content_hash(document) == sha256
    return document


def folded(record: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is said of nearly everything: rules that are false, verdicts of nothing, answers of the day."""
    evaluated = record["evaluated"]
    verdicts = {code: changed(verdict) for code, verdict in evaluated["verdicts"].items()}
    return {
        "id": record["id"],
        "release": record["release"],
        "as_of": evaluated["as_of"],
        "findings": {code: short(stored) for code, stored in evaluated["findings"].items()},
        "true": [key for key, truth in evaluated["rules"].items() if truth == "true"],
        "unknown": [key for key, truth in evaluated["rules"].items() if truth == "unknown"],
        "verdicts": {code: verdict for code, verdict in verdicts.items() if verdict},
        "not_counting": evaluated["not_counting"],
    }


def unfolded(record: Mapping[str, Any]) -> dict[str, Any]:
    known = release(record["release"])
    truths = dict.fromkeys(record["true"], "true") | dict.fromkeys(record["unknown"], "unknown")
    return {
        "as_of": record["as_of"],
        "findings": {code: stored_answer(short) for code, short in record["findings"].items()},
        "rules": {key: truths.get(key, "false") for key in known.rules},
        "verdicts": {code: DEFAULT | record["verdicts"].get(code, {}) for code in known.vocabulary.interventions},
        "not_counting": record["not_counting"],
    }


def changed(verdict: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if value != DEFAULT[name]}


def short(stored: Mapping[str, Any]) -> list[Any]:
    return [stored["value"], stored["observed_on"], *([stored["unit"]] if stored["unit"] else [])]


def stored_answer(short: list[Any]) -> dict[str, Any]:
    value, observed_on, *unit = short
    return {"value": value, "observed_on": observed_on, "unit": unit[0] if unit else None}


def line_of(record: Mapping[str, Any]) -> str:
    return canonical_json(record) + "\n"
