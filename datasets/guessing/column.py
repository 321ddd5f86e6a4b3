"""One column of a sheet as the guesses look at it, and what a guess says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from datasets.field_types.base import shown

SAMPLES = 5
#: Not a role of a field: the column does not become one.
LEFT_OUT = "out"


@dataclass(frozen=True)
class Guess:
    """What a column seems to be, and why, in one sentence."""

    kind: str
    reason: str
    options: dict[str, Any] = field(default_factory=dict)
    role: str = "feature"
    #: Whether it may well be something else: the page asks to look at it.
    ask: bool = False


@dataclass(frozen=True)
class Column:
    """A column's name and all its cells, empty ones too."""

    name: str
    cells: list[str]

    @cached_property
    def filled(self) -> list[str]:
        """The cells in which something stands."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there."""
        return Counter(self.filled)

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.counts)

    def share(self, fits: Callable[[str], bool]) -> float:
        """Which share of the values fits; each different one is looked at once."""
        fitting = sum(count for value, count in self.counts.items() if fits(value))
        return fitting / len(self.filled) if self.filled else 0.0

    def odd_one(self, fits: Callable[[str], bool]) -> tuple[int, str]:
        """The first value that does not fit, with the number of its row from 1."""
        for number, cell in enumerate(self.cells, start=1):
            if cell and not fits(cell):
                return number, cell
        return 0, ""

    def samples(self) -> list[str]:
        """The first few different values, as a sentence may quote them."""
        return [shown(value) for value in list(self.counts)[:SAMPLES]]
