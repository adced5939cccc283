"""The JSON Lines form of evaluation: one record of findings in, one record of verdicts out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.explain import not_current
from pathways.engine.observations import BadFinding, Observation, read_day, read_observation, shown
from pathways.engine.problems import nearest
from pathways.engine.release import Release
from pathways.engine.truth import FALSE, TRUE, Truth

RESULTS = {TRUE: "applies", FALSE: "does_not_apply", Truth.UNKNOWN: "unknown"}
FIELDS = ("id", "as_of", "findings")
PARTS = ("value", "unit", "observed_on")


class NotANumber:
    """Stands where a record says NaN or Infinity, so that the finding can be named."""


class RepeatedName(dict[str, Any]):
    """A JSON object in which a name stands twice."""

    name = ""


class BadLine(ValueError):
    """The line is no JSON object at all."""


def read_line(line: str) -> dict[str, Any]:
    """Read one JSON object with exact numbers; raises BadLine."""
    try:
        record = json.loads(
            line,
            parse_float=Decimal,
            parse_int=Decimal,  # an int of thousands of digits would not be read at all
            parse_constant=lambda _: NotANumber(),
            object_pairs_hook=without_repetition,
        )
    except RecursionError:
        raise BadLine("The line is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise BadLine(f"The line is not JSON: {error.msg}, column {error.colno}.") from None
    except (ValueError, InvalidOperation):
        raise BadLine("The line holds a number that cannot be read.") from None
    if not isinstance(record, dict):
        raise BadLine("The line is not a JSON object.")
    return record


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    repeated: RepeatedName | None = None
    for name, value in pairs:
        if name in found:
            repeated = repeated or RepeatedName()
            repeated.name = repeated.name or name
            continue
        found[name] = value
    if repeated is None:
        return found
    repeated.update(found)
    return repeated


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    as_of: date
    observations: dict[str, Observation]


def identity_of(record: Mapping[str, Any]) -> str | None:
    """The id, if the record has a usable one."""
    identity = record.get("id")
    repeated = isinstance(record, RepeatedName) and record.name == "id"
    return identity if isinstance(identity, str) and not repeated else None


def read_record(release: Release, record: Mapping[str, Any]) -> Record:
    """Check a record against the vocabulary; raises BadFinding for the first thing that is wrong."""
    refuse_repetition(record, None)
    for name in record:
        if name not in FIELDS:
            raise BadFinding(None, f"There is no field {shown(name)} in a record.{nearest(name, FIELDS)}")
    if identity_of(record) is None:
        raise BadFinding(None, "A record needs an id, and the id is text.")
    if "as_of" not in record:
        raise BadFinding(None, "A record needs as_of, the day of the evaluation.")
    as_of = read_day(record["as_of"], None, "as_of")
    findings = record.get("findings")
    if not isinstance(findings, dict):
        raise BadFinding(None, "A record needs findings, an object of finding codes and values.")
    if isinstance(findings, RepeatedName):
        raise BadFinding(findings.name, f"The finding {shown(findings.name)} stands twice.")
    return Record(str(record["id"]), as_of, dict(observations_in(release, findings, as_of)))


def observations_in(release: Release, findings: Mapping[str, Any], as_of: date) -> Iterator[tuple[str, Observation]]:
    known = release.vocabulary.findings
    for code, written in findings.items():
        finding = known.get(code)
        if finding is None:
            raise BadFinding(code, f"There is no finding {shown(code)}.{suggestion(code, known)}")
        if written is None:
            continue
        value, unit, day = value_unit_day(code, written, as_of)
        yield code, read_observation(finding, value, unit, day, as_of)


def suggestion(code: str, known: Mapping[str, Any]) -> str:
    hint = nearest(code, known)
    return hint if "?" in hint else ""


def value_unit_day(code: str, written: Any, as_of: date) -> tuple[Any, str | None, date]:
    """A bare value counts as observed on the evaluation day; an object may say the unit and the day."""
    if isinstance(written, NotANumber):
        raise BadFinding(code, "NaN and Infinity are not numbers.")
    if not isinstance(written, dict):
        return written, None, as_of
    refuse_repetition(written, code)
    for name, part in written.items():
        if name not in PARTS:
            raise BadFinding(code, f"There is no field {shown(name)} here.{nearest(name, PARTS)}")
        if part is None:
            raise BadFinding(code, f"{name} is null. A finding that is not recorded is left out, or is null itself.")
        if isinstance(part, NotANumber):
            raise BadFinding(code, "NaN and Infinity are not numbers.")
    if "value" not in written:
        raise BadFinding(code, "The value is missing.")
    unit = written.get("unit")
    if unit is not None and not isinstance(unit, str):
        raise BadFinding(code, f"The unit {shown(unit)} is not text.")
    day = read_day(written["observed_on"], code, "observed_on") if "observed_on" in written else as_of
    return written["value"], unit, day


def refuse_repetition(part: Mapping[str, Any], finding: str | None) -> None:
    if isinstance(part, RepeatedName):
        raise BadFinding(finding, f"The name {shown(part.name)} stands twice.")


def evaluate_record(release: Release, record: Mapping[str, Any]) -> dict[str, Any]:
    """The output record for an input record; raises BadFinding."""
    read = read_record(release, record)
    return {"id": read.id, **result_record(evaluate(release, read.observations, read.as_of))}


def result_record(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON: every verdict, every rule, and what was recorded but is not used."""
    return {
        "release": evaluation.release.sha256,
        "verdicts": {
            code: {
                "stance": verdict.stance.value if verdict.stance else None,
                "settled": verdict.settled,
                "needs": list(verdict.needs),
                "satisfied": verdict.satisfied,
            }
            for code, verdict in evaluation.verdicts.items()
        },
        "rules": {key: RESULTS[truth] for key, truth in evaluation.rules.items()},
        "not_current": not_current(evaluation),
    }


def error_record(error: BadFinding | BadLine, identity: str | None, line: int) -> dict[str, Any]:
    """The output record for a record that cannot be evaluated."""
    details: dict[str, Any] = {}
    if isinstance(error, BadFinding) and error.finding is not None:
        details["finding"] = error.finding
    details["message"] = str(error)
    return {"id": identity, "error": details} if identity is not None else {"line": line, "error": details}
