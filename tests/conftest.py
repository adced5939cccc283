"""Fixtures that every test may use, and what happens when there is no browser."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from audit.context import Program, set_process_actor
from pathways.safety import safety_file
from tests import browsers
from tests.engine import hypothesis_profiles  # noqa: F401  -- registers the profiles for --hypothesis-profile
from tests.outcomes import Outcomes, is_whole_run, unproved

# Playwright keeps an event loop in the test's thread, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# What tests write besides through pages is written by this program; a request brings its own actor, or none.
set_process_actor(Program(audit_id="tests", audit_name="The tests"))

NOT_RUN = "Browser journeys were not run: there is no Chromium here (Debian: apt install chromium)."


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_other_databases(config, items)
    journeys = [item for item in items if item.get_closest_marker("browser")]
    if not journeys or browsers.chromium():
        return
    if browsers.required():
        raise pytest.UsageError("There is no Chromium, and with CI set browser journeys are not skipped.")
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=NOT_RUN))


def leave_out_other_databases(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out and not skipped: nobody has to look into it."""
    vendor = "sqlite" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "postgresql"
    others = [item for item in items if any(mark.args[0] != vendor for mark in item.iter_markers("only_on"))]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


outcomes = Outcomes()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    outcomes.note(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A hazard without a green test fails the run."""
    if not is_whole_run(session.config):
        return
    elsewhere = [  # the run on SQLite answers for them
        path if path.endswith(".py") else f"{path}/" for path in session.config.option.ignore or ()
    ]
    if session.config.option.markexpr == "not browser":
        elsewhere.append("tests/browser/")
    outcomes.unproved = unproved(safety_file(), outcomes.ended, elsewhere=tuple(elsewhere))
    if outcomes.unproved and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for sentence in outcomes.unproved:
        terminalreporter.write_line(f"Hazard without a green test: {sentence}", red=True)
    if any(NOT_RUN in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(NOT_RUN, yellow=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Debian's Chromium; root (a container) cannot use its sandbox.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": browsers.chromium(), "args": arguments}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests.append_only_flush import allow_flush, end_other_connections

    with django_db_blocker.unblock():
        allow_flush()
    yield
    with django_db_blocker.unblock():
        end_other_connections()


@pytest.fixture
def cast(db: None) -> Any:
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def client_of() -> Callable[[Any], Client]:
    """A browser in which this person is already signed in; None for nobody."""

    from tests.fresh_forms import FreshForms

    def signed_in(user: Any, **headers: str) -> Client:
        client = FreshForms(headers=headers)
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
