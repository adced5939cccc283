"""Processes that a test starts as copies of its own."""

import multiprocessing

from django.db import connections

forked = multiprocessing.get_context("fork")
_inherited: list[object] = []


def forget_inherited_connections() -> None:
    """First of all in the copy: a connection belongs to one process.

    Closing those of this thread before the fork is not enough. Django keeps others where an event loop runs, as the
    browser journeys have one, and a copy has no running loop. They are not closed here, which would end them for the
    parent, and they are kept, so that nothing closes them on its own.
    """
    for one in connections.all(initialized_only=True):
        _inherited.append(one.connection)
        one.connection = None
