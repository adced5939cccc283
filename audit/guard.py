"""Whether every patient whose record was read for an answer stands in the log; an answer that fails this is not sent.

A request notes the patients whose rows it loads, and the patients that its events name. Rows read as plain values
(`.values()`) are not seen here: those readings are few, named in the models, and hold nobody's identity.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction


class NotLogged(RuntimeError):
    """A part of a streamed answer held a patient whom no event of this request names."""


class Watch:
    """The patients of one request. `belonging` are rows that name their patient only through another row."""

    __slots__ = ("_belonging", "_loaded", "_patient_of", "_recorded")

    def __init__(self) -> None:
        self._loaded: set[UUID] = set()
        self._recorded: set[UUID] = set()
        self._patient_of: dict[UUID, UUID] = {}
        self._belonging: set[UUID] = set()

    def note_loaded(self, patient: UUID, row: UUID) -> None:
        self._loaded.add(patient)
        self._patient_of[row] = patient

    def note_belonging(self, row: UUID) -> None:
        self._belonging.add(row)

    def note_recorded(self, patients: Iterable[UUID]) -> None:
        """Counts when the event is committed; what is rolled back has never been logged."""
        transaction.on_commit(_Recorded(self._recorded, frozenset(patients)))

    def loaded(self) -> frozenset[UUID]:
        return frozenset(self._loaded)

    def unrecorded(self) -> frozenset[UUID]:
        """Ids of patients, and of rows whose patient is unknown because the row they belong to was not loaded."""
        owners = {self._patient_of.get(row, row) for row in self._belonging}
        return frozenset((self._loaded | owners) - self._recorded - self._waiting())

    def _waiting(self) -> set[UUID]:
        """Inside a transaction that is still open, which only a test has around a whole request."""
        pending = [function for _, function, _ in transaction.get_connection().run_on_commit]
        mine = [one for one in pending if isinstance(one, _Recorded) and one.recorded is self._recorded]
        return {patient for one in mine for patient in one.patients}


class _Recorded:
    def __init__(self, recorded: set[UUID], patients: frozenset[UUID]) -> None:
        self.recorded = recorded
        self.patients = patients

    def __call__(self) -> None:
        self.recorded.update(self.patients)


_watch: ContextVar[Watch | None] = ContextVar("audit_watch", default=None)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def current_watch() -> Watch | None:
    """None outside of a request: commands show nobody a page."""
    return _watch.get()


def note_loaded(patient: UUID, *, row: UUID) -> None:
    if watch := _watch.get():
        watch.note_loaded(patient, row)


def note_belonging(row: UUID) -> None:
    """A row was loaded that belongs to this other row."""
    if watch := _watch.get():
        watch.note_belonging(row)


def note_recorded(patients: Iterable[UUID]) -> None:
    if watch := _watch.get():
        watch.note_recorded(patients)


@contextmanager
def for_nobody_to_see() -> Iterator[None]:
    """For code that reads rows which no answer is made of, such as finding out whether access was denied."""
    token = _watch.set(None)
    try:
        yield
    finally:
        _watch.reset(token)
