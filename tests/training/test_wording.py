"""Everything that the engine says can be translated: nothing of it is missing in the list."""

import ast
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tests.architecture.sources import ROOT
from training import wording
from training.engine.architectures import ARCHITECTURES
from training.engine.architectures.base import ACTIVATIONS, LOSSES_OF_TASK
from training.engine.metrics import METRICS
from training.presets import PRESETS
from training.wording import FAULTS, TEXTS, said

#: Where the sentences stand that a run on the site can meet; files are read by another command.
SOURCES = ("settings.py", "split.py", "loop.py", "trainer.py", "work.py")
SAYS = {"EngineFault", "Fault", "ValueError"}
#: What stands in a place when a sentence is tried out.
SOMETHING = "7"


def registry() -> Iterator[str]:
    for architecture in ARCHITECTURES:
        yield from (architecture.label, architecture.explain)
        for setting in architecture.settings:
            yield from (setting.label, setting.help, *setting.choices)
    yield from (metric.label for metric in METRICS)
    yield from ACTIVATIONS
    yield from LOSSES_OF_TASK


def test_every_text_of_the_registry_is_listed() -> None:
    assert [text for text in registry() if text and text not in TEXTS] == []


def test_no_text_is_listed_twice() -> None:
    assert len(set(TEXTS)) == len(TEXTS)
    assert len(set(FAULTS)) == len(FAULTS)


def spoken(node: ast.expr) -> str | None:
    """The text of a string or f-string, with something in its places."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [spoken(value) if isinstance(value, ast.Constant) else SOMETHING
                 for value in node.values]  # fmt: skip
        return "".join(part or "" for part in parts)
    return None


def sentences(source: str) -> Iterator[str]:
    """What a module of the engine says when it refuses, and when a run ends badly."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found = [spoken(node.args[0])] if node.func.id in SAYS and node.args else []
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named = node.targets[0].id.lower()
            found = [spoken(node.value)] if named.endswith("reason") else []
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.JoinedStr):
            found = [spoken(node.value)]
        else:
            continue
        yield from (text for text in found if text)


def fits_some_pattern(text: str) -> bool:
    with patch.object(wording, "_", lambda _pattern: "translated"):
        return said(text) != text


@pytest.mark.parametrize("name", SOURCES)
def test_every_refusal_of_the_engine_is_listed(name: str) -> None:
    source = (ROOT / "training" / "engine" / name).read_text(encoding="utf-8")
    found = list(sentences(source))
    assert found
    assert [text for text in found if not fits_some_pattern(text)] == []


def test_a_refusal_that_is_not_listed_would_be_seen() -> None:
    found = list(sentences('raise EngineFault(f"{n} rows are too many for me")'))
    assert found == ["7 rows are too many for me"]
    assert not fits_some_pattern(found[0])


def test_why_an_architecture_does_not_fit_is_listed() -> None:
    for architecture in ARCHITECTURES:
        source = (
            ROOT / "training" / "engine" / "architectures" / architecture.key / "spec.py"
        ).read_text(encoding="utf-8")
        tree = ast.parse(source)
        fits = next(
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "fits"
        )
        for node in ast.walk(fits):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
                text = node.value.value
                assert text is None or fits_some_pattern(str(text))


def test_what_stands_in_a_place_survives() -> None:
    sentence = "Every training row is of the class 'a. b': rows of a second class are needed."
    assert said(sentence) == sentence
    assert said("column 'x': not a whole number") == "column 'x': not a whole number"
    assert said("Something that people wrote.") == "Something that people wrote."


def test_a_translation_keeps_capital_and_full_stop() -> None:
    words = {"not a whole number": "kein Ganzes", "classification": "Einteilung",
             "this loss does not fit a %(task)s: use %(fitting)s": "%(task)s: nimm %(fitting)s",
             }  # fmt: skip
    with patch.object(wording, "_", lambda text: words.get(text, text)):
        assert said("Not a whole number.") == "Kein Ganzes."
        assert said("this loss does not fit a classification: use NLL") == "Einteilung: nimm NLL"


def test_presets_are_marked_for_translation() -> None:
    source = (ROOT / "training" / "presets.py").read_text(encoding="utf-8")
    marked = {
        ast.literal_eval(node.args[0])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop"
    }
    for preset in PRESETS:
        assert {preset.label, preset.trade} <= marked
