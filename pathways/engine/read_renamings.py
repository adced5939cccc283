"""Reads what codes were renamed, and checks that every answer stored under an old code arrives somewhere."""

from __future__ import annotations

from pathways.engine.documents import Part, named, optional_text, text
from pathways.engine.problems import KEY, Path, ProblemList, nearest
from pathways.engine.vocabulary import Renaming, Vocabulary


def read_renamings(document: Part, path: Path, vocabulary: Vocabulary, problems: ProblemList) -> tuple[Renaming, ...]:
    places: list[Path] = []
    renamings: list[Renaming] = []
    for here, key, part in named(document, path, "renamed", problems, key="key", pattern=KEY):
        renaming = Renaming(
            key=key,
            finding=text(part, "finding"),
            reason=text(part, "reason"),
            to=optional_text(part, "to"),
            option=optional_text(part, "option"),
        )
        if not renaming.reason:
            problems.add(here, f"{key}: Say why the code was renamed.")
        places.append(here)
        renamings.append(renaming)
    for index, renaming in enumerate(renamings):
        if any(same_code(renaming, other) for other in renamings[:index]):
            problems.add(places[index], f"{renaming.key}: This code was renamed further up already.")
        elif renaming.option is None:
            check_finding(renaming, renamings[index + 1 :], places[index], vocabulary, problems)
        else:
            check_option(renaming, renamings[index + 1 :], places[index], vocabulary, problems)
    return tuple(renamings)


def same_code(one: Renaming, other: Renaming) -> bool:
    return (one.finding, one.option) == (other.finding, other.option)


def check_finding(
    renaming: Renaming, later: list[Renaming], path: Path, vocabulary: Vocabulary, problems: ProblemList
) -> None:
    key, old = renaming.key, renaming.finding
    if renaming.to is None:
        problems.add(path, f"{key}: Say in `to` what “{old}” is called now.")
    elif old in vocabulary.variables:
        problems.add((*path, "finding"), f"{key}: “{old}” exists, so that it cannot be an old code.")
    elif final_finding(renaming.to, later) not in vocabulary.findings:
        problems.add(
            (*path, "to"), f"{key}: There is no finding “{renaming.to}”.{nearest(renaming.to, vocabulary.findings)}"
        )


def check_option(
    renaming: Renaming, later: list[Renaming], path: Path, vocabulary: Vocabulary, problems: ProblemList
) -> None:
    key, finding = renaming.key, vocabulary.findings.get(final_finding(renaming.finding, later))
    if finding is None:
        hint = nearest(renaming.finding, vocabulary.findings)
        problems.add((*path, "finding"), f"{key}: There is no finding “{renaming.finding}”.{hint}")
        return
    codes = finding.option_codes()
    if renaming.option in codes:
        problems.add((*path, "option"), f"{key}: “{renaming.option}” exists, so that it cannot be an old code.")
    arrived = final_option(renaming, later)
    if arrived is not None and arrived not in codes:
        problems.add((*path, "to"), f"{key}: “{finding.code}” has no option “{arrived}”.{nearest(arrived, codes)}")


def final_finding(code: str, later: list[Renaming]) -> str:
    """What a code is called after the renamings that follow."""
    for renaming in later:
        if renaming.option is None and renaming.finding == code and renaming.to is not None:
            code = renaming.to
    return code


def final_option(renaming: Renaming, later: list[Renaming]) -> str | None:
    """What an option is called after the renamings that follow; None once the answer is set aside."""
    finding, option = renaming.finding, renaming.to
    for following in later:
        if following.finding != finding:
            continue
        if following.option is None:
            finding = following.to or finding
        elif following.option == option:
            option = following.to
    return option
