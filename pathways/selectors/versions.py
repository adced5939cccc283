"""Reading versions: the list of parts, one version, its problems, and what was said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from jsonschema import Draft202012Validator

from pathways import content_files
from pathways.editing.parts import PATHWAY_PREFIX, Document, kind_of, part_in_words, parts_of
from pathways.engine.problems import ContentProblems, Path, Problem
from pathways.engine.release import build_release
from pathways.models import Comment, Version
from pathways.selectors.candidates import working_candidate
from pathways.selectors.parts import (
    APPROVED,
    STANDING,
    PartInForce,
    document_of_version,
    newest_versions,
    parts_in_force,
    release_built_on,
)
from pathways.states import VersionState

MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the guidance: what is in force, what was approved last, and what is being worked on.

    ``document`` is the one that is worked on, else the one in force.
    """

    part: str
    title: str
    in_force: PartInForce | None
    approved: Version | None
    open: Version | None
    document: Document


def part_rows() -> tuple[PartRow, ...]:
    """Every part, in content order; new pathways come last."""
    in_force = parts_in_force(release_built_on())
    standing = newest_versions(STANDING)
    approved = newest_versions(APPROVED)
    rows = []
    for part in dict.fromkeys((*in_force, *standing)):
        version = standing.get(part)
        document = document_of_version(version) if version else in_force[part].document
        is_open = version is not None and version.state in VersionState.open()
        rows.append(
            PartRow(
                part=part,
                title=part_in_words(part, document),
                in_force=in_force.get(part),
                approved=approved.get(part),
                open=version if is_open else None,
                document=document,
            )
        )
    return tuple(rows)


def open_version(part: str) -> Version | None:
    """The one version of a part that is being worked on or reviewed."""
    return Version.objects.filter(part=part, state__in=VersionState.open()).first()


def versions_of(part: str) -> QuerySet[Version]:
    """Every version of a part, the newest first, without the documents."""
    return Version.objects.filter(part=part).order_by("-number").defer("document")


def get_version(pk: UUID) -> Version | None:
    return Version.objects.filter(pk=pk).first()


def get_comment(pk: UUID) -> Comment | None:
    return Comment.objects.filter(pk=pk).select_related("version").first()


def comments_of(part: str, *, resolved: bool = False) -> QuerySet[Comment]:
    """Remarks on any version of a part that are not resolved yet; or those that are."""
    comments = Comment.objects.filter(version__part=part, resolved_at__isnull=not resolved)
    return comments.select_related("version").defer("version__document").order_by("at")


def problems_of(version: Version) -> tuple[Problem, ...]:
    """What is wrong with the part, within the guidance as it is being worked on; paths begin in the part."""
    return problems_of_part(version.part, working_candidate(version).document)


def problems_of_part(part: str, document: Document) -> tuple[Problem, ...]:
    problems = [*schema_problems(part, parts_of(document)[part]), *engine_problems(part, document)]
    return tuple(dict.fromkeys(problems))[:MOST_PROBLEMS]


def engine_problems(part: str, document: Document) -> list[Problem]:
    try:
        build_release(document)
    except ContentProblems as error:
        codes = [str(pathway.get("code")) for pathway in document["pathways"]]
        return [
            Problem(inside[1], problem.message, problem.line, problem.column)
            for problem in error.problems
            if (inside := place_of(problem.path, codes)) is not None and inside[0] == part
        ]
    return []


def place_of(path: Path, codes: list[str]) -> tuple[str, Path] | None:
    """The part that a path of the release document leads into, and the rest of the path."""
    match path:
        case ("pathways", int(number), *rest):
            return f"{PATHWAY_PREFIX}{codes[number]}", tuple(rest)
        case (str(part), *rest) if part != "pathways":
            return part, tuple(rest)
        case _:
            return None


def schema_problems(part: str, document: Document) -> Iterator[Problem]:
    """What the form of the content files demands of the part."""
    definitions = content_files.schema()["$defs"]
    name = kind_of(part).value
    if name not in definitions:
        return
    validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})
    for error in validator.iter_errors(document):
        yield Problem(tuple(error.absolute_path), error.message[: content_files.LONGEST_MESSAGE])
