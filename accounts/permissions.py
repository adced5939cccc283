"""What the roles may do; the groups in the database are made from this table and a test compares them."""

from enum import StrEnum


class Permission(StrEnum):
    """Ask with `user.has_perm(Permission.SIGN_PLAN)`."""

    USE_CLINICAL_RECORD = "accounts.use_clinical_record"
    SIGN_PLAN = "accounts.sign_plan"
    COUNTERSIGN = "accounts.countersign"
    EDIT_CONTENT = "accounts.edit_content"
    REVIEW_CONTENT = "accounts.review_content"
    PUBLISH_CONTENT = "accounts.publish_content"
    READ_AUDIT = "accounts.read_audit"
    REVIEW_ACCESS = "accounts.review_access"
    ADMINISTER_USERS = "accounts.administer_users"

    @property
    def codename(self) -> str:
        return self.value.partition(".")[2]


class Role(StrEnum):
    """The names of the groups."""

    CLINICIAN = "clinician"
    SENIOR = "senior"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy officer"
    ADMINISTRATOR = "administrator"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CLINICIAN: frozenset({Permission.USE_CLINICAL_RECORD, Permission.SIGN_PLAN}),
    Role.SENIOR: frozenset({Permission.USE_CLINICAL_RECORD, Permission.SIGN_PLAN, Permission.COUNTERSIGN}),
    Role.EDITOR: frozenset({Permission.EDIT_CONTENT}),
    Role.REVIEWER: frozenset({Permission.REVIEW_CONTENT}),
    Role.PUBLISHER: frozenset({Permission.PUBLISH_CONTENT}),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
    Role.PRIVACY_OFFICER: frozenset({Permission.REVIEW_ACCESS, Permission.READ_AUDIT}),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER_USERS}),
}

CLINICAL_ROLES = frozenset({Role.CLINICIAN, Role.SENIOR})
# A superuser looks after the machine; that gives nobody a patient's record or a signature.
CLINICAL_PERMISSIONS = frozenset({Permission.USE_CLINICAL_RECORD, Permission.SIGN_PLAN, Permission.COUNTERSIGN})
