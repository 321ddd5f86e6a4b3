"""What kind of field a column is taken for, why, and when the page asks."""

import base64
import json

import pytest

from datasets.field_types import type_of
from datasets.field_types.moment import DateTime
from datasets.guessing.column import Column
from datasets.guessing.kinds import guess_kind
from datasets.guessing.plan import propose
from datasets.guessing.sheet import Sheet
from datasets.guessing.tidying import tidied
from datasets.guessing.units import unit_in
from tests.kinds import photo

GRID = json.dumps([[0, 16, 0, 3]] * 4)
PATH = json.dumps([[0.5, 1, 2], [3, 4, 5.5]])

DOT = "data:image/png;base64," + base64.b64encode(photo(size=(2, 2))).decode()
GUESSED = [
    # name, values, kind, role, asks, words of the reason
    ("size", ["1.5", "2", "3e2"], "number", "feature", False, "numbers from 1.5 to 300"),
    ("age", [str(n) for n in range(18, 90)], "integer", "feature", False, "from 18 to 89"),
    ("rating", ["1", "2", "9", "3"] * 30, "integer", "feature", True, "All 120 values are whole"),
    ("class", ["1", "2", "3", "2"] * 9, "category", "feature", True, "a code for something"),
    ("done", ["yes", "no", "no"], "boolean", "feature", False, "yes or no"),
    ("done", ["1", "0", "0", "1"], "boolean", "feature", True, "0 or 1"),
    ("colour", ["red", "blue", "red", "red"], "category", "feature", False, "only 2 different"),
    ("zip", ["01234", "80331", "01234", "80331"], "category", "feature", False, "begin with 0"),
    ("phone", ["0123", "0456", "0789"], "text", "ignore", False, "begin with 0"),
    ("who", ["Ana", "Bert", "Carl"], "text", "ignore", False, "3 different texts"),
    ("day", ["2024-03-01", "2024-03-02"], "datetime", "feature", False, "such as 2024-03-01"),
    ("at", ["2024-03-01"] * 8 + ["soon"], "datetime", "feature", True, "(row 9: “soon”)"),
    ("photo", [DOT] * 2, "image", "feature", False, "hold a picture"),
    ("embedding", ["[1,2,3]", "[4,5,6]"], "vector", "feature", False, "3 numbers: a vector"),
    ("embedding", ["[1,2,3]", "[4,5]"], "sequence", "feature", False, "2–3 numbers"),
    ("n", [str(n) for n in range(1, 20)], "integer", "out", False, "only counts the rows"),
    ("id", ["0", "1"], "integer", "out", False, "only counts the rows"),
    ("x", ["", ""], "text", "out", False, "Every cell is empty"),
    ("x", ["word " * 200, "b"], "text", "out", False, "at most 500"),
    ("x", ["1", "2.5", "3", "4", "5", "6", "7", "8", "12cm"], "number", "feature", True, "row 9"),
    ("x", ["a", "1", "a", "1", "a"], "category", "feature", True, "side by side"),
    ("x", ["a", "1", "b", "2", "c"], "text", "ignore", True, "side by side"),
    ("drawing", [GRID] * 3, "grid", "feature", False, "4 rows of 4 whole numbers from 0 to 16"),
    ("pen", [PATH] * 3, "sequence", "feature", False, "channels: 2"),
    ("wave", ["[1,2,3]", "[4,5]"], "sequence", "feature", False, "2–3 numbers"),
    ("x", ["[1,2", "[3]"], "text", "out", True, "left out"),
    ("x", ['["a"]', "[1]"], "text", "out", True, "left out"),
    ("x", [json.dumps([0.5] * 1_001)] * 2, "text", "out", True, "too long"),
]


@pytest.mark.parametrize(("name", "values", "kind", "role", "asks", "words"), GUESSED)
def test_a_column_is_taken_for(
    name: str, values: list[str], kind: str, role: str, asks: bool, words: str
) -> None:
    guess = guess_kind(Column(name, values))
    assert (guess.kind, guess.role, guess.ask) == (kind, role, asks), guess.reason
    assert words in guess.reason


