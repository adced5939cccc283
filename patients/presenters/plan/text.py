"""The care plan as plain text for another record: identifiers first, then what was signed, last what made it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from patients.models import SignedPlan
from patients.presenters.plan.page import signed_line, state_sentence
from patients.presenters.plan.record import AddendumLine, addendum_lines
from patients.presenters.plan.sections import AFTER_ADDITIONS
from patients.presenters.plan.text_lines import heading, joined, numbered, paragraph, pasted, row

Body = Mapping[str, Any]


def plan_text(plan: SignedPlan) -> str:
    """From the stored body and the rows beside it; nothing is evaluated. Raises AlteredPlan."""
    body = plan.body_document
    parts = (
        identifiers(body["patient"]),
        state_of(plan, body),
        body_lines(body),
        addenda(addendum_lines(plan)),
        last_line(plan, body),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def identifiers(patient: Body) -> Iterator[str]:
    """Safety: whoever pastes the text sees first whose it is. HZ-7"""
    yield from pasted(patient["name"])
    yield from pasted(f"Born {patient['born']}")
    yield from pasted(f"NHS No. {patient['nhs_number']}")
    yield from pasted(f"Hosp No. {patient['hospital_number']}")
    if patient["died"]:
        yield from pasted(f"Died {patient['died']}")


def about(patient: Body) -> Iterator[str]:
    preferred = f" Preferred name {patient['preferred']}." if patient["preferred"] else ""
    consultant = patient["consultant"] or "not recorded"
    yield from pasted(f"Ward {patient['ward']}. Gender {patient['gender']}.{preferred} Consultant {consultant}.")
    allergies = f": {joined(patient['allergies'])}" if patient["allergies"] else ""
    yield from pasted(f"{patient['allergy_words']}{allergies}.")


def state_of(plan: SignedPlan, body: Body) -> Iterator[str]:
    if settings.LM_MODE != "live":
        yield "TRAINING. Not for the record of a real patient."
    if sentence := state_sentence(plan):
        yield from pasted(f"{plan.state.value.upper()}. {sentence}")
    yield ""
    yield from pasted(f"CARE PLAN {body['signature']['number']} of {body['assessment']['day']}, LM Pathways")
    yield from pasted(f"{signed_line(body['signature'])}.")
    yield from about(body["patient"])


def body_lines(body: Body) -> Iterator[str]:
    for section in SECTIONS:
        yield from section(body)


def advice(body: Body) -> Iterator[str]:
    if body["urgent"]:
        yield from heading("Urgent")
        for note in body["urgent"]:
            yield from argument(note)
    after = [group for group in body["groups"] if group["code"] in AFTER_ADDITIONS and "additions" in body]
    for group in body["groups"]:
        if group not in after:
            yield from group_lines(group)
    yield from additions(body)
    for group in after:
        yield from group_lines(group)
    if not body["urgent"] and not body["groups"]:
        yield from heading("Advice")
        yield from paragraph("The guidance gives no advice on these findings.")


def group_lines(group: Body) -> Iterator[str]:
    yield from heading(group["heading"])
    for card in group["cards"]:
        yield from card_lines(card)


def additions(body: Body) -> Iterator[str]:
    """What a plan of format 1 does not know."""
    if added := body.get("additions"):
        yield from heading(f"Added by clinicians ({len(added)})")
        for one in added:
            yield from row(one["text"])
            yield from paragraph(f"Added by {one['by']}, not from the guidance. {who_and_when(one)}")
    for one in body.get("left_over", ()):
        yield from paragraph(f"Not part of this plan, and written earlier: {one['label']}. {who_and_when(one)}")


def who_and_when(one: Body) -> str:
    return f"Who: {one['owner'] or 'nobody named'}. By when: {one['due'] or 'no day set'}."


def card_lines(card: Body) -> Iterator[str]:
    colon = "" if card["word"] in ("Do", "Do not") else ":"
    against = "AGAINST THE ADVICE. " if card["is_override"] else ""
    yield from row(f"{card['word']}{colon} {card['title']}")
    if card["so_far"]:
        yield from paragraph(f"{card['so_far']}.")
    yield from paragraph(f"{against}{card['answer']} {card['answered_by']}")
    if card.get("is_planned"):
        yield from paragraph(who_and_when(card))
    yield from paragraph(f"Because: {joined(map(fact, card['facts']))}")
    for one in card["governing"]:
        yield from argument(one)
    for sentence in card["lifted_by"]:
        yield from paragraph(f"What would lift it: {sentence}")
    if card["provisional"]:
        yield from paragraph(f"{card['provisional']}: {joined(card['needs'], ', ')}.")
    yield from cautions(card["cautions"])
    for one in card["notes"]:
        yield from argument(one)
    for one in card["overruled"]:
        yield from paragraph(f"Overruled: {one['word']} ({one['pathway']}): {one['wording']}")


def fact(one: Body) -> str:
    return f"{one['text']} ({one['day']})" if one["day"] else str(one["text"])


def argument(one: Body) -> Iterator[str]:
    source = f"{one['pathway']}. {one['grading']}. {one['place']}.{numbered(one['references'])}"
    yield from paragraph(f"{one['wording']} [{source}]")
    for note in one["contested"]:
        yield from paragraph(f"Contested: {note['text']}{numbered(note['references'])}")
    for question in one["questions"]:
        yield from paragraph(f"Open question for the board: {question}")
    yield from cautions(one["cautions"])


def cautions(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield from paragraph(f"Caution: {text}")


def answered_already(body: Body) -> Iterator[str]:
    if body["done"]:
        yield from heading("Done already")
        for one in body["done"]:
            yield from row(f"{one['label']}: {one['sentence']}")


def unknowns(body: Body) -> Iterator[str]:
    yield from heading("What is not known")
    for one in body["missing"]:
        standing = f" ({one['standing']})" if one["standing"] else ""
        yield from row(f"{one['label']}{standing}: {one['helps']}")
    if not body["missing"]:
        yield from paragraph("No missing finding could change this advice.")
    if body["open"]:
        opened = (f"{one['label']} (needs {joined(one['needs'], ', ')})" for one in body["open"])
        yield from paragraph(f"No advice yet, not settled: {joined(opened)}.")
    if body["not_addressed"]:
        labels = joined(body["not_addressed"], ", ")
        yield from paragraph(f"Not addressed by the guidance with these findings: {labels}.")
    if body["not_asked"]:
        yield from paragraph(f"Not asked, because it cannot matter: {joined(body['not_asked'])}.")


def reassess(body: Body) -> Iterator[str]:
    by = body["signature"]["reassess_by"]
    when = f"By {by}, and sooner" if by else "No date set. Reassess"
    yield from heading("Reassess")
    yield from paragraph(f"{when} if the patient's state, the imaging or a finding above changes.")


def notes(body: Body) -> Iterator[str]:
    if body["notes"]:
        yield from heading("Notes")
        for note in body["notes"]:
            yield from argument(note)


def findings(body: Body) -> Iterator[str]:
    yield from heading("Findings used")
    for one in body["findings"]:
        remark = f" {one['remark']}" if one["remark"] else ""
        yield from row(f"{one['label']}: {one['value']}; {one['day']}; {one['recorded']}.{remark}")
    for one in body.get("withdrawn", ()):
        words = f"{one['label']}: {one['value']} ({one['reason']}; {one['by']})"
        yield from row(f"Withdrawn as entered in error: {words}")
    for one in body.get("not_used", ()):
        words = f"{one['label']}: {one['value']} ({one['reason']})"
        yield from row(f"Recorded earlier, not used by this release of the guidance: {words}")


def references(body: Body) -> Iterator[str]:
    if body["references"]:
        yield from heading("References")
    for one in body["references"]:
        address = f" {one['href']}" if one["href"] else ""
        problem = f" Source problem: {one['problem']}" if one["problem"] else ""
        yield from row(f"{one['number']}. {one['kind']}: {one['text']}.{address}{problem}")


def wishes(body: Body) -> Iterator[str]:
    carried = body.get("texts_carried_from", {})
    for name, title in (("priorities", "What matters to the patient"), ("ceilings", "Ceilings of care")):
        yield from heading(title)
        yield from paragraph(body[name] or "Not recorded")
        if name in carried:
            yield from paragraph(f"Carried forward from {carried[name]}, unchanged.")


def family(body: Body) -> Iterator[str]:
    if "contact" not in body:
        return
    outlook = body["outlook"]
    yield from heading("For the patient and family")
    yield from paragraph(f"Whom the patient calls: {body['contact'] or 'Nobody named'}")
    yield from paragraph(f"Outlook: {outlook['text'] if outlook else 'Nothing written'}")
    if outlook:
        yield from paragraph(f"Talked through with the patient by {outlook['discussed_by']}.")


def signature(body: Body) -> Iterator[str]:
    signed, content = body["signature"], body["content"]
    for_whom = f": {signed['on_behalf_of']}" if signed["on_behalf_of"] else ""
    yield from heading("Signature")
    yield from paragraph(f"{signed_line(signed)}. Meaning: {signed['meaning']}{for_whom}.")
    if signed["discussed_with"]:
        yield from paragraph(f"What goes against the advice was discussed with: {signed['discussed_with']}.")
    status = f"{content['status'].lower()}, {content['proof']}"
    yield from paragraph(f"Content: release {content['release']}, {status}. {content['title']}.")


def addenda(lines: tuple[AddendumLine, ...]) -> Iterator[str]:
    if lines:
        yield from heading("Addenda, written after the plan was signed")
        for one in lines:
            yield from row(f"Addendum {one.number}. {one.signed}")
            yield from paragraph(one.text)


def last_line(plan: SignedPlan, body: Body) -> Iterator[str]:
    yield ""
    signed, plan_id = body["signature"]["at_words"], f"plan id {plan.pk}".replace(" ", "\N{NO-BREAK SPACE}")
    yield from pasted(f"Generated by LM Pathways {settings.VERSION}, signed {signed}, {plan_id}")


SECTIONS = (advice, answered_already, unknowns, reassess, notes, findings, references, wishes, family, signature)
