"""Broken files and bombs: each gets a sentence, changes nothing, and never fills our memory."""

import gc
import random
from contextlib import suppress
from pathlib import Path

import pytest

from common.errors import Refused
from datasets.importing import decoding
from datasets.importing.checking import Checked, check_file
from datasets.importing.dialects import SAMPLE_BYTES, guessed
from datasets.models import Field
from datasets.records import Typed, typed
from tests.datasets import bombs
from tests.imports_in_use import in_a_thread

#: Bombs whose caps are what is tested: only the real child has them.
NEED_THE_CHILD = {"a text of 8 MB in 100,000 rows", "a text of 40 MB"}
CATEGORIES = {
    "categories": [
        {"code": 0, "label": "a", "colour": 1},
        {"code": 1, "label": "b", "colour": 2},
    ]
}


def fields() -> Typed:
    return typed(
        [
            Field(pk=1, name="size", kind="number"),
            Field(pk=2, name="amount", kind="integer"),
            Field(pk=3, name="kind", kind="category", role="target", options=CATEGORIES),
            Field(pk=4, name="note", kind="text", required=False, role="ignore"),
        ]
    )


def look(data: bytes, folder: Path) -> Checked:
    """Guess and check, as the job does; only the refusal may come out."""
    path = folder / "file"
    path.write_bytes(data)
    with path.open("rb") as file:
        dialect = guessed(file.read(SAMPLE_BYTES), [field.name for field, _type in fields()])
        file.seek(0)
        return check_file(file, fields(), dialect, {}, folder, lambda _rows: None)


def told(data: bytes, folder: Path) -> str:
    """The refusal, or the reasons of the bad rows."""
    try:
        found = look(data, folder)
    except Refused as refused:
        return refused.message
    return str(found.reasons.listed())


@pytest.fixture(scope="module")
def all_bombs() -> list[bombs.Bomb]:
    return bombs.files()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "child", in_a_thread)


def test_there_are_forty_bombs(all_bombs: list[bombs.Bomb]) -> None:
    assert len({bomb.name for bomb in all_bombs}) >= 40


@pytest.mark.usefixtures("here")
def test_each_gets_its_sentence(all_bombs: list[bombs.Bomb], tmp_path: Path) -> None:
    wrong = {
        bomb.name: said
        for bomb in all_bombs
        if bomb.name not in NEED_THE_CHILD
        for said in (told(bomb.data, tmp_path),)
        if bomb.says not in said
    }
    assert not wrong


@pytest.mark.parametrize("name", sorted(NEED_THE_CHILD))
def test_what_unpacks_to_too_much_ends_the_child(
    name: str, all_bombs: list[bombs.Bomb], tmp_path: Path
) -> None:
    bomb = next(bomb for bomb in all_bombs if bomb.name == name)
    assert bomb.says in told(bomb.data, tmp_path)


@pytest.mark.long
def test_our_memory_stays_flat(all_bombs: list[bombs.Bomb], tmp_path: Path) -> None:
    gc.collect()
    before = peak_from_now()
    for bomb in all_bombs:
        told(bomb.data, tmp_path)
    assert peak() - before < 120 * 2**20
    # The control: what the child refused to unpack would have shown here. Measured anew, since
    # what other tests left may have been freed meanwhile.
    before = peak_from_now()
    assert len(b"x" * (300 * 2**20)) > 0
    assert peak() - before >= 250 * 2**20


def peak_from_now() -> int:
    """Forget the highest memory that this process had, and tell what it has."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    """The most bytes in memory since then, by the kernel's own count."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def mangled(data: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes changed, taken out, doubled or put in."""
    out = bytearray(data[: 1 << 16])
    for _change in range(chance.randint(1, 8)):
        at = chance.randrange(len(out) + 1)
        act = chance.randrange(4)
        if act == 0:
            out[at : at + 1] = bytes([chance.randrange(256)])
        elif act == 1:
            del out[at : at + chance.randint(1, 40)]
        elif act == 2:
            out[at:at] = out[at : at + chance.randint(1, 40)]
        else:
            out[at:at] = chance.choice(NASTY)
        out = out or bytearray(b"x")
    return bytes(out)


NASTY: tuple[bytes, ...] = (
    b'"', b"'", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b",,,,", b"{", b"[[", b"]}",
    b"1e999", b"NaN", b"=cmd", b"\xe2\x80\xae", b"\\ud800", b"PAR1", b"9" * 80, b"null", b"\t",
)  # fmt: skip


def seeds() -> dict[str, bytes]:
    """One good file of each format."""
    rows = [bombs.ROW, "2,4,b,", "-3.25,0,a,words of a note"]
    lines = [bombs.json_line(), bombs.json_line(kind="b", note=None)]
    return {
        "csv": bombs.csv(*rows),
        "tsv": bombs.csv(*rows).replace(b",", b"\t"),
        "jsonl": b"\n".join(lines),
        "list": b"[" + b",".join(lines) + b"]",
        "parquet": bombs.parquet(bombs.rows_table()),
    }


def fuzz(count: int, folder: Path) -> int:
    """Check so many mangled files; returns how many were read at least in part."""
    chance = random.Random(11)
    good = 0
    files = list(seeds().values())
    for number in range(count):
        with suppress(Refused):
            good += look(mangled(files[number % len(files)], chance), folder).good > 0
    return good


@pytest.mark.usefixtures("here")
def test_mangled_files_let_only_the_refusal_out(tmp_path: Path) -> None:
    good = fuzz(60, tmp_path)
    # The control: they are not all refused at the door.
    assert 5 < good < 60


@pytest.mark.long
@pytest.mark.usefixtures("here")
def test_two_thousand_mangled_files_of_each_format(tmp_path: Path) -> None:
    assert fuzz(10_000, tmp_path) > 500
