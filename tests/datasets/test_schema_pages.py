"""The pages of a schema: versions for everybody, changes collected and confirmed by maintainers."""

import re

import pytest
from django.test import Client

from datasets.models import Field, SchemaVersion
from projects.models import Project

pytestmark = pytest.mark.django_db


def field(project: Project, name: str) -> Field:
    return project.fields.get(name=name)


def settings_of(project: Project) -> str:
    return f"/p/{project.slug}/settings/schema/"


def confirmed(client: Client, project: Project, **more: str) -> int:
    """Send the confirming page's form as it stands; returns the status."""
    page = client.get(f"{settings_of(project)}preview/").content.decode()
    hidden = dict(re.findall(r'name="(base|idempotency_key)" value="([^"]*)"', page))
    return client.post(f"{settings_of(project)}preview/", {**hidden, **more}).status_code


def test_a_change_is_collected_looked_at_and_applied(penguins: Project, bob_client: Client) -> None:
    species, island = field(penguins, "species"), field(penguins, "island")
    address = settings_of(penguins)
    first, second = (one["code"] for one in species.options["categories"][:2])
    sent = {"operation": "merge_categories", "field": species.pk, "codes": [first], "into": second}
    assert bob_client.post(address, sent).status_code == 302
    sent = {"operation": "rename_field", "field": island.pk, "to": "isle"}
    assert bob_client.post(address, sent).status_code == 302
    page = bob_client.get(address).content.decode()
    assert "“island” is called “isle”" in page
    assert not SchemaVersion.objects.filter(number=2).exists()
    looked = bob_client.get(f"{address}preview/").content.decode()
    amount = int(re.search(r"(\d+) rows change", looked)[1])  # type: ignore[index]
    assert amount > 3
    rows = bob_client.get(f"{address}rows/?what=changed").content.decode()
    label = species.options["categories"][1]["label"]
    assert rows.count(label) >= min(amount, 20)
    assert confirmed(bob_client, penguins, note="simpler") == 302
    version = SchemaVersion.objects.get(number=2)
    assert (version.rows_changed, version.note) == (amount, "simpler")
    listed = bob_client.get(f"/p/{penguins.slug}/schema/").content.decode()
    assert "simpler" in listed
    assert "Undo this version" in listed
    said = bob_client.get(f"/p/{penguins.slug}/schema/v2.json").json()
    assert "isle" in [one["name"] for one in said["fields"]]
    undo = {"step": "undo"}
    assert bob_client.post(f"/p/{penguins.slug}/schema/v2/", undo).status_code == 302
    assert field(penguins, "island").pk == island.pk
    assert bob_client.post(f"/p/{penguins.slug}/schema/v2/", undo).status_code == 302


def test_a_field_is_added_with_a_value_for_the_rows(penguins: Project, bob_client: Client) -> None:
    address = settings_of(penguins)
    assert 'name="fields-0-name"' in bob_client.get(f"{address}?add").content.decode()
    described = {
        "fields-count": "1",
        "fields-0-name": "year",
        "fields-0-kind": "integer",
        "fields-0-role": "feature",
        "fields-0-required": "on",
        "fields-0-minimum": "1900",
    }
    sent = {"operation": "add_field", **described, "fill": "2007"}
    assert bob_client.post(address, sent).status_code == 302
    assert confirmed(bob_client, penguins) == 302
    assert field(penguins, "year").required
    version = SchemaVersion.objects.get(number=2)
    assert (version.rows_changed, version.rows_invalid) == (60, 0)


def datapoint(project: Project, **changes: str) -> dict[str, str]:
    typed = {"species": "Adelie", "island": "Biscoe", "sex": "male"}
    texts = {one.column: typed.get(one.name, "40") for one in project.fields.all()}
    named = {field(project, name).column: value for name, value in changes.items()}
    return {**texts, "agree": "on", **named}


def test_a_form_of_older_fields_says_what_changed_and_keeps_what_was_typed(
    penguins: Project, bob_client: Client, dave_client: Client
) -> None:
    address = f"/p/{penguins.slug}/contribute/"
    shown = dave_client.get(address).content.decode()
    assert '<input type="hidden" name="schema_version" value="1"' in shown
    length = penguins.fields.filter(kind="number").exclude(role="target")[0]
    sent = {"operation": "change_unit", "field": length.pk, "unit": "cm"}
    bob_client.post(settings_of(penguins), sent)
    assert confirmed(bob_client, penguins) == 302
    body = {**datapoint(penguins), length.column: "41.75", "schema_version": "1"}
    answer = dave_client.post(address, body)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"“{length.name}” is in cm" in page
    assert 'value="41.75"' in page
    assert '<input type="hidden" name="schema_version" value="2"' in page
    assert dave_client.post(address, {**body, "schema_version": "2"}).status_code == 302


def test_nonsense_is_a_sentence_and_changes_nothing(penguins: Project, bob_client: Client) -> None:
    address = settings_of(penguins)
    some = field(penguins, "species").pk
    for sent in (
        {},
        {"operation": "drop table"},
        {"operation": "rename_field"},
        {"operation": "rename_field", "field": "x", "to": "a"},
        {"operation": "rename_field", "field": "999999", "to": "a"},
        {"operation": "rename_field", "field": some, "to": "_x"},
        {"operation": "rename_field", "field": some, "to": "island"},
        {"operation": "merge_categories", "field": some, "codes": ["0"], "into": "0"},
        {"operation": "recolour_category", "field": some, "code": "0", "colour": "99"},
        {"operation": "retire_field", "field": some},
        {"operation": "add_field"},
        {
            "operation": "add_field",
            "fields-count": "1",
            "fields-0-name": "a b",
            "fields-0-kind": "number",
            "fields-0-role": "feature",
            "fill": "many",
        },
    ):
        answer = bob_client.post(address, sent)
        if answer.status_code == 302:
            # What a published project needs is seen over all changes together.
            looked = bob_client.get(f"{address}preview/").content.decode()
            assert "Exactly one field must be dependent" in looked
            assert confirmed(bob_client, penguins) == 409
            bob_client.post(address, {"order": "clear"})
            continue
        assert answer.status_code in (400, 409, 422), sent
        assert 'role="alert"' in answer.content.decode(), sent
    assert bob_client.get(f"{address}preview/").status_code == 302
    assert bob_client.post(f"/p/{penguins.slug}/schema/v1/", {"step": "undo"}).status_code == 409
    assert bob_client.post(f"/p/{penguins.slug}/schema/v1/", {"step": "x"}).status_code == 400
    assert bob_client.post(f"/p/{penguins.slug}/schema/v7/", {"step": "undo"}).status_code == 404
    assert list(SchemaVersion.objects.values_list("number", flat=True)) == [1]


def test_pressing_twice_makes_one_version(penguins: Project, bob_client: Client) -> None:
    sent = {"operation": "rename_field", "field": field(penguins, "island").pk, "to": "isle"}
    bob_client.post(settings_of(penguins), sent)
    page = bob_client.get(f"{settings_of(penguins)}preview/").content.decode()
    hidden = dict(re.findall(r'name="(base|idempotency_key)" value="([^"]*)"', page))
    assert bob_client.post(f"{settings_of(penguins)}preview/", hidden).status_code == 302
    bob_client.post(settings_of(penguins), {**sent, "to": "isle again"})
    # The same confirmation once more, from a second window: the version has moved on.
    assert bob_client.post(f"{settings_of(penguins)}preview/", hidden).status_code == 409
    assert SchemaVersion.objects.count() == 2
