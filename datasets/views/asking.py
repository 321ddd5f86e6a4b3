"""What the contribute page asks for: the class that is needed most, unless somebody skips it."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from common.http import HttpRequest
from common.numbers import whole
from datasets.field_types import type_named, type_of
from datasets.models import Field
from datasets.queries import Need, class_needs, fields_of, needs, target_of
from projects.access import project_for
from projects.models import Project

#: How many needs the page names; Skip goes through them.
NAMED = 4


@dataclass(frozen=True)
class Asked:
    """The needs of a project as its contribute page shows them, the one asked for first."""

    fields: list[Field]
    needs: list[Need]
    #: The form field of the classes; empty when nothing has classes.
    column: str = ""
    #: What the form begins with: the class that is asked for.
    initial: dict[str, str] = field(default_factory=dict)
    #: Every class, for the script that keeps the needs fresh; where none are, one entry for all.
    classes: list[dict[str, Any]] = field(default_factory=list)
    #: Whether the datapoint is drawn rather than described.
    drawn: bool = False

    @property
    def target(self) -> str:
        """The form field of what is to be predicted, classes or not."""
        found = target_of(self.fields)
        return found.column if found else ""

    @property
    def first(self) -> Need | None:
        """What is asked for."""
        return self.needs[0] if self.needs else None

    @property
    def others(self) -> list[Need]:
        """What is asked for after skipping."""
        return self.needs[1:]


def asked_for(request: HttpRequest, project: Project) -> Asked:
    """What to ask for now; ``?need=<code>`` puts that class first, which is what Skip does."""
    fields = fields_of(project)
    target = target_of(fields)
    found = _begun_with(needs(project, NAMED, fields), whole(request.GET.get("need", "")))
    every = class_needs(project, fields)
    drawn = any(type_named(one.kind).drawn for one in fields)
    if target is None or not every:
        return Asked(fields, found, classes=[_entry(need, "") for need in found], drawn=drawn)
    type_ = type_of(target)
    shown = {need.code: type_.show(type_.from_storage(need.code)) for need in every}
    classes = [_entry(need, shown[need.code]) for need in every]
    code = found[0].code if found else None
    initial = {} if code is None else {target.column: shown[code]}
    return Asked(fields, found, target.column, initial, classes, drawn)


@require_safe
def needs_data(request: HttpRequest, slug: str) -> HttpResponse:
    """The needs as JSON, for windows that heard of rows whose classes no event names."""
    asked = asked_for(request, project_for(request.user, slug))
    response = JsonResponse({"classes": asked.classes})
    response["Cache-Control"] = "private, no-store"
    return response


def _entry(need: Need, value: str) -> dict[str, Any]:
    """One class for the script; ``value`` is what the form sends for it."""
    return {**need._asdict(), "value": value}


def _begun_with(found: list[Need], code: int | None) -> list[Need]:
    """The needs turned so that one class comes first; as they are when it is not among them."""
    place = next((at for at, need in enumerate(found) if need.code == code), 0)
    return found[place:] + found[:place]
