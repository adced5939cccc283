"""Places a section's questions, answers and endings: from left to right, in rows that never meet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from pathways.flow.drawing import Box, Chart, Wire, Words
from pathways.flow.measure import width_of, wrapped
from pathways.flow.reading import Mark
from pathways.flow.shown import ShownBranch, ShownEnding, ShownQuestion, ShownStep, Start

# Pixels at 100 %, which are 1/96 inch on paper.
MARGIN = 6
START_WIDTH, QUESTION_WIDTH, ANSWER_WIDTH, ENDING_WIDTH = 460, 168, 128, 240
PADDING, ROW_GAP, FORK, STEM = 9, 12, 12, 26
SIZES = {"strong": (14, 17), "plain": (13, 16), "small": (12, 15)}  # of the letters and of the line
SHAPE = 30  # what the shape of a class of advice takes of the width
LONGEST_RUN = 4
PAINTED = (Mark.REST, Mark.NOBODY, Mark.WAITING, Mark.TAKEN)

Text = tuple[str, str]  # the kind and the words


def chart_of(start: Start, steps: tuple[ShownStep, ...], name: str) -> Chart:
    """One chart of these steps, below the pathway's start."""
    paper = _Paper()
    first = paper.start(start)
    y = first.bottom + ROW_GAP
    for step in steps:
        entry, bottom = _put(paper, step, MARGIN + STEM, y)
        paper.wire(f"M{MARGIN + STEM // 2} {first.bottom}V{entry}H{MARGIN + STEM}", step.mark)
        y = bottom + ROW_GAP
    return paper.chart(name)


def start_texts(start: Start) -> list[Text]:
    return [("strong", start.label), *([("plain", start.patient)] if start.patient else [])]


def question_texts(question: ShownQuestion) -> list[Text]:
    texts = [("strong", question.label)]
    if question.patient:
        texts.append(("plain", question.patient))
    elif question.follows and question.mark is Mark.NOBODY:
        texts.append(("small", question.follows))
    return texts


def ending_texts(ending: ShownEnding) -> list[Text]:
    return [("strong", ending.said), *([("plain", ending.tag)] if ending.tag else [])]


def run_of(question: ShownQuestion) -> tuple[ShownQuestion, ...]:
    """Questions with one answer each that leads to the next stand below each other, so that a chart stays narrow."""
    run = [question]
    while len(run) < LONGEST_RUN and (following := goes_on(run[-1])):
        run.append(following)
    return tuple(run)


def goes_on(question: ShownQuestion) -> ShownQuestion | None:
    """The next question, where nothing else can follow."""
    steps = [step for branch in question.branches for step in branch.steps]
    return steps[0] if len(question.branches) == len(steps) == 1 and isinstance(steps[0], ShownQuestion) else None


def _put(paper: _Paper, step: ShownStep, x: int, y: int) -> tuple[int, int]:
    """Draws a step and all that follows it; where a line enters, and where the step ends below."""
    if isinstance(step, ShownEnding):
        box = paper.ending(step, x, y)
        return box.centre, box.bottom
    run = run_of(step)
    box = first = paper.question(run[0], x, y)
    for earlier, question in pairwise(run):
        answer = paper.answer_below(earlier.branches[0], box)
        before, box = box, paper.question(question, x, answer.bottom + FORK)
        centre = x + QUESTION_WIDTH // 2
        paper.wire(f"M{centre} {before.bottom}V{answer.y}M{centre} {answer.bottom}V{box.y}", question.mark)
    if goes_down(run[-1]):
        return first.centre, _put_below(paper, run[-1].branches[0], box)
    if len(run) == LONGEST_RUN and goes_on(run[-1]):
        return first.centre, max(box.bottom, _put_on(paper, run[-1].branches[0], box, first.y))
    return first.centre, _put_beside(paper, run[-1], box)


def _put_on(paper: _Paper, branch: ShownBranch, question: Box, top: int) -> int:
    """Goes on with a long run at the top of the next column; where that ends below."""
    answer = paper.answer_below(branch, question)
    x = question.right + 3 * FORK
    entry, bottom = _put(paper, branch.steps[0], x, top)
    below = question.x + QUESTION_WIDTH // 2
    paper.wire(f"M{below} {question.bottom}V{answer.y}", branch.mark)
    paper.wire(f"M{answer.right} {answer.centre}H{x - FORK}V{entry}H{x}", branch.steps[0].mark)
    return max(bottom, answer.bottom)


def _put_beside(paper: _Paper, question: ShownQuestion, box: Box) -> int:
    """Draws the answers to a question in a column beside it, each with what it leads to; where the last ends below."""
    bottom, row, leaves = box.bottom, box.y, None
    for branch in question.branches:
        answer, below = _put_branch(paper, branch, box.right + 2 * FORK, row)
        if leaves is None:  # straight on where the first answer stands beside the question
            leaves = min(max(answer.centre, box.y + PADDING), box.bottom - PADDING)
        paper.wire(f"M{box.right} {leaves}H{answer.x - FORK}V{answer.centre}H{answer.x}", branch.mark)
        bottom, row = max(bottom, below), below + ROW_GAP
    return bottom


def goes_down(question: ShownQuestion) -> bool:
    """The only answer to a question, with several steps after it, opens a list below: that keeps a chart narrow too."""
    steps = question.branches[0].steps
    several = len(question.branches) == 1 and len(steps) > 1
    return several and any(isinstance(step, ShownQuestion) for step in steps)


