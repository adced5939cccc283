"""Who may do what to the guidance: `why_not_…` gives the refusal, `can_…` asks, `check_can_…` raises it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from accounts.models import User
from accounts.permissions import Permission
from pathways.models import Version
from pathways.states import VersionState


class Refusal(Enum):
    """Why something is not done, in the words of the disabled button's hint."""

    MAY_NOT_EDIT = "Your role does not include editing the guidance."
    MAY_NOT_REVIEW = "Your role does not include reviewing the guidance."
    MAY_NOT_PUBLISH = "Your role does not include publishing the guidance."
    NO_CONTENT_ROLE = "Your role does not include working on the guidance."
    NO_GUIDANCE = "There is no guidance to work on yet. Load or import the content first."
    NO_SUCH_PART = "The guidance has no such part."
    PART_EXISTS = "The guidance has a pathway of this name already."
    BAD_CODE = "A code begins with a small letter, then small letters, digits and hyphens, 64 characters at most."
    NO_TITLE = "A pathway needs a title."
    DRAFT_EXISTS = "There is a draft of this part already. Continue it."
    UNDER_REVIEW = "This part is under review. Ask the reviewers to return it."
    NOT_A_DRAFT = "Only a draft can be changed. Start a new version."
    MOVED_ON = "The draft has changed since you opened it. Look at it again."
    BAD_ENTRY = "This cannot be saved."
    BAD_IDENTITY = "This name cannot be used."
    IDENTITY_STAYS = "An entry keeps its name. Copy it under the new name and delete this one."
    RENAME_INSTEAD = "This is used elsewhere or may stand in stored records. Use “rename” or “remove option”."
    KIND_STAYS = "A finding that is in force keeps its kind. Add a new finding instead."
    STILL_USED = "This is still used."
    PART_TOO_LARGE = "This part would become too large."
    NO_NOTE = "Say what changed and why: clinicians read it."
    NOTHING_CHANGED = "Nothing has changed against the approved version."
    HAS_PROBLEMS = "This part still has problems."
    NO_REASON = "Give a reason."
    NO_TEXT = "Write something first."
    BAD_TEXT = "The text holds characters that cannot be seen, or is too long."
    ALREADY_RESOLVED = "This comment is resolved already."
    NOT_SUBMITTED = "Only a submitted version can be reviewed."
    NOT_UNDER_REVIEW = "This version is not under review."
    IS_AUTHOR = "You wrote a part of this. Somebody else has to decide on it."
    ALREADY_REVIEWED = "You have decided on this version already."
    TEXT_CHANGED = "The text you read is not the text of this version. Read it again."
    CHECKLIST_OPEN = "Every question of the checklist has to be ticked."
    NO_CANDIDATE = "There is nothing to publish: nothing is approved that is not in force already."
    CHECK_IS_OVER = "This check is over already."
    CHECK_NOT_FINISHED = "This check has not finished."
    CHECK_OUTDATED = "The approved versions are others than when this check was run. Run it again."
    NOT_FOR_PUBLISHING = "Only what a check before publishing showed can be accepted."
    NOTHING_TO_ACCEPT = "The check shows nothing of this name that could be accepted."
    ALREADY_ACCEPTED = "This is accepted already."
    CANNOT_PUBLISH = "This cannot be published yet."
    NEVER_IN_FORCE = "This release was never in force."
    IN_FORCE_ALREADY = "This release is in force already."
    MAY_NOT_ASK = "Your role includes neither treating patients nor working on the guidance."
    PATIENT_DETAILS = "Nothing of any patient belongs here. Take the details out and send it again."
    QUESTION_IS_OVER = "This question is answered or closed already."
    NOT_APPROVED = "Only an approved release may be in force in live mode."
    MAY_NOT_RESUME = "Your role includes neither publishing the guidance nor looking after the system."
    NOT_STOPPED = "Advice is not stopped."
    STILL_DIFFER = "Known patients are still not advised as they should be, so that advice stays stopped."
    DIFFERED_SINCE = "There is a check that you have not seen. Look at it, then say again why advice may be given."
    RESTART_FIRST = "This process gave other advice before. Restart the application first."


class NotAllowed(Exception):
    """Nothing was written. ``details`` says more than the sentence, one thing each."""

    def __init__(self, refusal: Refusal, details: Iterable[str] = ()) -> None:
        self.refusal = refusal
        self.details = tuple(details)
        super().__init__(" ".join((refusal.value, *self.details)))


