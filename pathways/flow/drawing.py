"""The pieces of a chart: plain numbers and words, which a template writes as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.flow.reading import Mark


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `kind` is "strong", "plain" or "small"."""

    text: str
    x: int
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class Box:
    """`kind` is "start", "question", "answer" or "ending"; `shape` the class of advice whose shape stands in it."""

    kind: str
    mark: Mark
    x: int
    y: int
    width: int
    height: int
    words: tuple[Words, ...]
    name: str = ""
    href: str = ""
    shape: str = ""
    is_overruled: bool = False

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def centre(self) -> int:
        return self.y + self.height // 2

    @property
    def css(self) -> str:
        overruled = " flow-overruled" if self.is_overruled else ""
        return f"flow-{self.kind} flow-{self.mark.value}{overruled}"

    @property
    def shape_x(self) -> int:
        return self.x + 8

    @property
    def shape_y(self) -> int:
        return self.y + 7


@dataclass(frozen=True, slots=True)
class Wire:
    """A line with corners; `path` is what SVG calls the data of a path."""

    path: str
    mark: Mark

    @property
    def css(self) -> str:
        return f"flow-wire flow-{self.mark.value}"


@dataclass(frozen=True, slots=True)
class Chart:
    """`wires` come in the order in which they are painted: this patient's way last, above the rest."""

    name: str
    width: int
    height: int
    wires: tuple[Wire, ...]
    boxes: tuple[Box, ...]

    @property
    def answers(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.kind == "answer")

    @property
    def nodes(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.kind != "answer")

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"