FIVE_FORMS = ["2024-03-01", "1.3.2024", "3/1/2024", "1 Mar 2024", "Mar 1, 2024"]


def test_dates_in_five_forms_are_known_and_kept_as_a_note() -> None:
    guess = guess_kind(Column("day", FIVE_FORMS * 3))
    assert (guess.kind, guess.role, guess.ask) == ("text", "ignore", True)
    assert "“1.3.2024”, “2024-03-01”" in guess.reason
    assert "kept as a note" in guess.reason


@pytest.mark.parametrize("text", ["12:30", "Mar 2024", "3/1/2024"])
def test_other_forms_of_dates(text: str) -> None:
    assert "look like dates" in guess_kind(Column("day", [text] * 3)).reason


@pytest.mark.parametrize(
    ("texts", "precision"),
    [
        (["1949-01", "1949-02"], "month"),
        (["2016-07-01 00:00:00", "2016-07-02 00:00:00"], "day"),
        (["2016-07-01 00:00:00", "2016-07-02 10:00:00"], "second"),
        (["2016-07-01T14:30", "2016-07-02T10:00"], "minute"),
        (["2024-03-01T12:30:00.5Z"] * 2, "any"),
        (["2024-03-01T12:30:00Z"] * 2, "any"),
        (["2024-03-01", "2024-03"], "any"),
    ],
)
def test_dates_are_as_exact_as_all_of_them_are(texts: list[str], precision: str) -> None:
    guess = guess_kind(Column("day", texts))
    assert (guess.kind, guess.options) == ("datetime", {"precision": precision})
    assert all(DateTime("day", guess.options).parse(text) for text in texts)


@pytest.mark.parametrize("text", ["1.5", "2024", "12", "a-b-c", "1-2-3-4", "x" * 99, "13 apples"])
def test_what_only_resembles_a_date_is_none(text: str) -> None:
    assert "dates" not in guess_kind(Column("x", [text, text, text])).reason


@pytest.mark.parametrize(("name", "values", "kind", "role", "asks", "words"), GUESSED)
def test_the_values_fit_the_field_that_was_guessed(
    name: str, values: list[str], kind: str, role: str, asks: bool, words: str
) -> None:
    [proposal] = propose(tidied(Sheet([name], [[v] for v in values])), "")
    if proposal.draft.role == "out" or asks:
        return
    from datasets.drafts import clean_draft

    type_ = type_of(clean_draft(proposal.draft))
    for value in values:
        type_.read(value)


def table(**columns: list[str]) -> Sheet:
    return tidied(Sheet(list(columns), [list(row) for row in zip(*columns.values(), strict=True)]))


def test_marks_for_nothing_among_numbers_are_empty_everywhere() -> None:
    found = table(a=["1", "NA", "3"], b=["x", "NA", "y"])
    assert found.rows == [["1", "x"], ["", ""], ["3", "y"]]
    assert "“NA”" in found.notes[0]


def test_among_words_they_are_words() -> None:
    assert table(country=["NA", "DE", "NA"], n=["1", "2", "3"]).column(0) == ["NA", "DE", "NA"]


def test_decimal_commas_become_points() -> None:
    found = table(a=["1,5", "2", "-3,25"], b=["1,5", "x", "y"])
    assert found.column(0) == ["1.5", "2", "-3.25"]
    assert found.column(1) == ["1,5", "x", "y"]
    assert "decimal commas" in found.notes[0]


def test_spellings_of_a_word_are_one_category() -> None:
    found = table(a=["Red", "red", "Red", "blue", "blue", "Red"])
    assert set(found.column(0)) == {"Red", "blue"}
    assert "“red” is read as “Red”" in found.notes[0]


def test_points_in_a_row_become_channels() -> None:
    found = table(pen=["[[1,2],[3,4],[5,6],[7,8.5]]"] * 2)
    assert found.column(0)[0] == "[[1,3,5,7],[2,4,6,8.5]]"
    assert guess_kind(Column("pen", found.column(0))).options["channels"] == 2


