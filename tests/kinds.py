"""For each kind of field: options to try it with, and values that hypothesis draws."""

from datetime import timedelta, timezone
from io import BytesIO
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from datasets.field_types import FIELD_TYPES, FieldType, type_named

OPTIONS: dict[str, dict[str, Any]] = {
    "number": {"minimum": "-1e6", "maximum": 1e6},
    "integer": {"minimum": -(2**53), "maximum": 2**53},
    "boolean": {},
    "category": {"categories": 'Adelie\nChinstrap\nGentoo, big; "x"\n3,5\n=1+1'},
    "text": {"max_length": 50},
    "datetime": {"precision": "any"},
    "grid": {"height": 3, "width": 5, "max": 7},
    "image": {"height": 4, "width": 5, "colours": "colour"},
    "sequence": {"channels": 2, "min_length": 1, "max_length": 6},
    "vector": {"length": 3},
}
SAFE = st.characters(
    blacklist_categories=["Cc", "Cs", "Zl", "Zp"],
    blacklist_characters="".join(
        chr(code)
        for code in (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069)
    ),
)
FLOAT32 = st.floats(
    width=32, allow_nan=False, allow_infinity=False, min_value=-(2.0**90), max_value=2.0**90
)
#: The project whose folder in the storage the pictures of these tests lie in.
PROJECT = 1


def photo(
    colour: tuple[int, int, int] = (200, 30, 30),
    size: tuple[int, int] = (40, 30),
    ending: str = "PNG",
    **how: Any,
) -> bytes:
    """A picture of one colour with a darker half, as a file's bytes."""
    picture = Image.new("RGB", size, colour)
    half = Image.new("RGB", (size[0] // 2, size[1]), tuple(part // 3 for part in colour))
    picture.paste(half, (0, 0))
    file = BytesIO()
    picture.save(file, ending, **how)
    return file.getvalue()


PHOTOS = [photo((200, 30, 30)), photo((20, 30, 220), ending="JPEG"), photo((9, 99, 9), (7, 70))]
ZONES = st.one_of(
    st.none(),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
#: Dates and times whole, and cut short anywhere.
MOMENTS = st.one_of(
    st.datetimes(timezones=ZONES).map(str).filter(lambda text: "0002" < text[:4] < "9999"),
    st.datetimes(timezones=ZONES)
    .map(lambda one: one.isoformat(timespec="minutes"))
    .filter(lambda text: "0002" < text[:4] < "9999"),
    st.dates().map(str),
    st.dates().map(lambda day: str(day)[:7]),
    st.dates().map(lambda day: str(day)[:4]),
    st.dates()
    .map(lambda day: "{:04}-W{:02}".format(*day.isocalendar()[:2]))
    .filter(lambda text: "0002" < text[:4] < "9999"),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.floats(-1e6, 1e6),
    "integer": st.integers(-(2**53), 2**53),
    "boolean": st.booleans(),
    "category": st.integers(0, 4),
    "text": st.text(SAFE, min_size=1, max_size=50).map(str.strip).filter(bool),
    "datetime": MOMENTS,
    "grid": st.lists(st.lists(st.integers(0, 7), min_size=5, max_size=5), min_size=3, max_size=3),
    "image": st.sampled_from(PHOTOS),
    "sequence": st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(FLOAT32, min_size=n, max_size=n), min_size=2, max_size=2)
    ),
    "vector": st.lists(FLOAT32, min_size=3, max_size=3),
}
KINDS = [type_.kind for type_ in FIELD_TYPES]


def made(kind: str, **how: Any) -> FieldType[Any]:
    """The field “height” of that kind; its pictures lie in the folder of ``PROJECT``."""
    class_ = type_named(kind)
    options = class_.clean_options(OPTIONS[kind])
    return class_("height", options, **{"project_id": PROJECT, **how})


def kept(type_: FieldType[Any], given: object) -> Any:
    """The value of what was given, and what it needs in the storage."""
    value = type_.check(given)
    type_.keep(value)
    return value
