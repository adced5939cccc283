"""No request, however broken, gets an error of ours: `./dev fuzz` sends more of them."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.fuzzing import ROUTES, Case, make_case, problem_of, send
from tests.access.world import World, undone

CASES = int(os.environ.get("LM_FUZZ_CASES", "2000"))
SEED = int(os.environ.get("LM_FUZZ_SEED", "20261122"))
FIRST = int(os.environ.get("LM_FUZZ_FIRST", "0"))
MOST_SHOWN = 20

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """The transaction around a test is the one of the world, which the whole module shares."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals would bury what is looked for."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_no_request_gets_an_error(world: World, django_db_blocker: Any) -> None:
    found: list[str] = []
    statuses: dict[int, int] = {}
    with django_db_blocker.unblock():
        for number in range(FIRST, FIRST + CASES):
            case = make_case(world, SEED, number)
            status, problem = outcome(world, case)
            statuses[status] = statuses.get(status, 0) + 1
            if problem:
                found.append(f"{problem}\n  {case}\n  ./dev fuzz 1 --seed {SEED} --first {number}")
            if len(found) >= MOST_SHOWN:
                break
    print(f"seed {SEED}, {sum(statuses.values())} requests, answers {dict(sorted(statuses.items()))}")
    assert not found, "\n" + "\n".join(found)
    assert CASES < 1000 or {200, 302, 400, 403, 404, 405, 413, 422} <= set(statuses), "the requests reach too little"


def test_the_requests_differ_and_can_be_made_again(world: World, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        once = [str(make_case(world, 1, number)).partition(" {")[0] for number in range(200)]
        again = [str(make_case(world, 1, number)).partition(" {")[0] for number in range(200)]
    assert once == again
    assert len({line.partition(": ")[2] for line in once}) > 150
    assert len(ROUTES) > 100


def outcome(world: World, case: Case) -> tuple[int, str]:
    try:
        with undone():
            answer = send(world, case)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return 500, f"{type(error).__name__}: {str(error)[:200]} at {where.filename}:{where.lineno}"
    return answer.status_code, problem_of(answer)
