"""A POST with a key happens once, and each repetition brings the first answer."""

from accounts.models import User
from datasets.models import Contribution, DataTable, Snapshot
from projects.models import Project
from tests.api.asking import Program, token_for, told

PATH = "/projects/penguins/rows"
ROW = {"species": "Adelie", "island": "Dream", "bill_length_mm": 40.125}


def given() -> dict[str, object]:
    return {"rows": [ROW], "agree": True}


def test_the_same_key_brings_the_same_answer(penguins: Project, daves: Program) -> None:
    first = daves.post(PATH, given(), Idempotency_Key="one")
    again = daves.post(PATH, given(), Idempotency_Key="one")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert daves.get("/projects/penguins").json()["rows"] == 61


def test_another_body_is_refused(penguins: Project, daves: Program) -> None:
    daves.post(PATH, given(), Idempotency_Key="one")
    other = {"rows": [{**ROW, "bill_length_mm": 41.25}], "agree": True}
    assert told(daves.post(PATH, other, Idempotency_Key="one")) == (409, "key-reused")
    assert daves.get("/projects/penguins").json()["rows"] == 61


def test_a_refused_act_leaves_the_key_free(penguins: Project, daves: Program) -> None:
    assert told(daves.post(PATH, {"rows": [ROW]}, Idempotency_Key="one"))[0] == 422
    assert daves.post(PATH, given(), Idempotency_Key="one").status_code == 201


def test_keys_of_two_people_never_meet(penguins: Project, daves: Program, carol: User) -> None:
    daves.post(PATH, given(), Idempotency_Key="one")
    other = Program(token_for(carol))
    changed = {"rows": [{**ROW, "bill_length_mm": 41.25}]}
    assert other.post(PATH, changed, Idempotency_Key="one").status_code == 201


def test_a_version_is_made_once(penguins: Project, daves: Program) -> None:
    answers = [daves.post("/projects/penguins/snapshots", Idempotency_Key="v") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Snapshot.objects.count() == 1


def test_without_a_key_the_same_row_is_told_from_a_new_one(
    penguins: Project, daves: Program
) -> None:
    DataTable.objects.update(duplicates=DataTable.Duplicates.REFUSE)
    made = daves.post(PATH, given()).json()
    refused = daves.post(PATH, given())
    assert told(refused) == (409, "same-row")
    assert refused.json()["row"] == made["row_ids"][0]
    assert refused.json()["number"] == 61


def test_an_odd_key_is_refused(penguins: Project, daves: Program) -> None:
    for key in ("x" * 65, "ä"):
        answer = daves.post(PATH, given(), Idempotency_Key=key)
        assert told(answer) == (422, "invalid"), key
        assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert Contribution.objects.filter(source="api").count() == 0


def test_withdrawing_twice_is_as_once(penguins: Project, daves: Program) -> None:
    made = daves.post(PATH, given()).json()["contribution"]["id"]
    for _ in range(2):
        answer = daves.ask("DELETE", f"/contributions/{made}")
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert daves.get("/projects/penguins").json()["rows"] == 60
