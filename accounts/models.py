"""People who use the application, and the wards whose patients they may see."""

import uuid
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.permissions import CLINICAL_PERMISSIONS, CLINICAL_ROLES, ROLE_PERMISSIONS, Permission, Role

OF_THE_ROLES = frozenset(Permission)


class Ward(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Wording(models.TextChoices):
    """In whose words the advice stands on a person's screen; what is signed and printed never follows it."""

    PROFESSIONAL = "professional", "Professional wording"
    PLAIN = "plain", "Plain wording"


class User(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=20, blank=True, help_text="Dr, Professor, Ms …, as printed on a care plan.")
    role_title = models.CharField(
        max_length=100, blank=True, help_text="The post, as printed on a care plan: Consultant neuro-oncologist."
    )
    registration_number = models.CharField(
        max_length=30, blank=True, help_text="Number at the professional register, as printed on a care plan."
    )
    is_demo = models.BooleanField(
        "demo person", default=False, help_text="For trying out. Live mode does not start while one exists."
    )
    wording = models.CharField(max_length=20, choices=Wording.choices, default=Wording.PROFESSIONAL)
    wards = models.ManyToManyField(Ward, through="Membership", related_name="people", blank=True)

    class Meta(AbstractUser.Meta):
        permissions = [
            (Permission.USE_CLINICAL_RECORD.codename, "Can see and edit patients of own wards"),
            (Permission.SIGN_PLAN.codename, "Can sign care plans"),
            (Permission.COUNTERSIGN.codename, "Can countersign care plans"),
            (Permission.EDIT_CONTENT.codename, "Can edit guidance content"),
            (Permission.REVIEW_CONTENT.codename, "Can review guidance content"),
            (Permission.PUBLISH_CONTENT.codename, "Can publish guidance content"),
            (Permission.READ_AUDIT.codename, "Can read the audit log"),
            (Permission.REVIEW_ACCESS.codename, "Can review accesses by break-glass"),
            (Permission.ADMINISTER_USERS.codename, "Can administer people and wards"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.title, self.get_full_name()) if part) or self.username

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the groups. Kept for one request: the next one loads the user, and so the roles, again."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def _ward_ids(self) -> frozenset[uuid.UUID]:
        return frozenset(self.memberships.values_list("ward_id", flat=True))

    def ward_ids(self) -> frozenset[uuid.UUID]:
        return self._ward_ids

    def is_clinical(self) -> bool:
        return self.is_active and not CLINICAL_ROLES.isdisjoint(self.roles)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Ours come from the roles alone: one granted past them, from a shell, counts for nothing."""
        if perm not in OF_THE_ROLES:
            return super().has_perm(perm, obj)
        if not self.is_active:
            return False
        by_superuser = self.is_superuser and perm not in CLINICAL_PERMISSIONS
        return by_superuser or any(perm in ROLE_PERMISSIONS[role] for role in Role if role in self.roles)

    @property
    def audit_id(self) -> str:
        return str(self.pk)

    @property
    def audit_name(self) -> str:
        return self.display_name

    @property
    def audit_role(self) -> str:
        return self.role_title or ", ".join(sorted(self.roles))


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ward"], name="one_membership_per_ward")]

    def __str__(self) -> str:
        return f"{self.user} in {self.ward}"


class WrongPasswords(models.Model):
    """How often an entry was wrong, for one name from one address or (empty address) from all; see accounts.delays.

    Names and addresses are keyed hashes: people type their password into the wrong field, and a copy of the table
    must not tell who works here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name_key = models.CharField(max_length=64)
    address_key = models.CharField(max_length=64, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    wait_until = models.DateTimeField(null=True)
    wait_recorded = models.BooleanField(default=False)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name_key", "address_key"], name="one_count_per_name_and_address")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.failures} wrong entries"


class FirstAccountCode(models.Model):
    """The one-time code with which somebody makes the first administrator; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_hash = models.CharField(max_length=64)
    valid_until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"valid until {self.valid_until:%Y-%m-%d %H:%M} UTC"
