"""Every auditable act, each with the sentence that the log shows for it."""

from enum import Enum


class Event(Enum):
    """The value is (code, sentence); codes are stored and never change their meaning."""

    # People
    SIGNED_IN = ("accounts.signed_in", "Signed in")
    SIGN_IN_FAILED = ("accounts.sign_in_failed", "Sign-in failed")
    SIGNED_IN_AS_DEMO = ("accounts.signed_in_as_demo", "Signed in as a demo person with one click")
    SIGNED_OUT = ("accounts.signed_out", "Signed out")
    ACCOUNT_ADDED = ("accounts.account_added", "Added an account")
    ACCOUNT_CHANGED = ("accounts.account_changed", "Changed an account")
    WARD_ADDED = ("accounts.ward_added", "Added a ward")
    WARD_CHANGED = ("accounts.ward_changed", "Changed a ward")
    ACCESS_DENIED = ("access_denied", "Was refused access")
    WORDING_CHOSEN = ("accounts.wording_chosen", "Chose the wording on the screen")
    PASSWORD_ASKED = ("accounts.password_asked", "Entered the password again to go on")
    PASSWORD_REFUSED = ("accounts.password_refused", "Entered a wrong password to go on")
    SCREEN_COVERED = ("accounts.screen_covered", "Left the computer: the screen was covered")
    SESSION_ENDED = ("accounts.session_ended", "Was signed out after a time without activity")
    SIGN_IN_DELAYED = ("accounts.sign_in_delayed", "Sign-in was made to wait after wrong passwords")
    SECOND_FACTOR_CHANGED = ("accounts.second_factor_changed", "Changed the second factor of sign-in")
    SECOND_FACTOR_REFUSED = ("accounts.second_factor_refused", "Entered a wrong code of the second factor")
    FIRST_ACCOUNT_MADE = ("accounts.first_account_made", "Made the first account with the one-time code")
    TOO_MANY_REQUESTS = ("too_many_requests", "Sent requests faster than anybody can work")

    # The log itself
    ROW_CHANGED = ("row.changed", "A row was written")
    AUDIT_READ = ("audit.read", "Read the audit log")
    AUDIT_CLINICAL_READ = ("audit.clinical_read", "Read clinical text in the audit log")
    AUDIT_EXPORTED = ("audit.exported", "Exported events of the audit log")
    AUDIT_VERIFIED = ("audit.verified", "Verified the audit log")
    AUDIT_RETIRED = ("audit.retired", "Removed events of the audit log whose retention had ended")
    AUDIT_VALUES_ERASED = ("audit.values_erased", "Erased what the audit log says about a patient")
    AUDIT_PROOF_MADE = ("audit.proof_made", "Made a proof that an event stands in the audit log")
    CLOCK_DIFFERED = ("audit.clock_differed", "The clocks of application and database differed")
    SEALING_STARTED = ("audit.sealing_started", "Started to seal the audit log")
    SEALER_ALIVE = ("audit.sealer_alive", "Reported that the audit log is being sealed")
    EVENT_DISAPPEARED = ("audit.event_disappeared", "Noticed that an event had disappeared before it was sealed")
    MASTER_KEY_CHANGED = ("audit.master_key_changed", "Wrapped the patients' keys with another master key")
    SIGNING_KEY_CHANGED = ("audit.signing_key_changed", "Changed the signing key of the audit log")
    BACKUP_MADE = ("audit.backup_made", "Made a backup of the database")
    BACKUP_RESTORED = ("audit.backup_restored", "Restored the database from a backup")

    # Guidance
    CONTENT_LOADED = ("pathways.content_loaded", "Loaded guidance content")
    RELEASE_ACTIVATED = ("pathways.release_activated", "Put a release of the guidance in force")
    CONTENT_IMPORTED = ("pathways.content_imported", "Imported guidance content as drafts")
    CONTENT_EXPORTED = ("pathways.content_exported", "Exported guidance content")
    VERSION_STARTED = ("pathways.version_started", "Started a working version of the guidance")
    VERSION_CHANGED = ("pathways.version_changed", "Changed a working version of the guidance")
    VERSION_DISCARDED = ("pathways.version_discarded", "Discarded a working version of the guidance")
    VERSION_SUBMITTED = ("pathways.version_submitted", "Submitted a version of the guidance for review")
    REVIEW_STARTED = ("pathways.review_started", "Started to review a version of the guidance")
    VERSION_RETURNED = ("pathways.version_returned", "Returned a version of the guidance with comments")
    VERSION_APPROVED = ("pathways.version_approved", "Approved a version of the guidance")
    COMMENT_ADDED = ("pathways.comment_added", "Commented on the guidance")
    COMMENT_RESOLVED = ("pathways.comment_resolved", "Resolved a comment on the guidance")
    CHECK_STARTED = ("pathways.check_started", "Started a check of the guidance")
    CHECK_CANCELLED = ("pathways.check_cancelled", "Cancelled a check of the guidance")
    CHECK_FINISHED = ("pathways.check_finished", "Finished a check of the guidance on the stored records")
    CHECK_ACCEPTED = ("pathways.check_accepted", "Accepted what a check of the guidance showed")
    IMPACT_DOWNLOADED = ("pathways.impact_downloaded", "Downloaded the impact of a draft on the stored records")
    PROOF_CERTIFIED = ("pathways.proof_certified", "Stored the certificate of a proof")
    RELEASE_PUBLISHED = ("pathways.release_published", "Published a release of the guidance")
    GUIDANCE_SEARCHED = ("pathways.guidance_searched", "Searched the guidance")
    QUESTION_ASKED = ("pathways.question_asked", "Asked the content team a question")
    QUESTION_ANSWERED = ("pathways.question_answered", "Answered a question about the guidance")
    QUESTION_CLOSED = ("pathways.question_closed", "Closed a question about the guidance")
    QUESTION_ANSWER_READ = ("pathways.question_answer_read", "Read the answer to an own question about the guidance")
    GUIDANCE_PRINTED = ("pathways.guidance_printed", "Opened the guidance or the blank form for printing")

    KNOWN_PATIENTS_CHECKED = ("pathways.known_patients_checked", "Checked how known patients are advised")
    ADVICE_RESUMED = ("pathways.advice_resumed", "Allowed advice again after known patients were advised otherwise")

    # Patients
    WORKLIST_VIEWED = ("patients.worklist_viewed", "Viewed the worklist")
    PATIENTS_SEARCHED = ("patients.searched", "Searched for a patient")
    PATIENT_VIEWED = ("patients.patient_viewed", "Viewed the patient's record")
    PATIENT_ADDED = ("patients.patient_added", "Added the patient")
    PATIENT_EDITED = ("patients.patient_edited", "Edited the patient's details")
    DUPLICATE_WARNING_OVERRIDDEN = (
        "patients.duplicate_warning_overridden",
        "Added the patient although a similar one existed",
    )
    BREAK_GLASS_ASKED = ("patients.break_glass_asked", "Asked to open the record of another ward's patient")
    BREAK_GLASS_OPENED = ("patients.break_glass_opened", "Opened the record of another ward's patient by break-glass")
    BREAK_GLASS_REFUSED = ("patients.break_glass_refused", "Was refused to open another ward's record")
    BREAK_GLASS_ENDED = ("patients.break_glass_ended", "Ended the access by break-glass")
    BREAK_GLASS_REVIEWED = ("patients.break_glass_reviewed", "Reviewed an access by break-glass")
    BREAK_GLASS_LISTED = ("patients.break_glass_listed", "Looked through the accesses by break-glass")
    DUPLICATES_SHOWN = ("patients.duplicates_shown", "Was shown similar patients before adding one")
    FORM_REFUSED = ("patients.form_refused", "Sent a form of another person, patient or state of the record: refused")
    FORM_SHOWN_AGAIN = ("patients.form_shown_again", "Was shown a form again that was not accepted")
    LIST_CHANGED = ("patients.list_changed", "Changed the own list of patients")
    HISTORY_VIEWED = ("patients.history_viewed", "Viewed the history of the patient's record")

    # Assessments
    ASSESSMENT_STARTED = ("patients.assessment_started", "Started an assessment")
    ASSESSMENT_VIEWED = ("patients.assessment_viewed", "Viewed the assessment")
    ASSESSMENT_SAVED = ("patients.assessment_saved", "Saved the assessment")
    ANSWER_REFUSED = ("patients.answer_refused", "Entered an answer that was refused")
    FINDING_WITHDRAWN = ("patients.finding_withdrawn", "Withdrew a finding as entered in error")
    FINDINGS_CONFIRMED = ("patients.findings_confirmed", "Confirmed findings as unchanged")
    RELEASE_ADOPTED = ("patients.release_adopted", "Moved the assessment to the guidance in force")
    ASSESSMENT_DISCARDED = ("patients.assessment_discarded", "Discarded the assessment")
    DECISION_RECORDED = ("patients.decision_recorded", "Answered the advice")
    PLAN_DETAILS_SAVED = ("patients.plan_details_saved", "Wrote who does what in the care plan")
    DRAFT_PRINTED = ("patients.draft_printed", "Printed the draft of a care plan that is not signed")
    ASSESSMENTS_COMPARED = ("patients.assessments_compared", "Compared two assessments")
    COMPARISON_PRINTED = ("patients.comparison_printed", "Printed a comparison of two assessments")
    FLOW_VIEWED = ("patients.flow_viewed", "Viewed the flow diagram of the assessment")
    FLOW_PRINTED = ("patients.flow_printed", "Printed the flow diagram of the assessment")
    CHANGES_ASKED = ("patients.changes_asked", "Asked what would change the advice")
    WHAT_IF_TRIED = ("patients.what_if_tried", "Tried hypothetical findings beside the assessment")

    ADVICE_UNAVAILABLE = ("patients.advice_unavailable", "Was told that recommendations are unavailable")

    # Care plans
    PLAN_VIEWED = ("patients.plan_viewed", "Viewed the care plan")
    PLAN_PRINTED = ("patients.plan_printed", "Printed the care plan")
    PLAN_MARGINS_SENT = ("patients.plan_margins_sent", "Was sent the page margins of the printed care plan")
    PLAN_SIGNED = ("patients.plan_signed", "Signed the care plan")
    SIGN_REFUSED = ("patients.sign_refused", "Tried to sign the care plan and was refused")
    PLAN_WITHDRAWN = ("patients.plan_withdrawn", "Withdrew the care plan as entered in error")
    ADDENDUM_ADDED = ("patients.addendum_added", "Added an addendum to the care plan")
    PATIENT_COPY_VIEWED = ("patients.patient_copy_viewed", "Viewed the care plan for the patient")
    PATIENT_COPY_PRINTED = ("patients.patient_copy_printed", "Printed the care plan for the patient")
    PLAN_COPIED = ("patients.plan_copied", "Took the care plan as text for the hospital record")
    PLAN_DOWNLOADED = ("patients.plan_downloaded", "Downloaded the care plan as PDF")
    PLANS_REPLAYED = ("patients.plans_replayed", "Replayed every signed care plan")
    RECALL_LISTED = ("patients.recall_listed", "Listed the patients whom a release of the guidance advised")
    RECALL_EXPORTED = ("patients.recall_exported", "Exported the patients whom a release of the guidance advised")
    PRACTICE_STARTED = ("patients.practice_started", "Started the tour with a practice patient")
    DEMO_PATIENTS_MADE = ("patients.demo_patients_made", "Made the demo patients")

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence


EVENTS_BY_CODE: dict[str, Event] = {event.code: event for event in Event}
