"""Random votes, undone votes and decisions against a small model in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from common.errors import Refused
from datasets.models import Review, RowChange, RowState, Vote
from datasets.queries import class_balance, count_of
from datasets.services import reviewing
from projects.models import Project
from tests.reviewing.giving import NO, SKIP, YES, give, say, state_of

STEPS = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from([YES, NO, SKIP, None])), min_size=1, max_size=14
)


class Rolled(Exception):
    """Ends an example: nothing of it stays."""


@contextmanager
def rolled_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Rolled
    except Rolled:
        pass


class Model:
    """One row: who said what, in order, and what that comes to."""

    def __init__(self) -> None:
        self.said: dict[int, int] = {}
        self.settled = ""

    def vote(self, who: int, verdict: int) -> bool:
        if who in self.said:
            return False
        if self.settled:
            return False
        self.said[who] = verdict
        self.settled = self.outcome()
        return True

    def undo(self, who: int) -> bool:
        if not self.said or list(self.said)[-1] != who:
            return False
        del self.said[who]
        self.settled = ""
        return True

    def outcome(self) -> str:
        yes = list(self.said.values()).count(YES)
        no = list(self.said.values()).count(NO)
        if yes >= 2 and 3 * yes > 2 * (yes + no):
            return "accepted"
        if no >= 2 and 3 * no > 2 * (yes + no):
            return "rejected"
        return "disputed" if yes + no >= 7 else ""


STATES = {"accepted": RowState.ACCEPTED, "rejected": RowState.REJECTED}


def play(project: Project, crowd: list[User], row: int, steps: list[Any]) -> None:
    model = Model()
    for who, verdict in steps:
        if verdict is None:
            taken = model.undo(who)
            try:
                reviewing.take_back_vote(project, crowd[who], row)
            except Refused:
                assert not taken
            else:
                assert taken
        elif model.settled == "disputed" or (who in model.said and model.said[who] == verdict):
            continue
        else:
            taken = model.vote(who, verdict)
            try:
                say(project, crowd[who], row, verdict)
            except Refused:
                assert not taken
            else:
                assert taken
        agree(project, row, model)


def agree(project: Project, row: int, model: Model) -> None:
    state = STATES.get(model.settled, RowState.PENDING)
    assert state_of(project, row) == state
    counts = count_of(project)
    assert counts.accepted == int(state == RowState.ACCEPTED)
    assert counts.pending == int(state == RowState.PENDING)
    assert sum(bar.rows for bar in class_balance(project)) == counts.accepted
    assert Vote.objects.filter(row=row).count() == len(model.said)
    review = Review.objects.filter(row=row).first()
    assert (review.state if review else "open") == (model.settled or "open")
    changes = RowChange.objects.filter(row=row).values_list("kind", flat=True)
    assert list(changes) == ([model.settled] if model.settled else [])


def test_votes_do_what_the_model_says(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)

    @settings(
        max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(STEPS)
    def examples(steps: list[Any]) -> None:
        with rolled_back():
            play(checked, crowd, row, steps)

    examples()


def test_skips_alone_settle_nothing(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    play(checked, crowd, row, [(who, SKIP) for who in range(9)])