@pytest.mark.parametrize(
    "names", [[f"p{n}" for n in range(16)], [f"pixel_{r}x{c}" for r in range(4) for c in range(4)]]
)
def test_columns_of_pixels_become_a_drawing(names: list[str]) -> None:
    rows = [[*(str((n * k) % 16) for n in range(16)), "ab"[k % 2]] for k in range(6)]
    # The columns may stand in any order: their numbers say where a pixel belongs.
    order = [*reversed(range(16)), 16]
    header = [[*names, "label"][at] for at in order]
    found = tidied(Sheet(header, [[row[at] for at in order] for row in rows]))
    assert len(found.header) == 2
    drawing = json.loads(found.rows[1][0])
    assert drawing[0] == [0, 1, 2, 3]
    assert [proposal.draft.kind for proposal in propose(found, "")] == ["grid", "category"]
    assert "one drawing of 4 × 4" in found.notes[0]


def test_numbered_columns_that_are_no_pixels_stay_apart() -> None:
    for rows in ([["0.5"] * 16], [["300"] * 16]):
        assert len(tidied(Sheet([f"m{n}" for n in range(16)], rows)).header) == 16
    gap = [f"m{n}" for n in range(17) if n != 5]
    assert len(tidied(Sheet(gap, [["1"] * 16])).header) == 16


@pytest.mark.parametrize(
    ("question", "target", "words"),
    [
        ("Will my tomato plant be watered enough?", "water_ml", "in your question"),
        ("how tall does the plant grow", "label", "so its name says"),
        ("", "label", "so its name says"),
    ],
)
def test_the_target_follows_the_question_then_the_names(
    question: str, target: str, words: str
) -> None:
    found = table(
        water_ml=["1.5", "2", "3", "4"],
        label=["a", "b", "a", "b"],
        kind=["u", "v", "u", "v"],
        note=["k", "l", "m", "n"],
    )
    [chosen] = [p for p in propose(found, question) if p.draft.role == "target"]
    assert chosen.draft.name == target
    assert words in chosen.reason


def test_without_any_hint_it_is_the_last_category_then_the_last_number() -> None:
    words = propose(table(a=["x", "y"] * 4, b=["u", "v"] * 4, c=["1.5", "2"] * 4), "")
    assert [p.draft.role for p in words] == ["feature", "target", "feature"]
    numbers = propose(table(a=["1.5", "2"], b=["2.5", "3"], c=["Ana", "Bert"]), "")
    assert [p.draft.role for p in numbers] == ["feature", "target", "ignore"]
    assert all(p.draft.role != "target" for p in propose(table(a=["Ana", "Bert"]), ""))
    # A row without its target teaches nothing, so a column without gaps comes first.
    gaps = propose(table(a=["x", "y"] * 4, b=["u", "v"] * 3 + ["u", ""]), "")
    assert [p.draft.role for p in gaps] == ["target", "feature"]


def test_a_wide_table_proposes_as_many_fields_as_a_project_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("datasets.guessing.plan.FIELDS_PER_PROJECT", 64)
    columns = {f"m {'abcdefghij'[n % 10]}{'x' * n}": ["0.5", "1.5"] for n in range(80)}
    found = table(**columns, label=["a", "b"] * 1)
    proposals = propose(found, "")
    assert len(proposals) == 64
    assert sum(p.draft.role == "target" for p in proposals) == 1
    assert [p.source for p in propose(found, "", [3, 3, 70, 999])] == [3, 70]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("bill_length_mm", "mm"),
        ("weight (kg)", "kg"),
        ("temp [°C]", "°C"),
        ("items", ""),
        ("m", ""),
    ],
)
def test_units_are_found_in_names(name: str, unit: str) -> None:
    assert unit_in(name) == unit


def test_one_row_says_little() -> None:
    for proposal in propose(table(a=["1.5"], b=["x"]), ""):
        assert proposal.ask
        assert "one row only" in proposal.reason
