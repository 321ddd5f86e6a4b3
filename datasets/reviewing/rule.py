"""When the votes on a row settle it.

The rule that everybody is shown: two people say yes, and more than two thirds of all do; then the
row is accepted. For no it is the mirror image. Seven votes that settle nothing make it disputed,
and a maintainer decides. Skipping is no vote.

What decides is the same rule over the votes' weights, which are one for everybody of whom nothing
else is known (see ``datasets.reviewing.reviewers``): of one side there are at least two votes, they
weigh at least one and a half together, and more than twice what the other side weighs. With all
weights one that is the plain rule, as a test proves; two votes of people who are known to answer
carelessly are not enough, and their no holds up nobody.

With reviewers who are right four times in five, who know nothing of each other, and rows of which
half are good, 94.1 % of the rows accepted by two votes to none, or three to one, are good: the
posterior odds of a margin of two are (0.8 / 0.2)² = 16.
"""

from enum import Enum
from typing import NamedTuple

#: Votes of one side, and what they weigh together, before they may settle.
LEAST_VOTES = 2
LEAST_WEIGHT = 1.5
#: More than two thirds: one side weighs more than twice the other.
TIMES = 2
MOST_VOTES = 7


class Outcome(Enum):
    """What the votes on a row come to."""

    OPEN = "open"
    ACCEPT = "accepted"
    REJECT = "rejected"
    DISPUTE = "disputed"


class Tally(NamedTuple):
    """The votes on one row, counted and weighed."""

    yes: int = 0
    no: int = 0
    yes_weight: float = 0.0
    no_weight: float = 0.0

    @property
    def votes(self) -> int:
        """How many people said yes or no."""
        return self.yes + self.no

    @property
    def outcome(self) -> Outcome:
        """What the votes settle."""
        if _wins(self.yes, self.yes_weight, self.no_weight):
            return Outcome.ACCEPT
        if _wins(self.no, self.no_weight, self.yes_weight):
            return Outcome.REJECT
        return Outcome.DISPUTE if self.votes >= MOST_VOTES else Outcome.OPEN

    @property
    def missing(self) -> int:
        """How many more votes could settle the row, if all of them agreed and weighed one."""
        for more in range(1, MOST_VOTES - self.votes + 1):
            if _wins(self.yes + more, self.yes_weight + more, self.no_weight) or _wins(
                self.no + more, self.no_weight + more, self.yes_weight
            ):
                return more
        return max(0, MOST_VOTES - self.votes)


def _wins(votes: int, weight: float, against: float) -> bool:
    return votes >= LEAST_VOTES and weight >= LEAST_WEIGHT and weight > TIMES * against
