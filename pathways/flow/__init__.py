"""The flow diagram of a pathway, made from its rules and never drawn by hand."""

from pathways.flow.graph import Branch, Ending, Flow, Question, Section, flow_of
from pathways.flow.reading import Mark, Reading
from pathways.flow.showing import shown_flow
from pathways.flow.shown import Show, ShownFlow, ShownSection

__all__ = [
    "Branch",
    "Ending",
    "Flow",
    "Mark",
    "Question",
    "Reading",
    "Section",
    "Show",
    "ShownFlow",
    "ShownSection",
    "flow_of",
    "shown_flow",
]
