"""One world for a whole module: each request is undone by a savepoint."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from config.rate_limits import buckets
from tests.access.world import World, make_world, undone

# As many requests as nobody sends, and checks of the guidance that are only put into the queue.
UNHURRIED = {
    "REQUESTS_OF_A_PERSON": (1e9, 1e9),
    "REQUESTS_OF_AN_ADDRESS": (1e9, 1e9),
    "TASKS": {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}},
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), override_settings(**UNHURRIED), undone():
        buckets.clear()
        yield make_world()
    buckets.clear()
