"""The application as a server runs it: config.wsgi with guarded connections, on SQLite, through a working day.

Everywhere else in the tests SQLite's connections are open, because `migrate` and the emptying of tables need that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.only_on("sqlite")
def test_a_working_day_with_guarded_connections(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite://{tmp_path}/real.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.real_application"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "statuses": [302, 302, 302, 302],
        "sealing": [],
        "plans": 1,
        "rows not seen": [],
        "denied": ["not authorized"] * 3,
        "waiting": True,
    }
