"""Delays after wrong passwords and codes: they slow down guessing, and never lock anybody out."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import WrongPasswords
from audit.context import Actor, current_request
from audit.events import Event
from audit.services import record

FORGOTTEN_AFTER = timedelta(hours=1)  # without a further wrong entry, counting begins anew
KNOWN_FOR = timedelta(days=30)  # an address from which this person has signed in
CLOCKS_DIFFER = timedelta(seconds=30)
EVERYWHERE = ""


class Entry(StrEnum):
    """What is entered; each is counted apart."""

    PASSWORD = "password"  # noqa: S105 (a name, no password)
    OWN_PASSWORD = "own password"  # noqa: S105 (asked of somebody who is signed in: nobody else can use it up)
    SECOND_FACTOR = "second factor"
    FIRST_ACCOUNT = "first account"


@dataclass(frozen=True, slots=True)
class Pace:
    """The wait after `free` wrong entries: doubled at each further one, up to `longest` seconds."""

    free: int
    longest: int

    def wait_after(self, failures: int) -> int:
        further = failures - self.free
        return min(self.longest, 2 ** min(further + 1, 10)) if further >= 0 else 0


FROM_ONE_ADDRESS = Pace(free=3, longest=60)
FROM_EVERYWHERE = Pace(free=10, longest=10)
CODES_FROM_EVERYWHERE = Pace(free=10, longest=60)  # six digits are guessed sooner than a password


def seconds_to_wait(entry: Entry, name: str, *, known_as: str, by: Actor | None = None) -> int:
    """0 lets one entry be examined. It is counted as wrong beforehand, so that entries sent at once count as well.

    `name` is what was typed; `known_as` is what the log may say of it. Call it outside of any transaction: a count
    that is rolled back together with the refusal would be no count.
    """
    now = timezone.now()
    # Commands, such as the one that makes the demo plans, may have their one great transaction.
    with transaction.atomic(durable=bool(current_request().ip)):
        everywhere = _row(entry, name, EVERYWHERE, now)
        here = _row(entry, name, _here(), now)
        waiting = [here, everywhere] if _waits_for_everybody(entry, here, now) else [here]
        seconds = max(_left(row, now) for row in waiting)
        if seconds:
            _record_once(here, known_as=known_as, by=by)
            return seconds
        is_code = entry is Entry.SECOND_FACTOR
        _count(everywhere, CODES_FROM_EVERYWHERE if is_code else FROM_EVERYWHERE, now)
        _count(here, FROM_ONE_ADDRESS, now)
    return 0


def entry_was_right(entry: Entry, name: str) -> None:
    """Nothing of what was wrong before counts any longer."""
    now = timezone.now()
    with transaction.atomic():
        for address in (EVERYWHERE, _here()):
            row = _row(entry, name, address, now)
            row.failures, row.wait_until, row.succeeded_at = 0, None, now
            row.save(update_fields=["failures", "wait_until", "succeeded_at"])


def too_many(seconds: int) -> str:
    return f"Too many wrong passwords. Wait {seconds} second{'' if seconds == 1 else 's'}, then try again."


def _row(entry: Entry, name: str, address: str, now: datetime) -> WrongPasswords:
    """Locked for the running transaction; the row of all addresses always first, so that no two wait for each other."""
    row, new = WrongPasswords.objects.select_for_update().get_or_create(
        # As typed: only the exact name signs in, and whoever is called "anna" must not clear the count of "Anna".
        name_key=_keyed(f"{entry.value}:{name}"),
        address_key=_keyed(network(address)) if address else EVERYWHERE,
        defaults={"last_at": now},
    )
    if new:
        forgotten = Q(succeeded_at__isnull=True, last_at__lt=now - FORGOTTEN_AFTER) | Q(last_at__lt=now - KNOWN_FOR)
        WrongPasswords.objects.filter(forgotten).delete()  # whoever tries invented names fills no table
    return row


def _here() -> str:
    return current_request().ip or "no address"  # commands have none


def _keyed(text: str) -> str:
    return salted_hmac("accounts.delays", text, algorithm="sha256").hexdigest()


def network(address: str) -> str:
    """One subscriber has a whole /64 of IPv6 addresses to choose from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)  # noqa: PLR2004


def _is_known(row: WrongPasswords, now: datetime) -> bool:
    return row.succeeded_at is not None and now - row.succeeded_at < KNOWN_FOR


def _waits_for_everybody(entry: Entry, here: WrongPasswords, now: datetime) -> bool:
    """Whether wrong entries from other addresses count here. Nobody guesses the twenty letters of a first account."""
    if entry is Entry.FIRST_ACCOUNT:
        return False
    return entry is Entry.SECOND_FACTOR or not _is_known(here, now)


def _left(row: WrongPasswords, now: datetime) -> int:
    was_set_back = row.last_at > now + CLOCKS_DIFFER  # the server's clock: nobody waits until it has come there again
    if row.wait_until is None or was_set_back:
        return 0
    return max(0, ceil((row.wait_until - now).total_seconds()))


def _count(row: WrongPasswords, pace: Pace, now: datetime) -> None:
    row.failures = 1 if now - row.last_at > FORGOTTEN_AFTER else row.failures + 1
    wait = pace.wait_after(row.failures)
    row.last_at, row.wait_until = now, now + timedelta(seconds=wait) if wait else None
    row.wait_recorded = False
    row.save(update_fields=["failures", "last_at", "wait_until", "wait_recorded"])


def _record_once(row: WrongPasswords, *, known_as: str, by: Actor | None) -> None:
    """One line for a wait: whoever hammers on must not fill the log."""
    if not row.wait_recorded:
        row.wait_recorded = True
        row.save(update_fields=["wait_recorded"])
        record(Event.SIGN_IN_DELAYED, by=by, target=known_as, outcome="refused")
