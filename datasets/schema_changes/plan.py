"""A project's fields as a change will leave them: nothing of it is saved."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import FIELDS_PER_PROJECT
from datasets.drafts import FieldDraft, clean_draft, unready
from datasets.field_types.base import shown
from datasets.models import Field
from projects.models import Project

#: What of a field a change may change, and so what undoing it sets back.
CHANGEABLE = ("name", "unit", "required", "options", "order", "retired")


class Schema:
    """All fields of a project, retired ones too, as they are or will be.

    A field that does not exist yet has a negative id.
    """

    def __init__(self, project: Project, fields: Iterable[Field]) -> None:
        self.project = project
        self.fields = list(fields)

    @classmethod
    def of(cls, project: Project) -> "Schema":
        """The fields as the database has them now; they may be changed freely."""
        return cls(project, project.fields.order_by("order", "pk"))

    @property
    def used(self) -> list[Field]:
        """The fields that are not retired, in their order."""
        return sorted(
            (field for field in self.fields if not field.retired), key=lambda one: one.order
        )

    @property
    def retired(self) -> list[Field]:
        """The fields that are hidden."""
        return [field for field in self.fields if field.retired]

    def find(self, pk: int) -> Field | None:
        """The field of that id, retired or not."""
        return next((field for field in self.fields if field.pk == pk), None)

    def field(self, pk: int) -> Field:
        """The field in use of that id.

        Raises:
            Refused: there is none.
        """
        found = self.find(pk)
        if found is None or found.retired:
            raise Refused(_("There is no such field now. Load the page again."), status=409)
        return found

    def add(self, draft: FieldDraft) -> Field:
        """Add a field behind the others.

        Raises:
            Refused: the draft does not fit, its name is taken, or there are too many fields.
        """
        if len(self.used) >= FIELDS_PER_PROJECT:
            message = _("%(count)s fields are too many: the most is %(limit)s.")
            count = len(self.used) + 1
            raise Refused(message % {"count": count, "limit": FIELDS_PER_PROJECT})
        clean = clean_draft(draft)
        self.check_name(clean.name, None)
        made = clean.as_field(project=self.project, order=self.behind())
        made.pk = min([0, *(field.pk for field in self.fields)]) - 1
        self.fields.append(made)
        return made

    def behind(self) -> int:
        """The place behind all fields."""
        return max((field.order for field in self.fields), default=-1) + 1

    def check_name(self, name: str, but: Field | None) -> None:
        """Refuse a name that another field has; hidden ones keep theirs.

        Raises:
            Refused: another field has it.
        """
        for field in self.fields:
            if field is but or field.name.casefold() != name.casefold():
                continue
            if field.retired:
                message = _(
                    "A retired field is named “%(name)s”. Bring it back, or choose another name."
                )
            else:
                message = _("Another field is named “%(name)s”: choose another name.")
            raise Refused(message % {"name": shown(name)}, field="name")

    def check(self) -> None:
        """Refuse what would leave a published project unable to go on.

        Raises:
            Refused: the sentence says what is missing.
        """
        if self.project.is_published:
            reasons = unready(self.project.task, self.used)
            if reasons:
                raise Refused(" ".join(reasons), status=409)

    def state(self) -> dict[int, dict[str, object]]:
        """What may change of each field, by id, as JSON holds it."""
        return {
            field.pk: {name: getattr(field, name) for name in CHANGEABLE} for field in self.fields
        }
