"""Crispy layout objects of the assessment form: a section, a question with answer, date and note, and the texts."""

from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from patients.presenters.assessment.form import Question, Section


class QuestionRow(LayoutObject):
    template = "components/_question.html"

    def __init__(self, question: Question) -> None:
        self.question = question
        self.fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        name = f"finding-{self.question.code}"
        fields: dict[str, Any] = {"value": form[name], "day": form[f"{name}-date"], "why": form[f"{name}-why"]}
        fields["unit"] = form[f"{name}-unit"] if f"{name}-unit" in form.fields else None
        if self.question.note.error:
            form.fields[name].widget.attrs["aria-invalid"] = "true"
        form.rendered_fields.update({bound.name for bound in fields.values() if bound is not None})
        return render_to_string(self.template, {"question": self.question, **fields})


class SectionBox(LayoutObject):
    template = "components/_form_section.html"

    def __init__(self, section: Section, rows: list[QuestionRow]) -> None:
        self.section = section
        self.fields = rows

    def render(self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        rows = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.template, {"section": self.section, "rows": rows})


class TextsBox(LayoutObject):
    """Free text that no rule reads: it is printed on the plan."""

    template = "components/_form_texts.html"

    def __init__(self, number: int) -> None:
        self.number = number
        self.fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        form.rendered_fields.update({"priorities", "ceilings"})
        texts = {"number": self.number, "priorities": form["priorities"], "ceilings": form["ceilings"]}
        return render_to_string(self.template, texts)
