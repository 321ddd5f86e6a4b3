"""Fields as somebody describes them, before they are a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import FIELDS_PER_PROJECT
from common.text import clean_name
from datasets.field_types import FIELD_TYPES, type_named
from datasets.field_types.base import shown
from datasets.models import Field

NAME_CHARACTERS = 64
UNIT_CHARACTERS = 24


@dataclass(frozen=True)
class FieldDraft:
    """One field to be: ``options`` as the kind's ``clean_options`` reads them."""

    name: str
    kind: str
    role: str = Field.Role.FEATURE
    unit: str = ""
    required: bool = True
    options: dict[str, Any] = field(default_factory=dict)

    def as_field(self, **more: Any) -> Field:
        """The field, not saved yet; ``more`` says what no draft knows, such as its project."""
        return Field(**vars(self), **more)


def clean_draft(draft: FieldDraft) -> FieldDraft:
    """Return the draft with a harmless name and complete, checked options.

    Raises:
        Refused: something does not fit; ``field`` names which part of the draft.
    """
    name = clean_name(draft.name, NAME_CHARACTERS + 1)
    if not name or len(name) > NAME_CHARACTERS or name.startswith("_"):
        message = _(
            "The field name “%(name)s” must have 1 to %(limit)s characters "
            "and not start with an underscore."
        )
        raise Refused(message % {"name": shown(draft.name), "limit": NAME_CHARACTERS}, field="name")
    if draft.kind not in {type_.kind for type_ in FIELD_TYPES}:
        message = _("“%(name)s” needs a kind from the list, not “%(kind)s”.")
        raise Refused(message % {"name": name, "kind": shown(draft.kind)}, field="kind")
    if draft.role not in Field.Role.values:
        message = _("“%(name)s” needs a role from the list, not “%(role)s”.")
        raise Refused(message % {"name": name, "role": shown(draft.role)}, field="role")
    try:
        options = type_named(draft.kind).clean_options(draft.options)
    except Refused as refused:
        message = _("Field “%(name)s”: %(reason)s") % {"name": name, "reason": refused.message}
        raise Refused(message, field=refused.field) from refused
    unit = clean_name(draft.unit, UNIT_CHARACTERS + 1)
    if len(unit) > UNIT_CHARACTERS:
        message = _("The unit of “%(name)s” must have at most %(limit)s characters, such as mm.")
        raise Refused(message % {"name": name, "limit": UNIT_CHARACTERS}, field="unit")
    return FieldDraft(name, draft.kind, draft.role, unit, draft.required, options)


def clean_drafts(drafts: Sequence[FieldDraft]) -> list[FieldDraft]:
    """Return all drafts cleaned; together they must make a table.

    Raises:
        Refused: too many fields, one does not fit, or two names differ only in case.
    """
    if len(drafts) > FIELDS_PER_PROJECT:
        message = _("%(count)s fields are too many: the most is %(limit)s.")
        raise Refused(message % {"count": len(drafts), "limit": FIELDS_PER_PROJECT})
    clean = [clean_draft(draft) for draft in drafts]
    seen: set[str] = set()
    for draft in clean:
        if draft.name.casefold() in seen:
            message = _("Two fields are named “%(name)s”: give one of them another name.")
            raise Refused(message % {"name": draft.name}, field="name")
        seen.add(draft.name.casefold())
    return clean


def unready(task: str, fields: Sequence[FieldDraft | Field]) -> list[str]:
    """Why a project with these fields cannot be published: one sentence each, none when it can."""
    reasons: list[str] = []
    targets = [draft for draft in fields if draft.role == Field.Role.TARGET]
    if len(targets) != 1:
        found = ", ".join(f"“{draft.name}”" for draft in targets) or _("none")
        reasons.append(
            _(
                "Exactly one field must be dependent: what the model predicts. "
                "Now it is: %(found)s. Set the role of the others to independent."
            )
            % {"found": found}
        )
    elif type_named(targets[0].kind).target_of != task:
        reasons.append(_wrong_target(task, targets[0]))
    if not any(d.role == Field.Role.FEATURE and type_named(d.kind).learned for d in fields):
        reasons.append(
            _(
                "At least one field must be independent and no text: what the model sees. "
                "Add one, such as a number, a category or a drawing."
            )
        )
    return reasons


def _wrong_target(task: str, target: FieldDraft | Field) -> str:
    fitting = [str(type_.label) for type_ in FIELD_TYPES if type_.target_of == task]
    if task == "classification":
        sentence = _(
            "A classification predicts a %(fitting)s, but “%(name)s” is a %(kind)s. "
            "Change its kind, or choose regression."
        )
    else:
        sentence = _(
            "A regression predicts a %(fitting)s, but “%(name)s” is a %(kind)s. "
            "Change its kind, or choose classification."
        )
    kind = str(type_named(target.kind).label)
    return sentence % {"fitting": _(" or a ").join(fitting), "name": target.name, "kind": kind}


def drafts_from_schema(schema: Mapping[str, Any]) -> list[FieldDraft]:
    """Return drafts for the fields of a Table Schema with our ``cc:`` extras.

    A field whose role is ``split`` is left out: rows of a live project have no fixed split. Where
    the schema does not say, the target and what makes a row (a drawing, a picture, a sequence, a
    vector) are required, other fields not.
    """
    return [
        FieldDraft(
            name=entry["name"],
            kind=entry["cc:kind"],
            role=entry.get("cc:role", Field.Role.FEATURE),
            unit=entry.get("cc:unit", ""),
            required=_required(entry),
            options=_options(entry),
        )
        for entry in schema["fields"]
        if entry.get("cc:role") != "split"
    ]


def _required(entry: Mapping[str, Any]) -> bool:
    """Whether it must be filled in; unsaid, where a row without it says nothing."""
    needed = entry.get("cc:role") == "target" or type_named(entry["cc:kind"]).whole_point
    return bool(entry.get("constraints", {}).get("required", needed))


def _options(entry: Mapping[str, Any]) -> dict[str, Any]:
    said = type_named(entry["cc:kind"]).options_in(entry)
    return {name: value for name, value in said.items() if value is not None}


def task_of(fields: Sequence[FieldDraft | Field]) -> str:
    """What is to be predicted decides the task; without a target that fits it is classification."""
    tasks = [type_named(one.kind).target_of for one in fields if one.role == Field.Role.TARGET]
    return next((task for task in tasks if task), "classification")
