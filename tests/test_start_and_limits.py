"""What is looked at before a server answers, and what it says when the database does not answer in time."""

import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "LM_MODE": "live",
    "LM_SECRET_KEY": "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWx",
    "LM_AUDIT_MASTER_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
    "LM_ALLOWED_HOSTS": "lm.hospital.example",
}


def python(*command: str, **changed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=PRODUCTION | changed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_deploy_is_clean() -> None:
    done = python(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", DATABASE_URL="postgresql://nobody@localhost/none"
    )
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A fresh installation on SQLite."""
    url = f"sqlite://{tmp_path_factory.mktemp('start')}/production.sqlite3"
    done = python("manage.py", "migrate", "-v0", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    return url


class TestTheServerStarts:
    def test_with_its_connections_guarded(self, database: str) -> None:
        script = (
            "import config.wsgi\nfrom django.db import connection\n"
            "try: connection.cursor().execute('DROP TABLE audit_event')\nexcept Exception as error: print(error)"
        )
        assert python("-c", script, DATABASE_URL=database).stdout.strip() == "not authorized"

    def test_and_so_does_the_worker(self, database: str) -> None:
        script = (
            "import django; django.setup()\nfrom config.commands import act_as_command\nact_as_command('{}')\n"
            "from django.db import connection, transaction\n"
            "with transaction.atomic():\n"
            "    try: connection.cursor().execute('DELETE FROM audit_pending')\n"
            "    except Exception as error: print(error)\n"
            "    else: print('done')\n"
        )
        assert python("-c", script.format("db_worker"), DATABASE_URL=database).stdout.strip() == "not authorized"
        assert python("-c", script.format("seal_audit"), DATABASE_URL=database).stdout.strip() == "done"

    def test_not_without_a_trigger_and_migrate_puts_it_back(self, database: str) -> None:
        script = (
            "import django; django.setup()\nfrom django.db import connection\nfrom audit.row_triggers import remove"
        )
        assert python("-c", f"{script}\nremove(connection)", DATABASE_URL=database).returncode == 0
        refused = python("-c", "import config.wsgi", DATABASE_URL=database)
        assert "lacks triggers that guard its tables: accounts_membership_row_changed_delete" in refused.stderr
        assert python("manage.py", "migrate", "-v0", DATABASE_URL=database).returncode == 0
        assert python("-c", "import config.wsgi", DATABASE_URL=database).returncode == 0

    def test_and_hands_its_keeper_one_code_for_the_first_account(self, database: str) -> None:
        forget = "from accounts.models import FirstAccountCode\nFirstAccountCode.objects.all().delete()"
        script = f"import django; django.setup()\n{forget}"
        assert python("-c", script, DATABASE_URL=database).returncode == 0
        training = python("-c", "import config.wsgi", DATABASE_URL=database, LM_MODE="training")
        first, second = (python("-c", "import config.wsgi", DATABASE_URL=database) for _ in range(2))
        assert "/accounts/first/" not in training.stderr
        assert re.search(r"Open /accounts/first/ in the browser.*\n\n  (\w{4}-){4}\w{4}\n", first.stderr), first.stderr
        assert (second.returncode, "Open /accounts/first/" in second.stderr) == (0, False)

    @pytest.mark.only_on("postgresql")
    @pytest.mark.django_db
    def test_limits_are_those_of_the_web_server_alone(self) -> None:
        url = os.environ["DATABASE_URL"]
        show = "from django.db import connection\nc = connection.cursor(); c.execute('SHOW statement_timeout')\nprint(c.fetchone()[0])"  # noqa: E501
        web = python("-c", f"import config.wsgi\n{show}", DATABASE_URL=url, LM_MODE="training")
        command = python("-c", f"import django; django.setup()\n{show}", DATABASE_URL=url, LM_MODE="training")
        assert (web.stdout.strip(), command.stdout.strip()) == ("5s", "0"), web.stderr


class TestADatabaseThatDoesNotAnswer:
    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_is_said_and_is_no_error_of_ours(self, error: type[Exception]) -> None:
        client = Client(raise_request_exception=False)
        with patch("accounts.middleware.SignInRequiredMiddleware.process_view", side_effect=error("statement timeout")):
            response = client.get("/")
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert b"Take it that nothing was saved by this step" in response.content

    def test_a_form_sent_by_the_script_gets_a_line(self) -> None:
        client = Client(raise_request_exception=False, headers={"HX-Request": "true"})
        with patch("accounts.middleware.SignInRequiredMiddleware.process_view", side_effect=OperationalError("gone")):
            response = client.get("/")
        assert (response.status_code, response["Content-Type"]) == (503, "text/plain; charset=utf-8")
        assert response.content.startswith(b"The database does not answer. Take it that nothing was saved")

    @pytest.mark.parametrize(("state", "status"), [("25006", 503), ("25P03", 503), ("XX000", 500)])
    def test_a_server_that_takes_no_writes(self, state: str, status: int) -> None:
        error = InternalError("cannot execute INSERT in a read-only transaction")
        error.__cause__ = psycopg.errors.lookup(state)()
        client = Client(raise_request_exception=False)
        with patch("accounts.middleware.SignInRequiredMiddleware.process_view", side_effect=error):
            assert client.get("/").status_code == status

    def test_other_errors_stay_errors(self) -> None:
        client = Client(raise_request_exception=False)
        with patch("accounts.middleware.SignInRequiredMiddleware.process_view", side_effect=IntegrityError("x")):
            response = client.get("/")
        assert response.status_code == 500
        assert b"Something went wrong on our side" in response.content

    @pytest.mark.only_on("postgresql")
    @pytest.mark.django_db
    def test_a_statement_that_takes_too_long(self) -> None:
        from django.db import connection

        def slow(*_arguments: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 50")
                cursor.execute("SELECT pg_sleep(5)")

        client = Client(raise_request_exception=False)
        with patch("accounts.middleware.SignInRequiredMiddleware.process_view", side_effect=slow):
            assert client.get("/").status_code == 503
