"""From a table to the fields of a project: a draft for each column, with samples and the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from common.limits import FIELDS_PER_PROJECT
from datasets.drafts import FieldDraft
from datasets.guessing.column import LEFT_OUT, Column, Guess
from datasets.guessing.kinds import guess_kind
from datasets.guessing.sheet import Sheet
from datasets.guessing.targets import Target, suggest_target
from datasets.guessing.tidying import columns_of
from datasets.guessing.units import unit_in
from datasets.models import Field

MEASURED = (Field.Kind.NUMBER, Field.Kind.INTEGER)


@dataclass(frozen=True)
class Proposal:
    """A field to be, the column that it comes from, and what led to it."""

    draft: FieldDraft
    #: The column's place in the tidied table; None for a field that no column has.
    source: int | None = None
    samples: list[str] = field(default_factory=list)
    reason: str = ""
    ask: bool = False


def propose(sheet: Sheet, question: str, chosen: Sequence[int] | None = None) -> list[Proposal]:
    """A proposal for each column of a tidied table, or for the chosen ones.

    At most ``FIELDS_PER_PROJECT``: of a wider table the target and the first columns that a model
    could learn from, in the table's order.
    """
    columns = columns_of(sheet)
    guesses = [guess_kind(column) for column in columns]
    target = suggest_target(columns, guesses, question)
    places = _fitting(guesses, target) if chosen is None else sorted(set(chosen))
    places = [place for place in places if place < len(columns)][:FIELDS_PER_PROJECT]
    return [_proposal(place, columns[place], guesses[place], target) for place in places]


def _fitting(guesses: list[Guess], target: Target | None) -> list[int]:
    places = list(range(len(guesses)))
    if len(places) <= FIELDS_PER_PROJECT:
        return places
    first = [] if target is None else [target.place]
    useful = [at for at in places if guesses[at].role == Field.Role.FEATURE and at not in first]
    rest = [at for at in places if at not in useful and at not in first]
    return sorted([*first, *useful, *rest][:FIELDS_PER_PROJECT])


def _proposal(place: int, column: Column, guess: Guess, target: Target | None) -> Proposal:
    role, reason = _as_target(guess, place, target)
    draft = FieldDraft(
        name=column.name,
        kind=guess.kind,
        role=role,
        unit=unit_in(column.name) if guess.kind in MEASURED else "",
        # A note helps no model: nobody is made to write one.
        required=role == Field.Role.TARGET or (role == Field.Role.FEATURE and all(column.cells)),
        options=guess.options,
    )
    lone = len(column.cells) == 1
    if lone and guess.role != LEFT_OUT:
        reason = _("Guessed from one row only, which says little: look at it.")
    return Proposal(draft, place, column.samples(), reason, guess.ask or lone)


def _as_target(guess: Guess, place: int, target: Target | None) -> tuple[str, str]:
    """The column's role and the reason, also for its being the target."""
    if target is None or target.place != place:
        return guess.role, guess.reason
    return Field.Role.TARGET, f"{guess.reason} {target.reason}"
