"""The addresses of signing in, of one's own account, and of people and wards in the admin panel."""

from dataclasses import replace

from accounts.permissions import Permission, Role
from audit.events import Event
from config.access.rules import (
    ANY_METHOD,
    BY_HTMX,
    DELETE,
    EVERYBODY,
    GET,
    NOBODY,
    READ,
    READ_AND_SEND,
    SEND,
    SIGNED_IN,
    Address,
    Answer,
    Nothing,
    Rule,
)

OWN_PAGE = Nothing("it shows a person what they themselves set up")
SIGNING_IN = (
    Event.SIGNED_IN,
    Event.SIGN_IN_FAILED,
    Event.SIGN_IN_DELAYED,
    Event.SIGNED_OUT,
    Event.SECOND_FACTOR_REFUSED,
)
STAFF = Rule("staff", for_staff=True, without_staff=Answer.TURNED_AWAY)
ADMINISTRATORS = Rule(
    "administrators",
    frozenset({Permission.ADMINISTER_USERS}),
    for_staff=True,
    without_staff=Answer.TURNED_AWAY,
)
SUPERUSERS = Rule("superusers", for_staff=True, for_superusers=True, without_staff=Answer.TURNED_AWAY)
CONTENT = Rule(
    "who works on the guidance",
    frozenset({Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT, Permission.PUBLISH_CONTENT}),
    for_staff=True,
    without_staff=Answer.TURNED_AWAY,
)
NONE_OF_STAFF = Rule("nobody", for_staff=True, is_closed=True, without_staff=Answer.TURNED_AWAY)
NOTHING_HERE = replace(NONE_OF_STAFF, refused=Answer.NOT_FOUND)
NO_POST = replace(NONE_OF_STAFF, refused=Answer.NO_SUCH_METHOD)
APP_LIST = replace(ADMINISTRATORS, refused=Answer.NOT_FOUND)
TO_SIGN_IN = dict.fromkeys(((method, BY_HTMX) for method in ANY_METHOD), Answer.SIGN_IN)
# Django's admin leads whoever it does not know from there to its index, and asks for no method before that.
TO_THE_INDEX = dict.fromkeys(
    ((method, who) for method in (GET, DELETE) for who in ("no role", Role.CLINICIAN.value, Role.SENIOR.value)),
    Answer.IN,
)
ACCOUNT = (Event.ACCOUNT_ADDED, Event.ACCOUNT_CHANGED, Event.ACCESS_DENIED)
WARD = (Event.WARD_ADDED, Event.WARD_CHANGED, Event.ACCESS_DENIED)
LISTS = Nothing("it lists accounts, wards or releases, and nothing of patients")


def own(name: str, methods: frozenset[str], *tells: Event, rule: Rule = SIGNED_IN) -> Address:
    return Address(f"accounts:{name}", rule, methods, tells or OWN_PAGE)


def model(
    label: str, view: Rule, add: Rule, change: Rule, *tells: Event, history: Rule | None = None
) -> tuple[Address, ...]:
    """The six addresses that Django's admin gives to every model."""
    told: tuple[Event, ...] = (*tells, Event.ACCESS_DENIED)
    return (
        Address(f"admin:{label}_changelist", view, ANY_METHOD, told),
        Address(f"admin:{label}_add", add, ANY_METHOD, told),
        Address(f"admin:{label}_change", view, ANY_METHOD, told, to_write=change),
        Address(f"admin:{label}_delete", NONE_OF_STAFF, ANY_METHOD, told),
        Address(f"admin:{label}_history", history or view, ANY_METHOD, told),
        Address(f"admin/{'/'.join(label.rsplit('_', 1))}/<path:object_id>/", STAFF, ANY_METHOD, told),
    )


ADDRESSES = (
    own("own", READ),
    own("sign_in", READ_AND_SEND, *SIGNING_IN, rule=EVERYBODY),
    own("sign_in_code", READ_AND_SEND, *SIGNING_IN, rule=EVERYBODY),
    own("sign_in_again", SEND, *SIGNING_IN, rule=EVERYBODY),
    own("demo_sign_in", SEND, Event.SIGNED_IN_AS_DEMO, *SIGNING_IN, rule=EVERYBODY),
    own("sign_out", SEND, Event.SIGNED_OUT, rule=EVERYBODY),
    own("session", READ, Event.SCREEN_COVERED, Event.SESSION_ENDED, rule=EVERYBODY),
    own("unlock", READ_AND_SEND, Event.PASSWORD_ASKED, Event.PASSWORD_REFUSED, Event.SCREEN_COVERED),
    own("wording_choose", SEND, Event.WORDING_CHOSEN),
    own("password_change", READ_AND_SEND, Event.ACCOUNT_CHANGED, Event.PASSWORD_REFUSED),
    own("second_factor", READ_AND_SEND, Event.SECOND_FACTOR_CHANGED, Event.PASSWORD_REFUSED, Event.PASSWORD_ASKED),
    own("second_factor_set_up", READ_AND_SEND, Event.SECOND_FACTOR_CHANGED, Event.SECOND_FACTOR_REFUSED),
    own("second_factor_picture", READ),
    own("first_account", READ_AND_SEND, Event.FIRST_ACCOUNT_MADE, rule=EVERYBODY),
    Address("csp_report", EVERYBODY, SEND, Nothing("a browser says what it did not run, for the server's own log")),
    Address("admin:index", STAFF, ANY_METHOD, LISTS),
    Address("admin:login", NOBODY, ANY_METHOD, (Event.ACCESS_DENIED,), otherwise=TO_SIGN_IN),
    Address("admin:logout", SIGNED_IN, SEND, (Event.SIGNED_OUT,), otherwise=TO_THE_INDEX),
    Address("admin:password_change", STAFF, ANY_METHOD, (Event.ACCOUNT_CHANGED,)),
    Address("admin:password_change_done", STAFF, ANY_METHOD, LISTS, to_write=NO_POST),
    Address("admin:autocomplete", NONE_OF_STAFF, ANY_METHOD, (Event.ACCESS_DENIED,), to_write=NO_POST),
    Address("admin:jsi18n", STAFF, ANY_METHOD, LISTS, to_write=NO_POST),
    Address("admin:app_list", APP_LIST, ANY_METHOD, LISTS),
    Address("admin/(?P<url>.*)$", NOTHING_HERE, ANY_METHOD, LISTS),
    *model("accounts_user", ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, *ACCOUNT),
    Address("admin:auth_user_password_change", ADMINISTRATORS, ANY_METHOD, ACCOUNT),
    *model("accounts_ward", ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, *WARD),
    *model("pathways_release", SUPERUSERS, NONE_OF_STAFF, NONE_OF_STAFF),
    *model("pathways_activation", SUPERUSERS, NONE_OF_STAFF, NONE_OF_STAFF),
    *model("pathways_version", STAFF, NONE_OF_STAFF, STAFF, history=CONTENT),
    *model("django_tasks_database_dbtaskresult", SUPERUSERS, NONE_OF_STAFF, NONE_OF_STAFF),
)
