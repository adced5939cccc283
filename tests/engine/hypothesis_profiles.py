"""How many examples Hypothesis tries: few and always the same in CI, many and new ones with `thorough`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_TO_DRAW
)
settings.register_profile(
    "thorough", max_examples=2000, deadline=None, database=None, suppress_health_check=SLOW_TO_DRAW
)


def examples(count: int) -> settings:
    """This many examples in CI, and proportionally more under another profile."""
    assert settings.default is not None
    return settings(max_examples=count * settings.default.max_examples // 100)
