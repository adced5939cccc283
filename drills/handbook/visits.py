"""What the reader does in the browser while following the handbook: each visit takes what is known, and adds to it."""

import json
import secrets
import sys
import threading
from collections.abc import Callable
from typing import Any

from drills.handbook.browser import TRIES, Desk, Refused, wait_a_little

Known = dict[str, Any]
ADMINISTRATOR, CLINICIAN = "first.administrator", "ann.example"


def desk_of(known: Known) -> Desk:
    return Desk(known["authority"], known["address"])


def first_administrator(known: Known) -> Known:
    """With the one-time code; afterwards the page is gone."""
    desk, password = desk_of(known), secrets.token_urlsafe(15)
    names = {"username": ADMINISTRATOR, "first_name": "First", "last_name": "Administrator"}
    desk.fill("/accounts/first/", "code", code=known["code"], **names, new_password=password, repeated=password)
    desk.sign_in(ADMINISTRATOR, password)
    if (panel := desk.get("/admin/")).status != 200:
        raise Refused(f"The administration answers {panel.status}.")
    if (again := desk_of(known).get("/accounts/first/")).status != 404:
        raise Refused(f"The page of the first account is still there: {again.status}.")
    return {"administrator": password}


def first_clinician(known: Known) -> Known:
    """A ward, and somebody who works there."""
    desk, password = desk_of(known), secrets.token_urlsafe(15)
    desk.sign_in(ADMINISTRATOR, known["administrator"])
    desk.fill("/admin/accounts/ward/add/", "code", code="NEURO", name="Neuro-oncology")
    added = desk.fill(
        "/admin/accounts/user/add/", "password1", username=CLINICIAN, password1=password, password2=password
    )
    page = desk.get(added.to)
    choices = page.read().choices
    given = {
        "title": "Dr",
        "first_name": "Ann",
        "last_name": "Example",
        "role_title": "Consultant",
        "groups": choices["groups"]["senior"],
        "memberships-0-ward": choices["memberships-0-ward"]["Neuro-oncology"],
    }
    desk.fill(added.to, "first_name", **given)
    return {"clinician": password}


def first_patient(known: Known) -> Known:
    """An invented patient with an assessment; the first answer is saved."""
    desk = desk_of(known)
    desk.sign_in(CLINICIAN, known["clinician"])
    page = desk.get("/patients/new/")
    given = {
        "hospital_number": "T20001",
        "family_name": "Handbook",
        "given_names": "Practice",
        "birth_date": "02-Feb-1950",
        "sex": "female",
        "ward": page.read().choices["ward"]["Neuro-oncology"],
        "tumour_kind": "solid",
        "allergy_status": "none_known",
    }
    patient = desk.fill("/patients/new/", "hospital_number", **given)
    started = start_assessment(desk, patient.to)
    return {"assessment": started} | save({**known, "assessment": started, "number": 0})


def start_assessment(desk: Desk, patient: str) -> str:
    path = f"{patient}start/"
    answer = desk.post(path, desk.get(patient).form_to(path))
    if answer.status not in {302, 303}:
        raise Refused(f"{path} answers {answer.status}.")
    return answer.to


def save(known: Known) -> Known:
    """Save one answer more, and say which one was acknowledged."""
    desk, number = desk_of(known), known["number"] + 1
    desk.sign_in(CLINICIAN, known["clinician"])
    patiently_saved(desk, known["assessment"], number)
    return {"number": number}


def saved(desk: Desk, path: str, number: int) -> None:
    form = desk.get(path).form_with("priorities")
    answer = desk.post(path, form | {"priorities": f"Save {number}"}, ajax=True)
    if answer.status != 200:
        raise Refused(f"Saving answers {answer.status}.")


def patiently_saved(desk: Desk, path: str, number: int) -> None:
    """As the page does it: a save that was refused for want of a database is sent again. Raises OSError, Refused."""
    for attempt in range(TRIES):
        try:
            saved(desk, path, number)
        except Refused:
            if attempt + 1 == TRIES:
                raise
            wait_a_little(path)
        else:
            return


def save_until_it_fails(known: Known) -> Known:
    """Prints each number as soon as it was acknowledged; somebody takes the machine away meanwhile."""
    desk, number = desk_of(known), known["number"]
    desk.sign_in(CLINICIAN, known["clinician"])
    while True:
        try:
            patiently_saved(desk, known["assessment"], number + 1)
        except (OSError, Refused):
            return {"number": number}
        number += 1
        print(json.dumps({"number": number}), flush=True)


def save_meanwhile(known: Known) -> Known:
    """Save until standard input ends; every refusal is counted, and the save repeated."""
    desk, number, refusals = desk_of(known), known["number"], list[str]()
    desk.sign_in(CLINICIAN, known["clinician"])
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    while not ended.is_set():
        try:
            saved(desk, known["assessment"], number + 1)
        except (OSError, Refused) as refused:
            refusals.append(str(refused))
        else:
            number += 1
        ended.wait(0.2)
    return {"number": number, "meanwhile": number - known["number"], "refusals": refusals}


def look(known: Known) -> Known:
    """What stands in the assessment: the last acknowledged save, or the one that was on its way after it."""
    desk = desk_of(known)
    desk.sign_in(CLINICIAN, known["clinician"])
    stands = desk.get(known["assessment"]).form_with("priorities")["priorities"]
    if stands not in {f"Save {known['number']}", f"Save {known['number'] + 1}"}:
        raise Refused(f"Acknowledged was save {known['number']}, and there stands “{stands}”.")
    return {"number": int(stands.removeprefix("Save "))}


VISITS: dict[str, Callable[[Known], Known]] = {
    visit.__name__: visit
    for visit in (first_administrator, first_clinician, first_patient, save, save_until_it_fails, save_meanwhile, look)
}
