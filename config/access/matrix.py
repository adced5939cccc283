"""The role matrix as a page: address by method, and for every role what comes back."""

from collections.abc import Iterator

from config.access import ADDRESSES
from config.access.roles import SOMEBODIES, Relation, Somebody, expected
from config.access.rules import GET, POST, Address, Nothing
from config.access.walk import Route, routes

HEAD = """\
# Who may come where

Made by `./dev manage access_matrix` from the declarations in `config/access/`; `--check` says whether this
page is up to date, and `tests/access/test_matrix.py` compares every cell with the running application.

- **in**: the view answers; it may still refuse a form or a state in words.
- **404** for a patient's record means that for this person the patient does not exist; the log keeps the attempt.
- **sign in**: to the sign-in page and back. **turned away**: to the admin panel's own sign-in, which forbids.
- Patients' records: clinicians of the ward, and whoever opened the record by break-glass, get what stands in the
  column; of another ward's patient, and of an id that does not exist, everybody gets 404.
- A method that is not listed is answered with 405, and with "sign in" or 401 to whoever is not signed in.
"""


def matrix_page() -> str:
    return HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    names = [who.name for who in SOMEBODIES]
    yield "\n## Address by role\n"
    yield f"| Address | Method | {' | '.join(names)} |"
    yield f"|---|---|{'---|' * len(names)}"
    for route in routes():
        address = ADDRESSES[route.name]
        for method in (GET, POST):
            if method in address.methods:
                cells = " | ".join(_cell(address, method, who) for who in SOMEBODIES)
                yield f"| `/{_words(route)}` | {method} | {cells} |"
    yield "\n## Patients' records by relation\n"
    relations = [one for one in Relation if one is not Relation.NO_PATIENT]
    yield f"| Address | {' | '.join(f'clinician, {one}' for one in relations)} |"
    yield f"|---|{'---|' * len(relations)}"
    clinician = next(who for who in SOMEBODIES if who.is_clinical)
    for route in routes():
        address = ADDRESSES[route.name]
        if address.is_about_patient:
            method = GET if GET in address.methods else POST
            cells = " | ".join(expected(address, method, clinician, one) for one in relations)
            yield f"| `/{_words(route)}` | {cells} |"
    yield "\n## What the log is told\n"
    yield "| Address | Who may come in | Events |"
    yield "|---|---|---|"
    for route in routes():
        address = ADDRESSES[route.name]
        who = address.rule.words + (f"; to send: {address.to_write.words}" if address.to_write else "")
        yield f"| `/{_words(route)}` | {who} | {_told(address)} |"


def _cell(address: Address, method: str, who: Somebody) -> str:
    relation = Relation.OWN_WARD if address.is_about_patient else Relation.NO_PATIENT
    return expected(address, method, who, relation).value


def _told(address: Address) -> str:
    match address.tells:
        case Nothing(because):
            return f"none: {because}"
        case events:
            return ", ".join(f"`{event.code}`" for event in events)


def _words(route: Route) -> str:
    return route.route.replace("|", "\\|")
