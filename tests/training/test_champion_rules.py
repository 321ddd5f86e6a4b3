"""When a project trains by itself: never before it is due, never more often than hourly."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.limits import MIN_ROWS_TO_TRAIN
from training.champion import REST, Memory, after_shrinking, due_after, is_due

START = datetime(2026, 3, 29, tzinfo=UTC)
rows = st.integers(0, 5_000_000)


def test_it_begins_with_twenty_and_goes_on_by_five_percent_or_fifty():
    assert [due_after(n) for n in (0, 19, 20, 21, 100, 101, 999, 1000, 1001, 5_000_000)] == [
        20, 20, 21, 23, 105, 107, 1049, 1050, 1051, 5_000_050,
    ]  # fmt: skip


@given(rows)
def test_it_waits_for_more_rows_and_never_for_more_than_fifty(count: int):
    due = due_after(count)
    assert due >= MIN_ROWS_TO_TRAIN
    assert due > count
    assert due - count <= max(50, MIN_ROWS_TO_TRAIN)
    assert due == MIN_ROWS_TO_TRAIN or due - count - 1 < count * 0.05


@given(
    st.lists(st.tuples(st.integers(-400, 400), st.floats(0, 90)), max_size=60),
)
def test_no_history_trains_too_early_or_too_often(steps: list[tuple[int, float]]):
    """Play any growth and shrinking through: each look follows, and trains when due."""
    accepted, trained, due_rows, queued, now = 0, 0, MIN_ROWS_TO_TRAIN, None, START
    for change, minutes in steps:
        accepted, now = max(0, accepted + change), now + timedelta(minutes=minutes)
        trained, due_rows = after_shrinking(trained, due_rows, accepted)
        if not is_due(accepted, due_rows, queued, now):
            continue
        assert accepted >= MIN_ROWS_TO_TRAIN
        assert queued is None or now - queued >= REST
        assert accepted >= due_after(trained)
        trained, due_rows, queued = accepted, due_after(accepted), now


@given(rows, rows)
def test_growth_counts_from_what_is_left(trained: int, accepted: int):
    left, due = after_shrinking(trained, due_after(trained), accepted)
    assert (left, due) == (min(trained, accepted), due_after(min(trained, accepted)))


@given(st.integers(20, 1000), rows)
def test_a_recipe_that_has_not_trained_yet_stays_due(trained: int, accepted: int):
    left, due = after_shrinking(trained, trained, accepted)
    assert is_due(accepted, due, None, START) == (accepted >= MIN_ROWS_TO_TRAIN)
    assert left == min(trained, accepted)


class TestMemory:
    def test_below_twenty_rows_there_is_nothing_to_ask(self):
        memory = Memory()
        assert memory.is_quiet(1, 19, START)
        assert not memory.is_quiet(1, 20, START)

    def test_it_is_quiet_until_rows_and_time_are_there(self):
        memory = Memory()
        memory.note(1, 100, 105, START + REST)
        assert memory.is_quiet(1, 104, START + 2 * REST)
        assert memory.is_quiet(1, 105, START)
        assert not memory.is_quiet(1, 105, START + REST)

    def test_fewer_rows_are_looked_at(self):
        memory = Memory()
        memory.note(1, 100, 105, None)
        assert not memory.is_quiet(1, 99, START)

    def test_it_forgets_who_was_not_heard_of_for_longest(self, monkeypatch):
        monkeypatch.setattr("training.champion.REMEMBERED", 2)
        memory = Memory()
        for project in (1, 2, 1, 3):
            memory.note(project, 0, 100, None)
        assert [memory.is_quiet(project, 50, START) for project in (1, 2, 3)] == [True, False, True]
