"""Changes of a schema that somebody collects before they become a version.

They wait in the person's session: nobody else sees them, and closing the browser keeps them.
"""

from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import SCHEMA_CHANGES_PER_VERSION
from common.numbers import whole
from datasets.field_forms import FieldForms
from datasets.schema_changes import Operation, operation_named, read_operations
from projects.models import Project

#: What begins the names of the inputs of limits.
OPTION = "option-"


class SchemaDraft:
    """The changes that one person has collected for one project."""

    def __init__(self, session: SessionBase, project: Project) -> None:
        self._session = session
        self._key = f"schema-{project.pk}"
        held: dict[str, Any] = session.get(self._key, {})
        self.base = int(held.get("base", project.schema_version))
        self.said: list[dict[str, Any]] = list(held.get("operations", []))

    def operations(self) -> list[Operation]:
        """The changes, in their order.

        Raises:
            Refused: one of them cannot be read any more.
        """
        return read_operations(self.said)

    def add(self, operation: Operation) -> None:
        """Collect one more.

        Raises:
            Refused: there are too many for one version.
        """
        if len(self.said) >= SCHEMA_CHANGES_PER_VERSION:
            message = _("One version has at most %(limit)s changes. Apply these first.")
            raise Refused(message % {"limit": SCHEMA_CHANGES_PER_VERSION}, status=409)
        self.said.append(operation.json())
        self._keep()

    def remove(self, place: int) -> None:
        """Leave one out."""
        if place < len(self.said):
            del self.said[place]
        self._keep()

    def clear(self) -> None:
        """Forget all of them."""
        self._session.pop(self._key, None)
        self.said = []

    def rebase(self, version: int) -> None:
        """Say that the person has seen that version of the schema."""
        if self.base != version:
            self.base = version
            self._keep()

    def _keep(self) -> None:
        if self.said:
            self._session[self._key] = {"base": self.base, "operations": self.said}
        else:
            self._session.pop(self._key, None)


def operation_of(data: QueryDict) -> Operation:
    """The change that a form of the page says.

    Raises:
        Refused: there is no such change, or an input is lacking.
    """
    class_ = operation_named(data.get("operation", ""))
    if class_.name == "add_field":
        return class_.read({"draft": _described(data), "fill": data.get("fill", "")})
    hints = get_type_hints(class_)
    said = {name: _typed(hints[name], name, data) for name in class_.parameters()}
    return class_.read({name: value for name, value in said.items() if value is not None})


def _typed(hint: Any, name: str, data: QueryDict) -> Any:
    """What the inputs say, as the parameter wants it; None: nothing."""
    if hint == dict[str, Any]:
        return {key.removeprefix(OPTION): data[key] for key in data if key.startswith(OPTION)}
    if get_origin(hint) is list:
        return [code for text in data.getlist(name) if (code := whole(text)) is not None]
    text = data.get(name)
    if text is None:
        return None
    kinds = get_args(hint) or (hint,)
    if bool in kinds:
        return text == "true"
    if int in kinds:
        return whole(text)
    return text


def _described(data: QueryDict) -> Mapping[str, Any]:
    forms = FieldForms.bound(data)
    if not forms.forms:
        raise Refused(_("Describe the field: give it at least a name."), field="name")
    if not forms.is_valid():
        sentences = [str(one) for listed in forms.forms[0].errors.values() for one in listed]
        raise Refused(" ".join(sentences))
    return dict(vars(forms.forms[0].draft()))
