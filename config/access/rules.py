"""How an address is declared: who may come in, by which methods, whether a patient is meant, what the log is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.permissions import Permission
from audit.events import Event

GET, POST, DELETE = "GET", "POST", "DELETE"
BY_HTMX = "nobody signed in, by htmx"
READ = frozenset({GET})
SEND = frozenset({POST})
READ_AND_SEND = frozenset({GET, POST})
ANY_METHOD = frozenset({GET, POST, DELETE})


class Answer(StrEnum):
    """What comes back, as the matrix prints it. IN is everything that the view itself says, refused forms included."""

    IN = "in"
    SIGN_IN = "sign in"
    TURNED_AWAY = "turned away"  # to the admin's own sign-in, which forbids
    UNAUTHENTICATED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    NO_SUCH_METHOD = "405"


@dataclass(frozen=True, slots=True)
class Nothing:
    """No event is written, because…"""

    because: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come in: whoever has one of the permissions. What others get is `refused`, or `without_staff`."""

    words: str
    permissions: frozenset[Permission] = frozenset()
    for_staff: bool = False
    is_open: bool = False  # to everybody, signed in or not
    is_closed: bool = False  # to everybody: the page is a part of Django's admin that nobody gets
    for_superusers: bool = False  # through Django's own permissions, which only a superuser has
    never_superusers: bool = False  # the role itself is asked for
    refused: Answer = Answer.FORBIDDEN
    without_staff: Answer = Answer.FORBIDDEN


@dataclass(frozen=True, slots=True)
class Address:
    """`reads` and `writes` are the events that coming here may write; `of_any_patient` asks for no relation."""

    name: str
    rule: Rule
    methods: frozenset[str]
    tells: tuple[Event, ...] | Nothing
    to_write: Rule | None = None  # where POST asks for more than GET
    is_about_patient: bool = False
    of_any_patient: frozenset[Permission] = frozenset()
    otherwise: Mapping[tuple[str, str], Answer] = field(default_factory=dict)  # (method, role), stated one by one

    def rule_of(self, method: str) -> Rule:
        return self.to_write if method == POST and self.to_write else self.rule


EVERYBODY = Rule("everybody", is_open=True)
SIGNED_IN = Rule("whoever is signed in")
NOBODY = Rule("nobody", is_closed=True)
