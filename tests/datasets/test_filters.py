"""What can be asked of rows: an allow-list of columns and operators, and nothing a person names."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from datasets.browsing import WAYS, browsing_of
from datasets.drafts import FieldDraft
from datasets.field_types import FIELD_TYPES
from datasets.models import Contribution, Flag, RowState
from datasets.queries.data_page import data_page
from datasets.queries.paging import rows_of
from datasets.services.taking_back import reject
from projects.models import Project
from tests.datasets.browsed import arrivals, named, statements, viewed, zoo
from tests.projects_in_use import add_records, published

pytestmark = pytest.mark.django_db

FOUND: list[tuple[tuple[str, str], list[int]]] = [
    (("f.{height}.ge", "2.5"), [0, 3, 6, 7]),
    (("f.{height}.le", "1"), [2, 4]),
    (("f.{height}.lt", "1"), [4]),
    (("f.{height}.missing", "1"), [1, 5]),
    (("f.{height}.missing", "0"), [0, 2, 3, 4, 6, 7]),
    (("f.{legs}.ge", "2"), [2, 5]),
    (("f.{wild}.in", "1"), [0, 4, 6]),
    (("f.{wild}.in", "0,1"), [0, 1, 3, 4, 5, 6, 7]),
    (("f.{kind}.in", "0,2"), [0, 2, 3, 5, 6]),
    (("f.{note}.contains", "O. 5"), [5]),
    (("f.{note}.starts", "no. "), [1, 3, 5, 7]),
    (("f.{note}.is", "No. 7"), [7]),
    (("f.{note}.is", "no. 7"), []),
    (("f.{seen}.le", "2016"), [0, 1, 4, 5]),
    (("f.{seen}.ge", "2016-07"), [1, 2, 5, 6]),
    (("f.{seen}.lt", "2017"), [0, 1, 4, 5]),
    (("f.{drawing}.missing", "1"), [0, 3, 6]),
    (("by", "alice"), [0, 1, 2, 3, 4, 5, 6, 7]),
    (("by", "nobody"), []),
    (("version", "1"), [0, 1, 2, 3, 4, 5, 6, 7]),
]


def test_each_operator_finds_its_rows(alice: User) -> None:
    project = zoo(alice)
    for pair, expected in FOUND:
        view = viewed(project, pair)
        assert view.faults == ()
        assert arrivals(rows_of(view)) == expected, pair
    together = viewed(project, ("f.{height}.ge", "2.5"), ("f.{kind}.in", "0"))
    assert arrivals(rows_of(together)) == [0, 3, 6]
    assert [one.words for one in together.filters] == ["height at least 2.5 cm", "kind is cat"]


def test_every_kind_is_browsed_in_some_way() -> None:
    assert set(WAYS) == {type_.kind for type_ in FIELD_TYPES}


REFUSED = [
    ("f.{height}.ge", "1 OR 1=1"),
    ("f.{height}.ge", "nan"),
    ("f.{height}.ge", ""),
    ("f.{height}.contains", "1"),
    ("f.{height}.missing", "2"),
    ("f.{kind}.in", "9"),
    ("f.{kind}.in", "0,cat"),
    ("f.{note}.contains", "x" * 101),
    ("f.{note}.is", "a\x00b"),
    ("f.{note}.is", "a\u202eb"),
    ("f.{seen}.ge", "yesterday"),
    ("f.{drawing}.ge", "1"),
    ("f.999999.ge", "1"),
    ("contribution", "999999"),
    ("contribution", "1 OR 1=1"),
    ("version", "7"),
    ("flag", "password"),
    ("sort", "contribution__user__password"),
    ("sort", "{drawing}"),
    ("state", "pending"),
]


def test_what_cannot_be_asked_is_left_out_with_a_sentence(alice: User) -> None:
    project = zoo(alice, [1.0])
    for pair in REFUSED:
        view = viewed(project, pair)
        assert not view.filters
        assert len(view.faults) == (1 if pair[1] else 0), pair
        assert arrivals(rows_of(view)) == [0]
    other = zoo(alice, [5.0])
    foreign = (f"f.{named(other, 'height').pk}.ge", "1")
    assert viewed(project, foreign).faults
    many = [(f"f.{{{name}}}.missing", "1") for name in ("height", "legs", "wild")] * 9
    assert len(viewed(project, *many).filters) == 3


def test_flags_contributions_and_states_are_asked_for(alice: User, bob: User) -> None:
    project = zoo(alice, maintainer=bob)
    first, second = Contribution.objects.filter(project=project).order_by("pk")
    assert arrivals(rows_of(viewed(project, ("contribution", str(second.pk))))) == [3, 4, 5, 6, 7]
    row = rows_of(viewed(project)).get(arrival=4)
    Flag.objects.create(project=project, row=row.pk, kind="outlier")
    assert arrivals(rows_of(viewed(project, ("flag", "any")))) == [4]
    assert arrivals(rows_of(viewed(project, ("flag", "outlier")))) == [4]
    assert arrivals(rows_of(viewed(project, ("flag", "model")))) == []
    reject(first, bob)
    rejected = viewed(project, ("state", "rejected"), maintains=True)
    assert {row.state for row in rows_of(rejected)} == {RowState.REJECTED}
    assert arrivals(rows_of(rejected)) == [0, 1, 2]
    assert arrivals(rows_of(viewed(project, ("state", "rejected")))) == [3, 4, 5, 6, 7]


CANARY = "zq9canary"
HOSTILE = [
    f'"; DROP TABLE p_1; -- {CANARY}',
    f"') OR 1=1 -- {CANARY}",
    f"contribution__user__password{CANARY}",
    f"%s %(x)s {{0}} {CANARY}",
    f'c_1" = 1 OR "{CANARY}',
]


def test_no_text_of_a_person_reaches_a_statement(alice: User, erin_client: Client) -> None:
    fields = [FieldDraft(name, "text", "ignore", required=False) for name in HOSTILE]
    target = FieldDraft("kind", "category", "target", options={"categories": [*HOSTILE[:2], "c"]})
    number = FieldDraft("n", "number", required=False)
    project = published(alice, "Hostile", [*fields, number, target])
    add_records(project, alice, [{HOSTILE[0]: HOSTILE[1], "kind": "c"}])
    first = named(project, HOSTILE[0])
    with statements() as found:
        for text in HOSTILE:
            operands = (f"f.{first.pk}.contains", f"f.{first.pk}.is", "by", "cols", "as", "at")
            names = (text, f"f.{text}.ge", f"f.{first.pk}.{text}", f"f.{first.pk}.is__{text}")
            asked = {**dict.fromkeys(operands, text), **dict.fromkeys(names, "1")}
            assert ask(erin_client, project, asked).status_code == 200
            places = {"sort": f"{first.pk}", "before": "1", "at": text}
            assert ask(erin_client, project, places).status_code == 200
            assert ask(erin_client, project, {"sort": text, "before": text}).status_code == 200
        ask(erin_client, project, {f"f.{first.pk}.contains": HOSTILE[1], "sort": str(first.pk)})
    assert len(found) > 80
    assert not [sql for sql in found if CANARY in sql]


def test_a_text_in_a_statement_would_be_seen() -> None:
    """The control: the same watcher sees one that was put together by hand."""
    with statements() as found, connection.cursor() as cursor:
        cursor.execute(f"SELECT '{CANARY}'")
    assert [sql for sql in found if CANARY in sql]


def ask(client: Client, project: Project, asked: dict[str, str]) -> Any:
    return client.get(f"/p/{project.slug}/data/", asked)


def test_operands_are_found_as_they_stand(alice: User) -> None:
    """Marks of LIKE and of formats are letters like all others."""
    texts = ["100%", "100_", "1000", "%s", "back\\slash"]
    project = published(
        alice,
        "Texts",
        [
            FieldDraft("n", "number", required=False),
            FieldDraft("note", "text", "ignore", required=False),
            FieldDraft("kind", "category", "target", options={"categories": ["50% off", "b"]}),
        ],
    )
    add_records(project, alice, [{"note": text, "kind": "50% off"} for text in texts])
    for at, text in enumerate(texts):
        view = viewed(project, ("f.{note}.contains", text))
        assert arrivals(rows_of(view)) == [at]
        assert text in view.filters[0].words
    assert viewed(project, ("f.{kind}.in", "0")).filters[0].words == "kind is 50% off"


def test_shares_are_guessed_from_sums(alice: User) -> None:
    project = zoo(alice)
    sums = data_page(viewed(project), None).sums
    assert sums is not None
    for pair, expected in FOUND[:9]:
        asked = viewed(project, pair).filters[0]
        assert asked.field is not None
        assert asked.browsing is not None
        browsing = browsing_of(asked.browsing.type)
        share = browsing.share(sums.of[asked.field.pk], asked.operator, asked.operand)
        assert share is not None
        assert abs(share - len(expected) / 8) <= 0.3, pair