def refuse_for(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise NotAllowed(refusal)


def why_not_edit(user: User) -> Refusal | None:
    return None if user.has_perm(Permission.EDIT_CONTENT) else Refusal.MAY_NOT_EDIT


def why_not_work_on_content(user: User) -> Refusal | None:
    """Reading drafts, commenting and running checks: editors, reviewers and publishers."""
    roles = (Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT, Permission.PUBLISH_CONTENT)
    return None if any(user.has_perm(role) for role in roles) else Refusal.NO_CONTENT_ROLE


def why_not_ask(user: User) -> Refusal | None:
    """Searching the guidance and asking about it: whoever treats patients, and whoever works on the guidance."""
    may = user.has_perm(Permission.USE_CLINICAL_RECORD) or can_work_on_content(user)
    return None if may else Refusal.MAY_NOT_ASK


def why_not_change(user: User, version: Version) -> Refusal | None:
    if refusal := why_not_edit(user):
        return refusal
    return None if version.state == VersionState.DRAFT else Refusal.NOT_A_DRAFT


def why_not_start(user: User, open_version: Version | None) -> Refusal | None:
    return why_not_edit(user) or why_open(open_version)


def why_open(open_version: Version | None) -> Refusal | None:
    """A submitted version is superseded by a draft; what reviewers are reading is not taken from under them."""
    match open_version.state if open_version else None:
        case VersionState.DRAFT:
            return Refusal.DRAFT_EXISTS
        case VersionState.UNDER_REVIEW:
            return Refusal.UNDER_REVIEW
        case _:
            return None


def why_not_review(user: User, version: Version) -> Refusal | None:
    if not user.has_perm(Permission.REVIEW_CONTENT):
        return Refusal.MAY_NOT_REVIEW
    if version.state not in {VersionState.SUBMITTED, VersionState.UNDER_REVIEW}:
        return Refusal.NOT_SUBMITTED
    if is_author(user, version):
        return Refusal.IS_AUTHOR
    if version.reviews.filter(reviewer=user).exists():
        return Refusal.ALREADY_REVIEWED
    return None


def why_not_decide(user: User, version: Version) -> Refusal | None:
    if refusal := why_not_review(user, version):
        return refusal
    return None if version.state == VersionState.UNDER_REVIEW else Refusal.NOT_UNDER_REVIEW


def why_not_publish(user: User) -> Refusal | None:
    return None if user.has_perm(Permission.PUBLISH_CONTENT) else Refusal.MAY_NOT_PUBLISH


def why_not_resume(user: User) -> Refusal | None:
    may = user.has_perm(Permission.PUBLISH_CONTENT) or user.has_perm(Permission.ADMINISTER_USERS)
    return None if may else Refusal.MAY_NOT_RESUME


def is_author(user: User, version: Version) -> bool:
    return version.authorships.filter(author=user).exists()


def can_edit(user: User) -> bool:
    return why_not_edit(user) is None


def can_work_on_content(user: User) -> bool:
    return why_not_work_on_content(user) is None


def can_ask(user: User) -> bool:
    return why_not_ask(user) is None


def can_change(user: User, version: Version) -> bool:
    return why_not_change(user, version) is None


def can_start(user: User, open_version: Version | None) -> bool:
    return why_not_start(user, open_version) is None


def can_review(user: User, version: Version) -> bool:
    return why_not_review(user, version) is None


def can_decide(user: User, version: Version) -> bool:
    return why_not_decide(user, version) is None


def can_publish(user: User) -> bool:
    return why_not_publish(user) is None


def can_resume(user: User) -> bool:
    return why_not_resume(user) is None


def check_can_edit(user: User) -> None:
    refuse_for(why_not_edit(user))


def check_can_work_on_content(user: User) -> None:
    refuse_for(why_not_work_on_content(user))


def check_can_ask(user: User) -> None:
    refuse_for(why_not_ask(user))


def check_can_change(user: User, version: Version) -> None:
    refuse_for(why_not_change(user, version))


def check_can_submit(user: User, version: Version) -> None:
    refuse_for(why_not_change(user, version))


def check_can_start(user: User, open_version: Version | None) -> None:
    refuse_for(why_not_start(user, open_version))


def check_can_review(user: User, version: Version) -> None:
    refuse_for(why_not_review(user, version))


def check_can_decide(user: User, version: Version) -> None:
    refuse_for(why_not_decide(user, version))


def check_can_publish(user: User) -> None:
    refuse_for(why_not_publish(user))


def check_can_resume(user: User) -> None:
    refuse_for(why_not_resume(user))
