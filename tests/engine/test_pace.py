"""How many uploads at once: within bounds, few for a server that gains nothing by more, many for one that does."""

from collections.abc import Callable

from hypothesis import given, settings, strategies as st

from custom_components.immich_syncthing.engine.pace import FEWEST, FIRST, MOST, OVERHEAD, Pace

UPLOADS = 3_000

SIZES = st.integers(0, 32 * 1024 * 1024)
SECONDS = st.floats(0, 3600, allow_nan=False)
DEED = st.one_of(st.tuples(SIZES, SECONDS, st.integers(0, MOST + 4)), st.none())


@given(st.lists(DEED, max_size=300))
def test_the_number_stays_within_its_bounds(deeds: list[tuple[int, float, int] | None]) -> None:
    pace = Pace()
    for deed in deeds:
        before = pace.limit
        if deed is None:
            pace.failed()
            assert pace.limit == max(FEWEST, before // 2)
        else:
            pace.sent(*deed)
            assert abs(pace.limit - before) <= 1
        assert FEWEST <= pace.limit <= MOST


def let_upload(pace: Pace, server: Callable[[int], float], uploads: int = UPLOADS, size: int = OVERHEAD) -> None:
    """Upload so many photos to a server that manages ``server(n)`` of them per second with ``n`` under way."""
    for _ in range(uploads):
        pace.sent(size, pace.limit / server(pace.limit), pace.limit)


@given(cap=st.floats(1, 500), alone=st.floats(1, 50))
@settings(max_examples=60)
def test_it_comes_to_rest_where_more_would_bring_little(cap: float, alone: float) -> None:
    """A server that does each photo in the same time, until it is busy."""

    def server(at_once: int) -> float:
        return min(cap, alone * at_once)

    pace = Pace()
    let_upload(pace, server)
    assert server(pace.limit) >= 0.85 * max(server(one) for one in range(FEWEST, MOST + 1))


@given(worse=st.floats(0.06, 1))
@settings(max_examples=60)
def test_a_server_that_suffers_from_many_gets_few(worse: float) -> None:
    """The more at once, the fewer in all: a spinning disk."""
    pace = Pace()
    let_upload(pace, lambda at_once: 50 / (1 + worse) ** at_once)
    assert pace.limit <= FEWEST + 1


def test_it_begins_as_was_measured() -> None:
    assert Pace().limit == FIRST


def test_the_measured_server_gets_some_four_to_eight() -> None:
    """24 photos a second with one, 56 with four, 64 with eight: Immich 2.7.5."""
    measured = {1: 24, 2: 38, 3: 48, 4: 56, 5: 59, 6: 61, 7: 63, 8: 64, 9: 64, 10: 64, 11: 64, 12: 64}
    pace = Pace()
    let_upload(pace, lambda at_once: measured[at_once])
    assert 3 <= pace.limit <= 8


def test_it_follows_a_server_that_recovers() -> None:
    pace = Pace()
    for _ in range(4):
        pace.failed()
    assert pace.limit == FEWEST
    let_upload(pace, lambda at_once: 10.0 * at_once)
    assert pace.limit >= MOST - 1


def test_uploads_that_were_almost_alone_say_nothing() -> None:
    pace = Pace()
    for _ in range(UPLOADS):
        pace.sent(OVERHEAD, 0.01, 1)
    assert pace.limit == FIRST


def test_a_large_photo_that_takes_long_is_not_a_slow_server() -> None:
    """Size and time are compared together: a hundred times the bytes in a hundred times the time is the same pace."""
    one, other = Pace(), Pace()
    let_upload(one, lambda at_once: 10.0 * at_once)
    for _ in range(UPLOADS):
        size = 99 * OVERHEAD
        other.sent(size, 100 * other.limit / (10.0 * other.limit), other.limit)
    assert one.limit == other.limit
