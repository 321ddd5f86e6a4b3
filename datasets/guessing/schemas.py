"""Table Schemas and data packages (Data Package v2) with our ``cc:`` extras, sent by anybody.

They say what a table's fields are, so nothing has to be guessed. What they say is checked by the
same rules as what people type; what we do not know is left out and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import FIELDS_PER_PROJECT
from datasets.drafts import FieldDraft, clean_draft, drafts_from_schema
from datasets.field_types import FIELD_TYPES
from datasets.field_types.base import shown
from datasets.models import Field

#: Types of Table Schema that have a kind of ours; the others become text.
KINDS = {
    "number": Field.Kind.NUMBER,
    "integer": Field.Kind.INTEGER,
    "year": Field.Kind.INTEGER,
    "boolean": Field.Kind.BOOLEAN,
    "date": Field.Kind.DATETIME,
    "datetime": Field.Kind.DATETIME,
    "yearmonth": Field.Kind.DATETIME,
}
TITLE_CHARACTERS = 60
NOTE_CHARACTERS = 10_000


@dataclass
class Described:
    """Fields that a schema gives, and what it says about the whole."""

    drafts: list[FieldDraft]
    title: str = ""
    description: str = ""
    goal: int | None = None
    notes: list[str] = field(default_factory=list)


def is_schema(found: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a Table Schema or a data package, not a row."""
    return isinstance(found.get("fields"), list) or isinstance(found.get("resources"), list)


def read_schema(found: Mapping[str, Any]) -> Described:
    """The fields of a Table Schema, or of the first resource of a data package that has one.

    Raises:
        Refused: there is no field, there are too many, or one does not fit; the sentence names it.
    """
    schema = _schema_in(found)
    entries = schema.get("fields")
    if not isinstance(entries, list) or not entries:
        raise Refused(_("The schema has no fields: list them under “fields”."), field="file")
    if len(entries) > FIELDS_PER_PROJECT:
        message = _("%(count)s fields are too many: the most is %(limit)s.")
        parts = {"count": len(entries), "limit": FIELDS_PER_PROJECT}
        raise Refused(message % parts, field="file")
    described = Described(
        drafts=[],
        title=_text(schema.get("cc:title") or found.get("title"), TITLE_CHARACTERS),
        description=_text(schema.get("cc:note") or found.get("description"), NOTE_CHARACTERS),
        goal=_goal(schema.get("cc:rows")),
    )
    for number, entry in enumerate(entries, start=1):
        described.drafts += _drafts(number, entry, described.notes)
    return described


def _schema_in(found: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(found.get("fields"), list):
        return found
    for resource in found["resources"]:
        schema = resource.get("schema") if isinstance(resource, Mapping) else None
        if isinstance(schema, Mapping):
            return schema
    raise Refused(
        _("No resource of this data package has a schema in it: put one under “schema”."),
        field="file",
    )


def _drafts(number: int, entry: Any, notes: list[str]) -> list[FieldDraft]:
    """The draft of one field; none for a fixed split, which a living project cannot have."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        message = _("Field %(number)s of the schema has no name: add one under “name”.")
        raise Refused(message % {"number": number}, field="file")
    known = {**entry, "cc:kind": _kind(entry), "cc:role": _role(entry)}
    try:
        return [clean_draft(draft) for draft in drafts_from_schema({"fields": [known]})]
    except Refused as refused:
        raise Refused(refused.message, field="file") from refused
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        message = _(
            "Field “%(name)s” of the schema cannot be read: look at its categories, range, "
            "length and constraints."
        )
        raise Refused(message % {"name": shown(entry["name"])}, field="file") from error
    finally:
        _tell(entry, known, notes)


def _tell(entry: Mapping[str, Any], known: Mapping[str, Any], notes: list[str]) -> None:
    if known["cc:role"] == "split":
        sentence = _("“%(name)s” is left out: rows of a living project have no fixed split.")
        notes.append(sentence % {"name": shown(entry["name"])})
    elif known["cc:kind"] == Field.Kind.TEXT and entry.get("type") not in (None, "string", "any"):
        sentence = _("“%(name)s” becomes text: there is no field for “%(type)s” yet.")
        notes.append(sentence % {"name": shown(entry["name"]), "type": shown(entry["type"])})


def _kind(entry: Mapping[str, Any]) -> str:
    said = entry.get("cc:kind")
    if said in {type_.kind for type_ in FIELD_TYPES}:
        return str(said)
    if "cc:height" in entry or "cc:width" in entry:
        return Field.Kind.GRID
    if "cc:channels" in entry:
        return Field.Kind.SEQUENCE
    if "cc:length" in entry:
        lengths = isinstance(entry["cc:length"], list)
        return Field.Kind.SEQUENCE if lengths else Field.Kind.VECTOR
    constraints = entry.get("constraints")
    listed = constraints.get("enum") if isinstance(constraints, Mapping) else None
    if entry.get("categories") or listed:
        return Field.Kind.CATEGORY
    type_ = entry.get("type")
    return KINDS.get(type_, Field.Kind.TEXT) if isinstance(type_, str) else Field.Kind.TEXT


def _role(entry: Mapping[str, Any]) -> str:
    said = entry.get("cc:role", Field.Role.FEATURE)
    if said == "time":
        return Field.Role.IGNORE
    return said if said in (*Field.Role.values, "split") else Field.Role.FEATURE


def _text(said: Any, most: int) -> str:
    return said[:most] if isinstance(said, str) else ""


def _goal(said: Any) -> int | None:
    whole = isinstance(said, int) and not isinstance(said, bool)
    return said if whole and 1 <= said <= 10_000_000 else None
