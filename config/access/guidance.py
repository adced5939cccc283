"""The addresses of the guidance: what everybody may read about it, and where it is written, reviewed and published."""

from accounts.permissions import Permission
from audit.events import Event
from config.access.rules import (
    EVERYBODY,
    READ,
    READ_AND_SEND,
    SEND,
    SIGNED_IN,
    Address,
    Nothing,
    Rule,
)

WORKS_ON_IT = frozenset({Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT, Permission.PUBLISH_CONTENT})
READERS = Rule("clinicians, editors, reviewers, publishers", WORKS_ON_IT | {Permission.USE_CLINICAL_RECORD})
OWN_QUESTIONS = Nothing("it shows one's own questions about the guidance, which hold nothing of any patient")
DRAFTS = Nothing("drafts of guidance hold nothing of any patient")
CONTENT = Rule("editors, reviewers, publishers", WORKS_ON_IT, for_staff=True)
EDITORS = Rule("editors", frozenset({Permission.EDIT_CONTENT}), for_staff=True)
REVIEWERS = Rule("reviewers", frozenset({Permission.REVIEW_CONTENT}), for_staff=True)
PUBLISHERS = Rule("publishers", frozenset({Permission.PUBLISH_CONTENT}), for_staff=True)
ACCEPTING = Rule("reviewers, publishers", REVIEWERS.permissions | PUBLISHERS.permissions, for_staff=True)
RESUMING = Rule(
    "publishers, administrators", frozenset({Permission.PUBLISH_CONTENT, Permission.ADMINISTER_USERS}), for_staff=True
)
CHANGED = Event.VERSION_CHANGED
PAGE = Nothing("it explains the application")


def about(name: str, rule: Rule, methods: frozenset[str], *tells: Event, to_write: Rule | None = None) -> Address:
    told = (*tells, Event.ACCESS_DENIED) if tells else DRAFTS
    return Address(f"admin:pathways_{name}", rule, methods, told, to_write=to_write)


ADDRESSES = (
    Address("pathways:about", EVERYBODY, READ, PAGE),
    Address("pathways:help", EVERYBODY, READ, PAGE),
    Address("pathways:safety", SIGNED_IN, READ, PAGE),
    Address("pathways:flow", SIGNED_IN, READ, PAGE),
    Address("pathways:blank_form", SIGNED_IN, READ, (Event.GUIDANCE_PRINTED,)),
    Address("pathways:printed_pathways", SIGNED_IN, READ, (Event.GUIDANCE_PRINTED,)),
    Address("pathways:search", READERS, READ_AND_SEND, (Event.GUIDANCE_SEARCHED,)),
    Address("pathways:ask", READERS, READ_AND_SEND, (Event.QUESTION_ASKED,)),
    Address("pathways:questions", READERS, READ, OWN_QUESTIONS),
    Address("pathways:question_read", READERS, SEND, (Event.QUESTION_ANSWER_READ,)),
    about("guidance", CONTENT, READ),
    about("pathway_add", EDITORS, READ_AND_SEND, Event.VERSION_STARTED),
    about("part_start", EDITORS, SEND, Event.VERSION_STARTED),
    about("version", CONTENT, READ),
    about("version_submit", EDITORS, READ_AND_SEND, Event.VERSION_SUBMITTED),
    about("version_discard", EDITORS, READ_AND_SEND, Event.VERSION_DISCARDED),
    about("head", CONTENT, READ_AND_SEND, CHANGED, to_write=EDITORS),
    about("entry_add", EDITORS, READ_AND_SEND, CHANGED),
    about("entry_copy", EDITORS, READ_AND_SEND, CHANGED),
    about("entry_move", EDITORS, SEND, CHANGED),
    about("entry_delete", EDITORS, READ_AND_SEND, CHANGED),
    about("entry", CONTENT, READ_AND_SEND, CHANGED, to_write=EDITORS),
    about("names", CONTENT, READ),
    about("condition_check", CONTENT, SEND),
    about("preview_choose", CONTENT, READ),
    about("preview", CONTENT, READ),
    about("comment_add", CONTENT, SEND, Event.COMMENT_ADDED),
    about("comment_resolve", CONTENT, SEND, Event.COMMENT_RESOLVED),
    about("rename", EDITORS, READ_AND_SEND, CHANGED),
    about("rename_done", EDITORS, READ),
    about("cases", CONTENT, READ),
    about("case_from_witness", EDITORS, READ_AND_SEND, Event.VERSION_STARTED, CHANGED),
    about("differences", CONTENT, READ),
    about("review", CONTENT, READ),
    about("review_start", REVIEWERS, SEND, Event.REVIEW_STARTED),
    about("review_approve", REVIEWERS, SEND, Event.VERSION_APPROVED),
    about("review_return", REVIEWERS, SEND, Event.VERSION_RETURNED),
    about("check", CONTENT, READ_AND_SEND, Event.CHECK_STARTED),
    about("gate", CONTENT, READ_AND_SEND, Event.CHECK_STARTED),
    about("run", CONTENT, READ),
    about("run_cancel", CONTENT, SEND, Event.CHECK_CANCELLED),
    about("run_accept", ACCEPTING, SEND, Event.CHECK_ACCEPTED),
    about("run_impact", CONTENT, READ, Event.IMPACT_DOWNLOADED),
    about("publish", PUBLISHERS, SEND, Event.RELEASE_PUBLISHED, Event.RELEASE_ACTIVATED),
    about("releases", CONTENT, READ),
    about("release", CONTENT, READ),
    about("firings", CONTENT, READ),
    about("firing", CONTENT, READ),
    about("questions", EDITORS, READ),
    about("question", EDITORS, READ),
    about("question_answer", EDITORS, SEND, Event.QUESTION_ANSWERED),
    about("question_close", EDITORS, SEND, Event.QUESTION_CLOSED),
    about("known_patients", RESUMING, READ),
    about("known_patients_check", RESUMING, SEND, Event.KNOWN_PATIENTS_CHECKED),
    about("advice_resume", RESUMING, SEND, Event.KNOWN_PATIENTS_CHECKED, Event.ADVICE_RESUMED),
    about("roll_back", PUBLISHERS, READ_AND_SEND, Event.RELEASE_ACTIVATED),
)
