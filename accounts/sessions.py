"""Signing in and out, covering and uncovering the screen: how a session begins, pauses and ends, each recorded."""

import dataclasses
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts import clock, second_factor
from accounts.delays import Entry, entry_was_right, seconds_to_wait, too_many
from accounts.models import User
from accounts.selectors import person_by_id, person_named, username_exists
from accounts.services import PasswordAnswer, confirm_own_password
from audit.context import NOBODY, acting
from audit.events import Event
from audit.services import record

BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG_DETAILS = "The user name or the password is not right."
WRONG_PASSWORD = "The password is not right."  # noqa: S105 (a sentence)
ASK_CODE = "Enter the code of your authenticator app."
PENDING = "signing_in"  # in the session: the password was right, the code is missing
PENDING_SECONDS = 5 * 60
ONE_CLICK = "one_click"


@dataclass(frozen=True, slots=True)
class SignInAnswer:
    """Signed in; or not, with the sentence that says why and the seconds to wait; or the code is still missing."""

    user: User | None = None
    refusal: str = ""
    wait: int = 0
    needs_code: bool = False


def sign_in(request: HttpRequest, *, username: str, password: str, shared: bool = False) -> SignInAnswer:
    """The first step, and the only one for whoever has no second factor."""
    answer = _person_with(request, username=username, password=password)
    if answer.user is None:
        return answer
    if second_factor.is_on(answer.user):
        request.session.cycle_key()
        # With the hash of the password: one that is changed meanwhile begins no session any more.
        user, proof = str(answer.user.pk), answer.user.get_session_auth_hash()
        pending = {"user": user, "proof": proof, "at": clock.now(), "shared": shared}
        request.session[PENDING] = pending
        return SignInAnswer(needs_code=True, refusal=ASK_CODE)
    _begin_session(request, answer.user, Event.SIGNED_IN, shared=shared)
    return answer


def is_code_awaited(request: HttpRequest) -> bool:
    pending = request.session.get(PENDING)
    return pending is not None and 0 <= clock.now() - pending["at"] < PENDING_SECONDS


def enter_code(request: HttpRequest, *, code: str) -> SignInAnswer:
    """The second step; only while `is_code_awaited`."""
    pending = request.session[PENDING]
    user = person_by_id(UUID(pending["user"]))
    if user is None or not constant_time_compare(pending.get("proof", ""), user.get_session_auth_hash()):
        return SignInAnswer(refusal=WRONG_DETAILS)
    answer = second_factor.examine(user, code)
    if not answer.right:
        return SignInAnswer(refusal=answer.refusal, wait=answer.wait)
    _begin_session(request, user, Event.SIGNED_IN, shared=bool(pending["shared"]))
    return SignInAnswer(user=user)


def sign_in_again(request: HttpRequest, *, person: UUID, password: str, code: str, shared: bool) -> SignInAnswer:
    """In the page that is open, by the person to whom it belongs; whoever is signed in meanwhile is signed out."""
    if isinstance(request.user, User) and request.user.pk == person:
        confirmed = uncover(request, by=request.user, password=password)
        return SignInAnswer(request.user if confirmed.right else None, confirmed.refusal, confirmed.wait)
    user = person_by_id(person)
    answer = _person_with(request, username=user.username if user else str(person), password=password)
    if answer.user is None:
        return dataclasses.replace(answer, refusal=answer.refusal.replace(WRONG_DETAILS, WRONG_PASSWORD))
    if second_factor.is_on(answer.user):
        if not code:
            return SignInAnswer(needs_code=True, refusal=ASK_CODE)
        examined = second_factor.examine(answer.user, code)
        if not examined.right:
            return SignInAnswer(needs_code=True, refusal=examined.refusal, wait=examined.wait)
    _begin_session(request, answer.user, Event.SIGNED_IN, shared=shared)
    return answer


def sign_in_demo_person(request: HttpRequest, *, person: User) -> None:
    if not person.is_demo:
        raise ValueError("Only demo people sign in without a password.")
    _begin_session(request, person, Event.SIGNED_IN_AS_DEMO, shared=False)
    request.session[ONE_CLICK] = True


def sign_out(request: HttpRequest) -> None:
    with transaction.atomic():
        if isinstance(request.user, User):
            record(Event.SIGNED_OUT, by=request.user)
        logout(request)


def end_session(request: HttpRequest, *, by: User) -> None:
    """Its time is over."""
    with transaction.atomic():
        record(Event.SESSION_ENDED, by=by)
        logout(request)


def note_cover(request: HttpRequest, *, by: User) -> None:
    """The screen of an idle person is covered; said in the log once."""
    known = clock.read(request.session)
    if known.covered:
        return
    with transaction.atomic():
        clock.write(request.session, dataclasses.replace(known, covered=True))
        request.session.save()
        record(Event.SCREEN_COVERED, by=by)


def uncover(request: HttpRequest, *, by: User, password: str) -> PasswordAnswer:
    answer = confirm_own_password(by, password)
    if answer.right:
        known, now = clock.read(request.session), clock.now()
        began = min(known.began, now)  # it may lie ahead, where the server's clock was set back
        clock.write(request.session, dataclasses.replace(known, began=began, active=now, covered=False))
        request.session.cycle_key()  # whoever copied the old key while nobody watched has nothing of it
    return answer


def _person_with(request: HttpRequest, *, username: str, password: str) -> SignInAnswer:
    known_as = username if username_exists(username) else "an unknown user name"
    wait = seconds_to_wait(Entry.PASSWORD, username, known_as=known_as)
    if wait:
        return SignInAnswer(refusal=too_many(wait), wait=wait)
    # Django hashes the password of an unknown name as well: both answers take the same time. With the right password
    # it may renew the hash, which is a change of that person's account.
    with acting(person_named(username) or NOBODY):
        user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        with transaction.atomic():
            # An unknown name is not kept: people type their password into the wrong field.
            record(Event.SIGN_IN_FAILED, by=None, target=known_as, outcome="refused")
        return SignInAnswer(refusal=WRONG_DETAILS)
    entry_was_right(Entry.PASSWORD, username)
    return SignInAnswer(user=user)


def _begin_session(request: HttpRequest, user: User, event: Event, *, shared: bool) -> None:
    before = request.user
    with transaction.atomic(), acting(user):
        if isinstance(before, User) and before.pk != user.pk:
            record(Event.SIGNED_OUT, by=before)
        login(request, user, backend=BACKEND)
        request.session.cycle_key()  # Django keeps the old key when the same person signs in again
        for name in (ONE_CLICK, PENDING):  # nothing of an earlier, half-finished sign-in goes on under a new one
            request.session.pop(name, None)
        clock.start(request.session, shared=shared)
        request.session.save()
        record(event, by=user)
