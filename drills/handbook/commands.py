"""Reads the handbook as somebody who follows it: which command to type where, and what to expect."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from drills.handbook.machines import ACCOUNTS

HANDBOOK = Path(__file__).resolve().parent.parent.parent / "docs" / "handbook"
CHAPTER = re.compile(r"^\d+\. \[[^]]+\]\(([a-z-]+\.md)\)", re.MULTILINE)
MOMENT = re.compile(r"^<!-- drill: (.+) -->$")
FENCE = re.compile(r"^```(\w*)(?: (.*))?$")
WITHIN = re.compile(r"within (\d+) s")
SHOWN = "not run: "


class Unreadable(Exception):
    """A block that nobody could follow; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Place:
    chapter: str
    line: int

    def __str__(self) -> str:
        return f"docs/handbook/{self.chapter}:{self.line}"


@dataclass(frozen=True, slots=True)
class Commands:
    """To be typed on a machine; `fails` when a refusal is what is expected, `within` when it may take seconds."""

    place: Place
    machine: str
    account: str
    script: str
    expected: tuple[str, ...] = ()
    fails: bool = False
    within: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """Not run by the drill, and why."""

    place: Place
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the reader does something else than typing commands: works in the browser, loses a machine."""

    place: Place
    name: str


Step = Commands | Shown | Moment


def chapters(folder: Path = HANDBOOK) -> list[Path]:
    """In the order of the index."""
    return [folder / name for name in CHAPTER.findall((folder / "README.md").read_text(encoding="utf-8"))]


def steps(folder: Path = HANDBOOK) -> list[Step]:
    return [step for path in chapters(folder) for step in steps_of(path)]


def steps_of(path: Path) -> Iterator[Step]:
    blocks = list(blocks_of(path))
    for position, block in enumerate(blocks):
        match block.words:
            case "moment":
                yield Moment(block.place, block.text)
            case "output":
                if not position or not blocks[position - 1].words.startswith("console "):
                    raise Unreadable(f"{block.place}: this output follows no commands.")
            case words if words.startswith("console "):
                following = blocks[position + 1] if position + 1 < len(blocks) else None
                yield commands_of(block, following)
            case words if words.startswith(f"text {SHOWN}"):
                yield Shown(block.place, block.text, words.removeprefix(f"text {SHOWN}"))
            case words:
                raise Unreadable(f"{block.place}: “{words}” says neither where to run it nor why it is not run.")


@dataclass(frozen=True, slots=True)
class Block:
    place: Place
    words: str  # what follows the fence
    text: str
    before: str  # the last line of text in front


def blocks_of(path: Path) -> Iterator[Block]:
    before, opened, lines = "", None, list[str]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if opened is not None:
            if line == "```":
                yield Block(opened[0], opened[1], "\n".join(lines), before)
                opened, before = None, ""
            else:
                lines.append(line)
        elif fence := FENCE.match(line):
            opened, lines = (Place(path.name, number), " ".join(filter(None, fence.groups()))), []
        elif moment := MOMENT.match(line):
            yield Block(Place(path.name, number), "moment", moment[1], "")
        elif line.strip():
            before = line
    if opened is not None:
        raise Unreadable(f"{opened[0]}: this block does not end.")


def commands_of(block: Block, following: Block | None) -> Commands:
    _, machine, account, *further = f"{block.words} ".split(" ", 3)
    words = " ".join(further).strip()
    if machine not in ACCOUNTS or account not in ACCOUNTS[machine]:
        raise Unreadable(f"{block.place}: there is no machine {machine} with an account {account}.")
    if f"On `{machine}`" not in block.before:
        raise Unreadable(f"{block.place}: the line in front of it has to say “On `{machine}`”.")
    within = WITHIN.search(words)
    if set(WITHIN.sub("", words).split()) - {"fails"}:
        raise Unreadable(f"{block.place}: “{words}” is not understood.")
    if not block.text.strip():
        raise Unreadable(f"{block.place}: there is no command in it.")
    answers = following is not None and following.words == "output"
    expected = tuple(filter(None, map(str.strip, following.text.splitlines()))) if answers and following else ()
    return Commands(
        place=block.place,
        machine=machine,
        account=account,
        script=block.text,
        expected=expected,
        fails="fails" in words.split(),
        within=int(within[1]) if within else 0,
    )


def missing_lines(expected: Sequence[str], output: str) -> list[str]:
    """The expected lines that do not come, in their order, in `output`; “…” stands for anything."""
    lines = iter(" ".join(line.split()) for line in output.splitlines())
    for position, wanted in enumerate(expected):
        pieces = map(re.escape, re.split(r"\s*…\s*", " ".join(wanted.split())))
        pattern = re.compile(".*".join(pieces))
        if wanted != "…" and not any(pattern.search(line) for line in lines):
            return list(expected[position:])
    return []