def _put_below(paper: _Paper, branch: ShownBranch, question: Box) -> int:
    """Draws the only answer under its question, and what it leads to in a list; where it ends below."""
    trunk = question.x + STEM // 2
    answer = paper.answer(branch, question.x, question.bottom + FORK)
    paper.wire(f"M{trunk} {question.bottom}V{answer.y}", branch.mark)
    y, bottom = answer.bottom + ROW_GAP, answer.bottom
    for step in branch.steps:
        entry, bottom = _put(paper, step, question.x + STEM, y)
        paper.wire(f"M{trunk} {answer.bottom}V{entry}H{question.x + STEM}", step.mark)
        y = bottom + ROW_GAP
    return bottom


def _put_branch(paper: _Paper, branch: ShownBranch, x: int, y: int) -> tuple[Box, int]:
    """Draws an answer and what it leads to; the answer's box, and where all of it ends below."""
    height = height_of([("plain", branch.answer)], ANSWER_WIDTH)
    y += max(0, (height - first_height(branch.steps[0])) // 2)
    entries, bottom = [], y
    for step in branch.steps:
        entry, bottom = _put(paper, step, x + ANSWER_WIDTH + 2 * FORK, y)
        entries.append(entry)
        y = bottom + ROW_GAP
    answer = paper.answer(branch, x, entries[0] - height // 2)
    fork = answer.right + FORK
    for step, entry in zip(branch.steps, entries, strict=True):
        paper.wire(f"M{answer.right} {answer.centre}H{fork}V{entry}H{fork + FORK}", step.mark)
    return answer, max(bottom, answer.bottom)


def first_height(step: ShownStep) -> int:
    if isinstance(step, ShownEnding):
        return ending_height(step)
    return height_of(question_texts(step), QUESTION_WIDTH)


def ending_height(ending: ShownEnding) -> int:
    return max(36, height_of(ending_texts(ending), ENDING_WIDTH - SHAPE))


def height_of(texts: list[Text], width: int) -> int:
    return 2 * PADDING + sum(SIZES[kind][1] * len(lines_of(kind, text, width)) for kind, text in texts)


def lines_of(kind: str, text: str, width: int) -> tuple[str, ...]:
    return wrapped(text, SIZES[kind][0], width - 2 * PADDING)


@dataclass(slots=True)
class _Paper:
    """Collects what is drawn."""

    boxes: list[Box] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)

    def chart(self, name: str) -> Chart:
        return Chart(
            name=name,
            width=max(box.right for box in self.boxes) + MARGIN,
            height=max(box.bottom for box in self.boxes) + MARGIN,
            wires=tuple(sorted(self.wires, key=lambda wire: PAINTED.index(wire.mark))),
            boxes=tuple(self.boxes),
        )

    def wire(self, path: str, mark: Mark) -> None:
        self.wires.append(Wire(path, mark))

    def start(self, start: Start) -> Box:
        place = Place(MARGIN, MARGIN, START_WIDTH)
        return self.node("start", start_texts(start), place, start)

    def question(self, question: ShownQuestion, x: int, y: int) -> Box:
        return self.node("question", question_texts(question), Place(x, y, QUESTION_WIDTH), question)

    def node(self, kind: str, texts: list[Text], place: Place, node: Start | ShownQuestion) -> Box:
        box = boxed(kind, node.mark, texts, place)
        return self.drawn(replace(box, name=node.name, href=node.href))

    def answer(self, branch: ShownBranch, x: int, y: int) -> Box:
        return self.drawn(boxed("answer", branch.mark, [("plain", branch.answer)], Place(x, y, ANSWER_WIDTH)))

    def answer_below(self, branch: ShownBranch, question: Box) -> Box:
        """As wide as its words, in the middle below its question."""
        widest = max(width_of(line, SIZES["plain"][0]) for line in lines_of("plain", branch.answer, QUESTION_WIDTH))
        width = min(QUESTION_WIDTH, int(widest) + 2 * PADDING + 2)
        place = Place(question.x + (QUESTION_WIDTH - width) // 2, question.bottom + FORK, width)
        return self.drawn(boxed("answer", branch.mark, [("plain", branch.answer)], place))

    def ending(self, ending: ShownEnding, x: int, y: int) -> Box:
        box = boxed("ending", ending.mark, ending_texts(ending), Place(x, y, ENDING_WIDTH), indent=SHAPE)
        named = replace(box, name=ending.name, href=ending.href, shape=ending.class_code)
        return self.drawn(replace(named, height=ending_height(ending), is_overruled=ending.is_overruled))

    def drawn(self, box: Box) -> Box:
        self.boxes.append(box)
        return box


@dataclass(frozen=True, slots=True)
class Place:
    x: int
    y: int
    width: int


def boxed(kind: str, mark: Mark, texts: list[Text], place: Place, *, indent: int = 0) -> Box:
    """A box as high as its words."""
    width = place.width - indent
    words = words_of(texts, place.x + indent, place.y, width)
    return Box(kind, mark, place.x, place.y, place.width, height_of(texts, width), words)


def words_of(texts: list[Text], x: int, y: int, width: int) -> tuple[Words, ...]:
    words, baseline = [], y + PADDING - 4
    for kind, text in texts:
        for line in lines_of(kind, text, width):
            baseline += SIZES[kind][1]
            words.append(Words(line, x + PADDING, baseline, kind))
    return tuple(words)
