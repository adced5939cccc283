"""Work that takes too long for a request; the worker beside the server does it."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from pathways.services.checks import run_check


@task()
def check(run_id: str) -> None:
    run_check(UUID(run_id))
