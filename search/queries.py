"""Looking for words: one function for every database."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from search.index import with_all, with_most
from search.models import Document
from search.words import Asked, asked, grams, likeness

PAGE = 12
#: Of so many documents that share the most trigrams the most alike are looked for.
CANDIDATES = 200
#: Names whose words share less than this of their trigrams are not meant.
ALIKE = 0.4
#: How good an answer is: its name is what was asked for, has it, or only its text has.
SAME_NAME, IN_NAME, IN_TEXT = 2, 1, 0

#: Where an answer stands: no other stands there, so the next page begins behind it.
Place = tuple[int, float, int]


class Found(NamedTuple):
    """One answer."""

    kind: str
    object_id: int
    title: str
    body: str
    place: Place


class Answers(NamedTuple):
    """One page of answers, best first."""

    found: list[Found]
    #: Whether there are more behind the last one.
    more: bool
    #: Whether nothing had the words, and these are only spelt alike.
    alike: bool


def search(
    text: str | Asked,
    *,
    kinds: Collection[str] | None = None,
    also: Iterable[int] = (),
    limit: int = PAGE,
    after: Place | None = None,
) -> Answers:
    """Find what has every word of a text, or begins a word with it.

    Args:
        text: what somebody typed; anything is fine.
        kinds: only things of these kinds; None for all.
        also: circles that the reader belongs to: what is there is found though it is not public.
        limit: how many answers.
        after: the place of the last answer of the page before.
    """
    wanted = text if isinstance(text, Asked) else asked(text)
    if not wanted.words:
        return Answers([], more=False, alike=False)
    open_to = _open_to(kinds, also)
    found = list(_ordered(open_to, wanted, after)[: limit + 1])
    if found or after is not None:
        answers = [_found(document, document.tier) for document in found[:limit]]  # type: ignore[attr-defined]
        return Answers(answers, more=len(found) > limit, alike=False)
    return Answers(_spelt_alike(open_to, wanted)[:limit], more=False, alike=True)


def matching(kind: str, text: str | Asked, also: Iterable[int] = ()) -> QuerySet[Document]:
    """The documents of a kind that have every word; to be used inside another query.

    None when there is no word in the text that could be looked for.
    """
    wanted = text if isinstance(text, Asked) else asked(text)
    if not wanted.words:
        return Document.objects.none()
    return _open_to([kind], also).filter(pk__in=with_all(wanted.words)).order_by()


def _open_to(kinds: Collection[str] | None, also: Iterable[int]) -> QuerySet[Document]:
    found = Document.objects.filter(Q(public=True) | Q(circle__in=list(also)), shown=True)
    return found if kinds is None else found.filter(kind__in=list(kinds))


def _ordered(
    documents: QuerySet[Document], wanted: Asked, after: Place | None
) -> QuerySet[Document]:
    found = documents.filter(pk__in=with_all(wanted.words)).annotate(tier=_tier(wanted))
    if after is not None:
        tier, weight, last = after
        same = Q(tier=tier) & (Q(weight__lt=weight) | Q(weight=weight, pk__lt=last))
        found = found.filter(Q(tier__lt=tier) | same)
    return found.order_by("-tier", "-weight", "-pk")


def _tier(wanted: Asked) -> Combinable:
    return Case(
        When(title_key=" ".join(wanted.words), then=Value(SAME_NAME)),
        When(pk__in=with_all(wanted.words, part="title"), then=Value(IN_NAME)),
        default=Value(IN_TEXT),
        output_field=IntegerField(),
    )


def _spelt_alike(documents: QuerySet[Document], wanted: Asked) -> list[Found]:
    trigrams = grams(" ".join(wanted.words)).split()
    try:
        some = Document.objects.filter(pk__in=with_most(trigrams, CANDIDATES, documents))
    except EmptyResultSet:
        return []
    near = [
        (likeness(wanted.words, document.title_key), document)
        for document in some.order_by("-weight", "-pk")
    ]
    near.sort(key=lambda pair: -pair[0])
    return [_found(document, IN_NAME) for share, document in near if share >= ALIKE]


def _found(document: Document, tier: int) -> Found:
    place = (tier, document.weight, document.pk)
    return Found(document.kind, document.object_id, document.title, document.body, place)
