"""Measures how long it takes to find whom a release advised, among many plans on PostgreSQL."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

TARGET_SECONDS = 10.0
READ_AT_ONCE = 5_000  # of the plans whose bodies are looked into: more than a hospital signs on one release


def main(arguments: Sequence[str] = ()) -> int:
    """The exit status is 1 where the target is missed."""
    parser = argparse.ArgumentParser(prog="./dev bench recall")
    parser.add_argument("--plans", type=int, default=1_000_000, help="that are stored (default: a million)")
    options = parser.parse_args(arguments)
    from bench.audit import database

    with database():
        return 0 if measure(options.plans) else 1


def measure(plans: int) -> bool:
    """Every plan but READ_AT_ONCE rests on one release; these rest on another and have bodies as they are signed."""
    from django.utils import timezone

    from patients.recall_file import recall_lines
    from patients.selectors.recalls import RecallQuestion, advised_by, whom_it_advised
    from patients.services.recalls import record_recall

    one, other, auditor = filled(plans)
    whole = RecallQuestion((one.pk,), timezone.now())
    ruled = RecallQuestion((other.pk,), timezone.now(), rule="safe-it-pressure")
    taken = {}
    taken["counting them"] = timed(lambda: advised_by(one.pk, user=auditor))
    taken["finding the first 200"] = timed(lambda: whom_it_advised(whole, most=200))
    found = whom_it_advised(whole, most=200)
    taken["their names"] = timed(lambda: list(recall_lines(found, whole)))
    taken["finding 100,000 for a file"] = timed(lambda: whom_it_advised(whole, most=100_000))
    taken[f"where a rule applied, {READ_AT_ONCE:,} bodies"] = timed(lambda: whom_it_advised(ruled, most=200))
    from audit.events import Event

    shown = whom_it_advised(whole, most=100_000).named
    taken[f"recording {len(shown):,} patients in the log"] = timed(
        lambda: record_recall(
            Event.RECALL_EXPORTED, by=auditor, release=one.pk, shown=shown, reason="The benchmark", asked={}
        )
    )
    print(f"{plans:,} plans, of which {found.all_plans:,} rest on the release; {found.all_patients:,} patients")
    for what, seconds in taken.items():
        print(f"  {what:<55}{seconds:7.2f} s")
    answer = sum(taken[name] for name in ("counting them", "finding the first 200", "their names"))
    print(f"  the answer as a page{'':<35}{answer:7.2f} s   target {TARGET_SECONDS:.0f} s")
    return answer < TARGET_SECONDS


def timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def filled(plans: int) -> tuple[Any, Any, Any]:
    """One plan that is really signed, and copies of its row made by the database, without the triggers."""
    from django.db import connection

    from tests import factories
    from tests.cast import make_cast

    cast = make_cast()
    release = factories.shipped_release()
    signed = factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    newer = factories.newer_release(lambda document: document.update(title="Newer"))
    given: dict[str, str | int] = {
        "plan": str(signed.pk),
        "newer": str(newer.pk),
        "bodies": READ_AT_ONCE,
        "plans": plans,
        "patients": plans // 3 + 1,
    }
    with connection.cursor() as cursor:
        for statement in COPIES.split(";"):
            cursor.execute(statement, given)
    return release, newer, cast.auditor


# Three plans of a patient, a minute apart; ids are made of numbers, so that rows find one another.
COPIES = """
ALTER TABLE patients_patient DISABLE TRIGGER USER;
ALTER TABLE patients_assessment DISABLE TRIGGER USER;
ALTER TABLE patients_signedplan DISABLE TRIGGER USER;
CREATE FUNCTION pg_temp.key(kind text, number bigint) RETURNS text LANGUAGE sql
    RETURN kind || '0000000-0000-4000-8000-' || lpad(to_hex(number), 12, '0');
CREATE TEMP TABLE model_plan AS SELECT * FROM patients_signedplan WHERE id = %(plan)s;
CREATE TEMP TABLE model_patient AS SELECT * FROM patients_patient WHERE id = (SELECT patient_id FROM model_plan);
CREATE TEMP TABLE model_draft AS SELECT * FROM patients_assessment WHERE id = (SELECT assessment_id FROM model_plan);
INSERT INTO patients_patient SELECT (jsonb_populate_record(model, jsonb_build_object(
    'id', pg_temp.key('a', n), 'hospital_number', 'B' || n, 'nhs_number', ''))).*
    FROM model_patient model, generate_series(1, %(patients)s) n;
INSERT INTO patients_assessment SELECT (jsonb_populate_record(model, jsonb_build_object(
    'id', pg_temp.key('b', n), 'patient_id', pg_temp.key('a', n / 3 + 1), 'findings', '{}'::jsonb,
    'release_id', CASE WHEN n <= %(bodies)s THEN %(newer)s::uuid ELSE model.release_id END))).*
    FROM model_draft model, generate_series(1, %(plans)s) n;
INSERT INTO patients_signedplan
    (id, number, body, body_sha256, signed_at, signed_by, meaning, on_behalf_of, reassess_by,
     assessment_id, patient_id, release_id)
    SELECT pg_temp.key('c', n)::uuid, n %% 3 + 2, CASE WHEN n <= %(bodies)s THEN body ELSE '' END, body_sha256,
    signed_at - make_interval(mins => n), signed_by, meaning, on_behalf_of, reassess_by,
    pg_temp.key('b', n)::uuid, pg_temp.key('a', n / 3 + 1)::uuid,
    CASE WHEN n <= %(bodies)s THEN %(newer)s::uuid ELSE release_id END
    FROM model_plan, generate_series(1, %(plans)s::int) n;
ANALYZE patients_patient;
ANALYZE patients_assessment;
ANALYZE patients_signedplan
"""
