"""Loads the Hypothesis profile of CI unless the command line names another one."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.engine import hypothesis_profiles  # noqa: F401  (registers the profiles)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--hypothesis-profile", default=None) or "ci")
