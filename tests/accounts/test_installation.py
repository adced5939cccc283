"""What an installation refuses to start with, and the demo people it makes."""

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.checks import demo_accounts_in_live_mode
from accounts.demo import PEOPLE
from accounts.models import User
from audit.models import AuditEvent
from config import env

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_KEY = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWx"
SECURE = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "LM_MODE": "training",
    "LM_SECRET_KEY": GOOD_KEY,
    "LM_AUDIT_MASTER_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
    "LM_ALLOWED_HOSTS": "lm.hospital.example",
}


def start(tmp_path: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """Start a fresh process with production settings, as a server would."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite://{tmp_path}/production.sqlite3",
        **SECURE,
        **changed,
    }
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi; from django.conf import settings as s; print(s.LM_MODE)"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )


class TestProduction:
    def test_secure_settings_start(self, tmp_path: Path) -> None:
        done = start(tmp_path)
        assert (done.returncode, done.stdout.strip()) == (0, "training"), done.stderr

    @pytest.mark.parametrize(
        ("changed", "named"),
        [
            ({"LM_SECRET_KEY": ""}, "LM_SECRET_KEY"),
            ({"LM_SECRET_KEY": "short"}, "LM_SECRET_KEY"),
            ({"LM_SECRET_KEY": "a" * 80}, "LM_SECRET_KEY"),
            ({"LM_SECRET_KEY": "django-insecure-" + GOOD_KEY}, "LM_SECRET_KEY"),
            ({"LM_ALLOWED_HOSTS": ""}, "LM_ALLOWED_HOSTS"),
            ({"LM_ALLOWED_HOSTS": "*"}, "LM_ALLOWED_HOSTS"),
            ({"LM_ALLOWED_HOSTS": ".hospital.example"}, "LM_ALLOWED_HOSTS"),
            ({"LM_DEBUG": "true"}, "LM_DEBUG"),
            ({"LM_HTTP_COOKIES": "true"}, "LM_HTTP_COOKIES"),
            ({"LM_MODE": ""}, "LM_MODE"),
            ({"LM_MODE": "test"}, "LM_MODE"),
            ({"LM_MODE": "live", "LM_SSL_REDIRECT": "false"}, "LM_SSL_REDIRECT"),
            ({"LM_MODE": "live", "LM_HSTS_SECONDS": "0"}, "LM_HSTS_SECONDS"),
            ({"LM_TRUSTED_PROXIES": "one"}, "LM_TRUSTED_PROXIES"),
            ({"DATABASE_URL": "mysql://somewhere/x"}, "DATABASE_URL"),
            ({"LM_SECRET_KEY_FILE": "/nowhere/key"}, "LM_SECRET_KEY_FILE"),
        ],
    )
    def test_insecure_values_are_refused_by_name(self, tmp_path: Path, changed: dict[str, str], named: str) -> None:
        done = start(tmp_path, **changed)
        assert done.returncode != 0
        assert named in done.stderr.strip().splitlines()[-1]

    def test_all_insecure_values_are_named_at_once(self, tmp_path: Path) -> None:
        done = start(tmp_path, LM_SECRET_KEY="", LM_ALLOWED_HOSTS="", LM_DEBUG="true")
        assert all(name in done.stderr for name in ("LM_SECRET_KEY", "LM_ALLOWED_HOSTS", "LM_DEBUG"))

    def test_the_session_cookie_is_bound_to_the_host_and_to_https(self, tmp_path: Path) -> None:
        script = (
            "from django.conf import settings as s;"
            "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **SECURE},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == ["__Host-session", "True", "True", "True"]

    def test_live_mode_does_not_start_with_a_demo_account(self, tmp_path: Path) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite://{tmp_path}/production.sqlite3",
            **SECURE,
        }
        for command in (["migrate", "-v0"], ["make_demo_people", "--passwords", str(tmp_path / "passwords.json")]):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True
            )
        assert start(tmp_path).returncode == 0
        done = start(tmp_path, LM_MODE="live")
        assert done.returncode != 0
        assert "demo accounts exist" in done.stderr
        assert "consultant" in done.stderr


@pytest.mark.django_db
class TestDemoPeople:
    def test_made_once_with_random_passwords_that_only_the_owner_reads(self, tmp_path: Path) -> None:
        kept = tmp_path / "passwords.json"
        call_command("make_demo_people", passwords=kept, stdout=io.StringIO())
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        passwords = json.loads(kept.read_text())
        assert set(passwords) == {person.username for person in PEOPLE}
        assert len(set(passwords.values())) == len(PEOPLE)
        assert User.objects.get(username="consultant").check_password(passwords["consultant"])
        events = AuditEvent.objects.count()
        call_command("make_demo_people", passwords=kept, stdout=io.StringIO())
        assert json.loads(kept.read_text()) == passwords
        assert AuditEvent.objects.count() == events

    def test_a_lost_password_file_is_replaced(self, tmp_path: Path) -> None:
        kept = tmp_path / "passwords.json"
        call_command("make_demo_people", passwords=kept, stdout=io.StringIO())
        kept.unlink()
        call_command("make_demo_people", passwords=kept, stdout=io.StringIO())
        passwords = json.loads(kept.read_text())
        assert User.objects.get(username="registrar").check_password(passwords["registrar"])

    def test_refused_in_live_mode(self, settings: object, tmp_path: Path) -> None:
        settings.LM_MODE = "live"  # type: ignore[attr-defined]
        with pytest.raises(CommandError, match="training"):
            call_command("make_demo_people", passwords=tmp_path / "passwords.json")
        assert not User.objects.exists()

    def test_the_check_is_silent_in_training(self, tmp_path: Path) -> None:
        call_command("make_demo_people", passwords=tmp_path / "passwords.json", stdout=io.StringIO())
        assert demo_accounts_in_live_mode(None, databases=["default"]) == []


class TestEnvironment:
    def test_postgresql_url(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://lm:p%40ss@db.example:5433/lm?sslmode=verify-full")
        database = env.database("DATABASE_URL", Path("unused"))
        assert (database["NAME"], database["USER"], database["PASSWORD"]) == ("lm", "lm", "p@ss")
        assert (database["HOST"], database["PORT"]) == ("db.example", "5433")
        assert database["OPTIONS"] == env.PATIENCE | {"sslmode": "verify-full"}
        assert database["CONN_HEALTH_CHECKS"] is True

    @pytest.mark.parametrize(
        ("places", "host", "port"),
        [
            ("app1:5432,db2:5432", "app1,db2", "5432,5432"),
            ("app1,db2:5433", "app1,db2", "5432,5433"),
            ("app1,db2", "app1,db2", ""),
            ("[::1]:5432,[fd00::2]", "::1,fd00::2", "5432,5432"),
            ("127.0.0.1:6000", "127.0.0.1", "6000"),
        ],
    )
    def test_one_or_several_servers(self, places: str, host: str, port: str) -> None:
        database = env.postgresql(f"postgresql://lm_app:p%3Ass@{places}/lm?sslmode=require")
        assert (database["HOST"], database["PORT"]) == (host, port)
        assert (database["USER"], database["PASSWORD"], database["NAME"]) == ("lm_app", "p:ss", "lm")
        several = {"target_session_attrs": "read-write"} if "," in host else {}
        assert database["OPTIONS"] == env.PATIENCE | {"sslmode": "require"} | several

    def test_with_several_servers_only_one_that_takes_writes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://a@x,y/n?target_session_attrs=any")
        with pytest.raises(ImproperlyConfigured, match="target_session_attrs has to be read-write"):
            env.database("DATABASE_URL", Path("unused"))

    def test_what_is_no_list_of_servers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://a@x:port,y/n")
        with pytest.raises(ImproperlyConfigured, match="'x:port,y' is no list of servers"):
            env.database("DATABASE_URL", Path("unused"))

    def test_a_server_in_a_folder_and_its_own_patience(self) -> None:
        database = env.postgresql("postgresql://tests@/postgres?host=/run/postgresql&connect_timeout=9")
        assert (database["HOST"], database["PORT"]) == ("/run/postgresql", "")
        assert database["OPTIONS"] == env.PATIENCE | {"connect_timeout": "9"}

    def test_a_flag_has_to_be_true_or_false(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LM_DEBUG", "perhaps")
        with pytest.raises(ImproperlyConfigured, match="LM_DEBUG is 'perhaps'; write true or false"):
            env.flag("LM_DEBUG", default=False)
