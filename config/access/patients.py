"""The addresses of the patients' records: a patient of another ward does not exist, for anybody."""

from accounts.permissions import Permission
from audit.events import Event
from config.access.rules import (
    READ,
    READ_AND_SEND,
    SEND,
    SIGNED_IN,
    Address,
    Answer,
    Rule,
)

CLINICAL = Rule(
    "clinicians of the ward, and who opened the record by break-glass",
    frozenset({Permission.USE_CLINICAL_RECORD}),
    refused=Answer.NOT_FOUND,
)
ANY_CLINICAL = Rule("clinicians", frozenset({Permission.USE_CLINICAL_RECORD}))
HISTORY = Rule(
    "clinicians of the ward, and auditors",
    frozenset({Permission.USE_CLINICAL_RECORD, Permission.READ_AUDIT}),
    refused=Answer.NOT_FOUND,
)
OFFICERS = Rule("privacy officers", frozenset({Permission.REVIEW_ACCESS}), never_superusers=True)
RECALLERS = Rule("auditors and privacy officers", frozenset({Permission.READ_AUDIT}), never_superusers=True)

AGAIN = Event.FORM_SHOWN_AGAIN
VIEWED = Event.ASSESSMENT_VIEWED
DENIED = Event.ACCESS_DENIED
FOREIGN = Event.FORM_REFUSED


def of_patient(name: str, methods: frozenset[str], *tells: Event, rule: Rule = CLINICAL) -> Address:
    return Address(f"patients:{name}", rule, methods, (*tells, FOREIGN, DENIED), is_about_patient=True)


def of_all(
    name: str, methods: frozenset[str], *tells: Event, rule: Rule = ANY_CLINICAL, to_write: Rule | None = None
) -> Address:
    return Address(f"patients:{name}", rule, methods, (*tells, DENIED), to_write=to_write)


ADDRESSES = (
    of_all("worklist", READ, Event.WORKLIST_VIEWED, rule=SIGNED_IN),
    of_all("patient_search", READ_AND_SEND, Event.PATIENTS_SEARCHED, rule=SIGNED_IN),
    of_all(
        "patient_add",
        READ_AND_SEND,
        Event.PATIENT_ADDED,
        Event.DUPLICATE_WARNING_OVERRIDDEN,
        Event.DUPLICATES_SHOWN,
        FOREIGN,
    ),
    of_all("tour", READ, Event.WORKLIST_VIEWED),
    of_all(
        "practice_start",
        SEND,
        Event.PRACTICE_STARTED,
        Event.PATIENT_ADDED,
        Event.DUPLICATE_WARNING_OVERRIDDEN,
        Event.WORKLIST_VIEWED,
        FOREIGN,
    ),
    of_all("break_glass_ask", READ_AND_SEND, Event.BREAK_GLASS_ASKED, rule=SIGNED_IN, to_write=ANY_CLINICAL),
    of_all(
        "break_glass_open",
        READ_AND_SEND,
        Event.BREAK_GLASS_OPENED,
        Event.BREAK_GLASS_REFUSED,
        rule=SIGNED_IN,
        to_write=ANY_CLINICAL,
    ),
    of_all("break_glass_end", SEND, Event.BREAK_GLASS_ENDED, rule=SIGNED_IN),
    of_all("access_reviews", READ, Event.BREAK_GLASS_LISTED, rule=OFFICERS),
    of_all("access_review", READ_AND_SEND, Event.BREAK_GLASS_LISTED, Event.BREAK_GLASS_REVIEWED, rule=OFFICERS),
    of_all("recalls", READ, rule=RECALLERS),
    of_all("recall", READ_AND_SEND, Event.RECALL_LISTED, rule=RECALLERS),
    of_all("recall_export", SEND, Event.RECALL_EXPORTED, rule=RECALLERS),
    of_patient("patient_detail", READ, Event.PATIENT_VIEWED),
    of_patient("patient_edit", READ_AND_SEND, Event.PATIENT_VIEWED, Event.PATIENT_EDITED, AGAIN),
    Address(
        "patients:patient_history",
        HISTORY,
        READ,
        (Event.HISTORY_VIEWED, DENIED),
        is_about_patient=True,
        of_any_patient=frozenset({Permission.READ_AUDIT}),
    ),
    of_patient("own_list_add", SEND, Event.LIST_CHANGED, AGAIN),
    of_patient("own_list_remove", SEND, Event.LIST_CHANGED, AGAIN),
    of_patient("compare", READ, Event.ASSESSMENTS_COMPARED),
    of_patient("compare_print", READ, Event.COMPARISON_PRINTED),
    of_patient("assessment_start", SEND, Event.ASSESSMENT_STARTED, AGAIN),
    of_patient("assessment_edit", READ_AND_SEND, VIEWED, Event.ASSESSMENT_SAVED, AGAIN),
    of_patient("finding_withdraw", READ_AND_SEND, VIEWED, Event.FINDING_WITHDRAWN, AGAIN),
    of_patient("findings_confirm", READ_AND_SEND, VIEWED, Event.FINDINGS_CONFIRMED, AGAIN),
    of_patient("decision_record", SEND, Event.DECISION_RECORDED, AGAIN),
    of_patient("release_adopt", SEND, Event.RELEASE_ADOPTED, AGAIN),
    of_patient("assessment_discard", READ_AND_SEND, VIEWED, Event.ASSESSMENT_DISCARDED, AGAIN),
    of_patient("plan_details", READ_AND_SEND, VIEWED, Event.PLAN_DETAILS_SAVED, AGAIN),
    of_patient("what_would_change", READ, Event.CHANGES_ASKED, AGAIN),
    of_patient("what_if", READ_AND_SEND, VIEWED, Event.WHAT_IF_TRIED, AGAIN),
    of_patient("flow", READ, Event.FLOW_VIEWED),
    of_patient("flow_print", READ, Event.FLOW_PRINTED),
    of_patient("draft_print", READ, Event.DRAFT_PRINTED),
    of_patient("draft_print_style", READ, Event.PLAN_MARGINS_SENT),
    of_patient("plan_sign", READ_AND_SEND, VIEWED, Event.PLAN_SIGNED, Event.SIGN_REFUSED, AGAIN),
    of_patient("plan_detail", READ, Event.PLAN_VIEWED),
    of_patient("plan_print", READ, Event.PLAN_PRINTED),
    of_patient("plan_print_style", READ, Event.PLAN_MARGINS_SENT),
    of_patient("patient_copy", READ, Event.PATIENT_COPY_VIEWED),
    of_patient("patient_copy_print", READ, Event.PATIENT_COPY_PRINTED),
    of_patient("plan_withdraw", READ_AND_SEND, Event.PLAN_VIEWED, Event.PLAN_WITHDRAWN, AGAIN),
    of_patient("plan_addendum", READ_AND_SEND, Event.PLAN_VIEWED, Event.ADDENDUM_ADDED, AGAIN),
    of_patient("plan_text", READ, Event.PLAN_COPIED),
    of_patient("plan_pdf", READ, Event.PLAN_DOWNLOADED, Event.PLAN_VIEWED),
)
