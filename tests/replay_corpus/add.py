"""Adds a corpus: `python -m tests.replay_corpus.add NAME [--synthetic]`; what is kept is never rewritten."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

SEED = 22
WHOLE = 200


def arguments(given: list[str]) -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of the new file, such as 2026-11-shipped")
    parser.add_argument("--synthetic", action="store_true", help="the release in which everything occurs")
    parser.add_argument("--invented", type=int, default=WHOLE, metavar="N", help=f"invented patients (default {WHOLE})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the invented patients (default {SEED})")
    return parser.parse_args(given)


def main(given: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from pathways.content_files import load_content
    from tests.replay_corpus.synthetic import synthetic

    asked = arguments(given)
    document = synthetic() if asked.synthetic else load_content().document
    print(add(asked.name, document, asked.invented, asked.seed))


def add(name: str, document: dict[str, Any], number: int, seed: int) -> str:
    """Writes the records and, where it is new, their release; refuses a name that is there already."""
    from pathways.engine.release import build_release, canonical_json
    from tests.replay_corpus import kept, patients

    release = build_release(document)
    path = kept.FOLDER / f"{name}.jsonl"
    stored = kept.RELEASES / f"{release.sha256}.json"
    if path.exists():
        sys.exit(f"{path.name} is kept already, and a kept corpus is never rewritten. Choose another name.")
    if not stored.exists():
        keep(stored, [canonical_json(document)])
    people = chain(patients.of_cases(release), patients.invented(document, number, seed))
    records = (
        {"id": one, "release": release.sha256, "evaluated": patients.evaluated(release, day, answers)}
        for one, day, answers in people
    )
    lines = [kept.line_of(kept.folded(record)) for record in records]
    keep(path, lines)
    return f"{len(lines)} records in {path.name}, {path.stat().st_size:,} bytes."


def keep(path: Path, lines: Iterable[str]) -> None:
    from tests.replay_corpus import kept

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    with kept.MANIFEST.open("a", encoding="utf-8", newline="\n") as manifest:
        manifest.writelines(manifest_lines(path))


def manifest_lines(path: Path) -> Iterator[str]:
    from tests.replay_corpus import kept

    yield f"{kept.hash_of(path)}  {kept.named(path)}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
