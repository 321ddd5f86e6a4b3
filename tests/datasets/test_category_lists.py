"""Categories: chosen colours, an order that means something, and a place for other answers."""

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Refused
from common.limits import CATEGORIES_PER_FIELD
from datasets.drafts import FieldDraft, clean_draft, drafts_from_schema
from datasets.field_types import BadValue
from datasets.field_types.category import FIRST_COLOURS, Category
from datasets.queries import fields_of
from tests.projects_in_use import published


def made(**raw: object) -> Category:
    return Category("size", Category.clean_options(raw))


def test_a_colour_is_chosen_by_its_name_after_a_bar() -> None:
    type_ = made(categories="small | teal\nlarge\nodd | name|COBALT")
    assert type_.labels == ["small", "large", "odd | name"]
    assert [type_.colour_of(code) for code in range(3)] == [5, FIRST_COLOURS[1], 7]
    assert made(categories="a | mauve\nb").labels == ["a | mauve", "b"]


def test_a_colour_that_does_not_exist_is_refused() -> None:
    for colour in (12, -1, "red", True):
        with pytest.raises(Refused, match="one of red, orange"):
            made(categories=[{"label": "a", "colour": colour}, "b"])


def test_other_answers_go_where_the_owner_says() -> None:
    type_ = made(categories="red\nblue", other="something else")
    assert type_.labels == ["red", "blue", "something else"]
    assert type_.parse("green") == type_.parse("something else") == 2
    assert type_.parse("RED") == 0, "a known word in capitals is no other answer"
    assert made(categories="red\nblue", other="Blue").parse("green") == 1
    with pytest.raises(BadValue, match="must be one of red, blue"):
        made(categories="red\nblue").parse("green")


def test_the_place_for_other_answers_follows_a_merge() -> None:
    listed = [{"code": 0, "label": "a"}, {"code": 1, "label": "b"}]
    assert made(categories=listed, merged=[{"code": 5, "into": 1}], other=5).other == 1
    assert made(categories=["a", "b"], other=7).other is None


def test_a_table_schema_says_all_of_it_and_reads_back() -> None:
    options = Category.clean_options(
        {"categories": "low | sky\nhigh | red", "ordered": True, "other": "none of these"}
    )
    entry = Category("size", options, role="target").schema()
    assert entry["categoriesOrdered"] is True
    assert (entry["cc:colours"], entry["cc:other"]) == ([6, 0, 4], "none of these")
    (draft,) = drafts_from_schema({"fields": [entry]})
    assert clean_draft(draft).options == options
    assert "cc:colours" not in made(categories="a\nb").schema()


def test_ten_thousand_categories_are_kept_and_one_more_is_refused() -> None:
    labels = [f"species {number}" for number in range(CATEGORIES_PER_FIELD)]
    type_ = made(categories=labels)
    assert type_.parse(labels[-1]) == CATEGORIES_PER_FIELD - 1
    with pytest.raises(BadValue, match="did you mean “species 77”"):
        type_.parse("Species 77")
    with pytest.raises(BadValue, match="must be one of species 0"):
        type_.parse("specie 77")
    field = type_.form_field()
    shown = field.widget.render("c_1", "species 9", {"id": "id_c_1"})
    assert 'list="id_c_1-list"' in shown
    assert shown.count("<option") == CATEGORIES_PER_FIELD
    with pytest.raises(Refused, match="this has 10001"):
        clean_draft(FieldDraft("a", "category", options={"categories": [*labels, "one more"]}))


def test_pages_stay_small_with_ten_thousand_categories(alice: User, alice_client: Client) -> None:
    labels = [f"species {number}" for number in range(CATEGORIES_PER_FIELD)]
    target = FieldDraft("species", "category", "target", options={"categories": labels})
    project = published(alice, "Species", [FieldDraft("length", "number"), target])
    base, (length, species) = f"/p/{project.slug}/", fields_of(project)
    form = alice_client.get(f"{base}contribute/").content.decode()
    assert form.count("<option") >= CATEGORIES_PER_FIELD
    assert len(form) < 900_000
    sent = {length.column: "5", species.column: "species 9999", "agree": "on"}
    assert alice_client.post(f"{base}contribute/", sent).status_code == 302
    wall = alice_client.get(f"{base}wall.json").json()
    assert [label["label"] for label in wall["labels"]] == ["species 9999"]
    assert wall["cells"][0][2] == 9_999
    assert len(alice_client.get(f"{base}data/").content) < 900_000
