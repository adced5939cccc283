"""For every model: its rows are watched by triggers, or the reason why not; a test fails on a model without a line."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.options import Options

from audit.row_triggers import AuditedTable, GuardedTables


@dataclass(frozen=True, slots=True)
class Audited:
    """`refusing`: triggers from its migrations that have to be there as well, "append_only" or "frozen"."""

    patient: str = ""  # the column that names the patient
    unwatched: tuple[str, ...] = ()
    refusing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exempt:
    reason: str
    refusing: tuple[str, ...] = ()


APPEND_ONLY = ("append_only",)
OF_THE_LOG = "the log itself: a row about each of its rows would have no end"

DECLARED: dict[str, Audited | Exempt] = {
    # People and what they may do
    "accounts.User": Audited(),
    "accounts.User_groups": Audited(),
    "accounts.User_user_permissions": Audited(),
    "accounts.Membership": Audited(),
    "accounts.Ward": Audited(),
    "auth.Group": Audited(),
    "auth.Group_permissions": Audited(),
    "auth.Permission": Audited(),
    "accounts.WrongPasswords": Exempt("counted before anybody is known; each delay is an event"),
    "accounts.FirstAccountCode": Exempt("used before anybody is known; the account made with it is watched"),
    "mfa.Authenticator": Audited(unwatched=("last_used_at",)),  # which every sign-in sets
    "account.EmailAddress": Exempt("of allauth, which does not start without it; never used"),
    "account.EmailConfirmation": Exempt("of allauth, which does not start without it; never used"),
    # Guidance
    "pathways.Acceptance": Audited(refusing=APPEND_ONLY),
    "pathways.Activation": Audited(refusing=APPEND_ONLY),
    "pathways.Authorship": Audited(),
    "pathways.CanaryAcknowledgement": Audited(refusing=APPEND_ONLY),
    "pathways.CanaryRun": Audited(refusing=APPEND_ONLY),
    "pathways.CheckRun": Audited(unwatched=("done", "heartbeat_at", "step", "total")),
    "pathways.Comment": Audited(),
    "pathways.GuidanceQuestion": Audited(),
    "pathways.SearchEntry": Exempt("the search index; it is derived from Release, whose rows are watched"),
    "pathways.ProofCertificate": Audited(refusing=APPEND_ONLY),
    "pathways.Release": Audited(refusing=APPEND_ONLY),
    "pathways.ReleasePart": Audited(refusing=APPEND_ONLY),
    "pathways.Review": Audited(refusing=APPEND_ONLY),
    "pathways.RuleFirings": Exempt("counted from signed plans, whose rows are watched; any day can be counted again"),
    "pathways.Version": Audited(refusing=("frozen",)),
    # Patients
    "patients.Allergy": Audited(patient="patient_id"),
    "patients.Assessment": Audited(patient="patient_id"),
    "patients.BreakGlassAccess": Audited(patient="patient_id", refusing=("frozen",)),
    "patients.ListedByPerson": Audited(patient="patient_id"),
    "patients.PlanAddendum": Audited(refusing=APPEND_ONLY),
    "patients.Decision": Audited(refusing=APPEND_ONLY),
    "patients.Patient": Audited(patient="id"),
    "patients.PlanWithdrawal": Audited(refusing=APPEND_ONLY),
    "patients.SignedPlan": Audited(patient="patient_id", refusing=APPEND_ONLY),
    "patients.SavedChange": Exempt("keys that tell a repeated save from a new one; what was saved is in Assessment"),
    # The log
    "audit.AuditEvent": Exempt(OF_THE_LOG, refusing=APPEND_ONLY),
    "audit.ShownPatient": Exempt(OF_THE_LOG, refusing=APPEND_ONLY),
    "audit.Leaf": Exempt(OF_THE_LOG, refusing=APPEND_ONLY),
    "audit.Node": Exempt(OF_THE_LOG, refusing=APPEND_ONLY),
    "audit.Checkpoint": Exempt(OF_THE_LOG, refusing=APPEND_ONLY),
    "audit.Retirement": Exempt(OF_THE_LOG, refusing=APPEND_ONLY),
    "audit.PatientKey": Exempt("made with a patient's first event; destroying one is an event of its own"),
    "audit.PendingEvent": Exempt("what waits for the sealer; the tree itself shows what it left out"),
    # Django's own
    "admin.LogEntry": Exempt("the admin panel's second, lesser log of what the audit log says"),
    "contenttypes.ContentType": Exempt("the names of the models, written by `migrate` from the code"),
    "sessions.Session": Exempt("written at every page; signing in, out and being signed out are events"),
    "django_tasks_database.DBTaskResult": Exempt("the worker's queue; a check's run and result are in CheckRun"),
}


def guarded_tables() -> GuardedTables:
    """What settings.AUDIT_GUARDED_TABLES names. A label without a model is left to the test."""
    known = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}  # noqa: SLF001
    declared = [(known[label]._meta, one) for label, one in DECLARED.items() if label in known]  # noqa: SLF001
    return GuardedTables(
        audited=tuple(_table(options, one) for options, one in declared if isinstance(one, Audited)),
        refusing={options.db_table: one.refusing for options, one in declared if one.refusing},
    )


def _table(options: Options[Any], declared: Audited) -> AuditedTable:
    if options.pk is None or options.pk.column is None:
        raise TypeError(f"{options.label} has no primary key of one column.")
    return AuditedTable(
        name=options.db_table,
        key=options.pk.column,
        key_is_uuid=isinstance(options.pk, models.UUIDField),
        patient=declared.patient,
        unwatched=declared.unwatched,
    )
