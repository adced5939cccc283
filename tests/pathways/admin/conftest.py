"""What the tests of the guidance pages share: the shipped guidance, a draft of a pathway, people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pathways.models import Release, Version
from pathways.services.versions import start_version
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import SAFETY

ClientOf = Callable[..., Client]


@pytest.fixture
def release(db: None) -> Release:
    return shipped_release()


@pytest.fixture
def pathway(cast: Cast, release: Release) -> Version:
    """A draft of the safety pathway."""
    return start_version(SAFETY, by=cast.editor)


@pytest.fixture
def editor(cast: Cast, client_of: Callable[[Any], Client]) -> Client:
    return client_of(cast.editor)


@pytest.fixture
def reviewer(cast: Cast, client_of: Callable[[Any], Client]) -> Client:
    return client_of(cast.first_reviewer)


@pytest.fixture
def outsider(cast: Cast, client_of: Callable[[Any], Client]) -> Client:
    return client_of(cast.outsider)
