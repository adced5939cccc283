"""The second factor of sign-in: codes of an authenticator app, and recovery codes; what they are is allauth's work."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    validate_totp_code,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.delays import Entry, entry_was_right, seconds_to_wait
from accounts.models import User
from accounts.permissions import Permission
from audit.context import acting
from audit.events import Event
from audit.services import record

WRONG_CODE = "The code is not right. Each code counts once; wait for the next one."
LAST_COUNTER = "last_counter"  # in an authenticator's data


class NotAnAdministrator(PermissionError):
    """Only administrators take away somebody else's second factor."""


class FactorIsDemanded(ValueError):
    """A role of this person must have a second factor."""


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    right: bool
    wait: int = 0  # seconds; the code was not even looked at

    @property
    def refusal(self) -> str:
        if self.right:
            return ""
        if not self.wait:
            return WRONG_CODE
        return f"Too many wrong codes. Wait {self.wait} second{'' if self.wait == 1 else 's'}, then try again."


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What the person sees of it."""

    since: datetime
    recovery_codes_left: int


def is_on(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def is_demanded(user: User) -> bool:
    return not user.roles.isdisjoint(settings.LM_SECOND_FACTOR_ROLES)


def of(user: User) -> SecondFactor | None:
    kinds = {one.type: one for one in Authenticator.objects.filter(user_id=user.pk)}
    app, recovery = kinds.get(Authenticator.Type.TOTP), kinds.get(Authenticator.Type.RECOVERY_CODES)
    if app is None:
        return None
    return SecondFactor(app.created_at, len(RecoveryCodes(recovery).get_unused_codes()) if recovery else 0)


def new_secret() -> str:
    return str(generate_totp_secret())


def qr_code(user: User, secret: str) -> str:
    """A picture (SVG) for the authenticator app."""
    adapter = get_adapter()
    return str(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))


def examine(user: User, code: str) -> CodeAnswer:
    """A code of the app or a recovery code; wrong ones are delayed and recorded. Call it outside of transactions."""
    wait = seconds_to_wait(Entry.SECOND_FACTOR, user.username, known_as=user.username, by=user)
    if wait:
        return CodeAnswer(right=False, wait=wait)
    with transaction.atomic(), acting(user):
        right = _uses_up(user, code)
        if not right:
            record(Event.SECOND_FACTOR_REFUSED, by=user, target=user.audit_id, outcome="refused")
    if right:
        entry_was_right(Entry.SECOND_FACTOR, user.username)
    return CodeAnswer(right=right)


def switch_on(*, by: User, secret: str, code: str) -> tuple[str, ...] | None:
    """The recovery codes, to be shown once; None if the code does not fit the secret."""
    if not validate_totp_code(secret, code):
        return None
    with transaction.atomic():
        Authenticator.objects.filter(user_id=by.pk).delete()
        TOTP.activate(by, secret)
        codes = tuple(RecoveryCodes.activate(by).generate_codes())
        record(Event.SECOND_FACTOR_CHANGED, by=by, target=by.audit_id, after={"second_factor": "switched on"})
    return codes


def new_recovery_codes(*, by: User) -> tuple[str, ...]:
    with transaction.atomic():
        Authenticator.objects.filter(user_id=by.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes = tuple(RecoveryCodes.activate(by).generate_codes())
        record(Event.SECOND_FACTOR_CHANGED, by=by, target=by.audit_id, after={"recovery_codes": "made anew"})
    return codes


def switch_off(*, by: User) -> None:
    """Raises FactorIsDemanded."""
    if is_demanded(by):
        raise FactorIsDemanded("A role of this account must have a second factor.")
    with transaction.atomic():
        Authenticator.objects.filter(user_id=by.pk).delete()
        record(Event.SECOND_FACTOR_CHANGED, by=by, target=by.audit_id, after={"second_factor": "switched off"})


def take_away(person: User, *, by: User) -> bool:
    """For somebody who lost the telephone and the recovery codes. False if there was nothing to take away."""
    if not by.has_perm(Permission.ADMINISTER_USERS) or by.pk == person.pk:
        raise NotAnAdministrator("Only another administrator takes away a second factor.")
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user_id=person.pk).delete()
        if removed:
            taken = {"second_factor": "taken away by an administrator"}
            record(Event.SECOND_FACTOR_CHANGED, by=by, target=person.audit_id, after=taken)
    return bool(removed)


def _uses_up(user: User, code: str) -> bool:
    kinds = {one.type: one for one in Authenticator.objects.select_for_update().filter(user_id=user.pk)}
    app, recovery = kinds.get(Authenticator.Type.TOTP), kinds.get(Authenticator.Type.RECOVERY_CODES)
    typed = "".join(code.split()).replace("-", "")
    return (app is not None and _uses_up_totp(app, typed)) or (
        recovery is not None and bool(RecoveryCodes(recovery).validate_code(typed))
    )


def _uses_up_totp(app: Authenticator, code: str) -> bool:
    """Each code counts once. allauth remembers used codes in a cache, which every process has for itself."""
    secret = decrypt(app.data["secret"])
    for counter in yield_hotp_counters_from_time():
        if counter > app.data.get(LAST_COUNTER, 0) and constant_time_compare(
            code, format_hotp_value(hotp_value(secret, counter))
        ):
            app.data[LAST_COUNTER] = counter
            app.last_used_at = timezone.now()
            app.save(update_fields=["data", "last_used_at"])
            return True
    return False
