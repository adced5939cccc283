"""Ids of events follow the clock, and no two are equal."""

from uuid import RFC_4122

from audit.event_ids import new_event_id

NOW = 1_795_344_127_123_456


def test_ids_are_ordered_by_time_to_the_microsecond() -> None:
    ids = [new_event_id(NOW + step) for step in range(0, 3000, 7)]
    assert ids == sorted(ids)


def test_the_layout_is_that_of_version_7() -> None:
    one = new_event_id(NOW)
    assert (one.version, one.variant) == (7, RFC_4122)
    assert one.int >> 80 == NOW // 1000


def test_ids_of_the_same_moment_differ() -> None:
    assert len({new_event_id(NOW) for _ in range(1000)}) == 1000
