"""A table as it came, whatever kind of file it was: names of columns, and rows of texts."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from common.text import clean_name
from datasets.drafts import NAME_CHARACTERS


@dataclass
class Sheet:
    """What was read of a file. Rows may be longer or shorter than the header: they are bad rows."""

    header: list[str]
    rows: list[list[str]]
    #: Whether the header stood in the file; else the columns are only counted.
    headed: bool = True
    #: Whether somebody may say that the first line is no header, or that it is one.
    may_turn: bool = False
    #: Whether columns of pixels are put together as a drawing, and whether some were.
    gathers: bool = True
    gathered: bool = False
    #: How many rows the file has; ``rows`` holds the first of them.
    total: int = 0
    #: What was done to the file while reading, a sentence each.
    notes: list[str] = field(default_factory=list)

    def column(self, index: int) -> list[str]:
        """The cells of one column, of the rows that are as long as the header."""
        width = len(self.header)
        return [row[index] for row in self.rows if len(row) == width]

    def turned(self) -> "Sheet":
        """The same table with the first line read the other way: as names, or as data."""
        if self.headed:
            header, rows, total = (
                counted_names(len(self.header)),
                [self.header, *self.rows],
                self.total + 1,
            )
        else:
            header, rows, total = self.rows[0], self.rows[1:], self.total - 1
        return replace(self, header=header, rows=rows, total=total, headed=not self.headed)


def counted_names(count: int) -> list[str]:
    """Names for columns that have none: "column 1" and so on."""
    return [_("column %(number)s") % {"number": number} for number in range(1, count + 1)]


def field_names(header: list[str]) -> list[str]:
    """Names that fields may have, one a column: never empty, equal, too long or hidden."""
    names: list[str] = []
    seen: set[str] = set()
    counted = counted_names(len(header))
    for index, raw in enumerate(header):
        stem = clean_name(raw, NAME_CHARACTERS).lstrip("_ ").strip() or counted[index]
        name, number = stem, 2
        while name.casefold() in seen:
            tail = f" {number}"
            name, number = stem[: NAME_CHARACTERS - len(tail)].rstrip() + tail, number + 1
        seen.add(name.casefold())
        names.append(name)
    return names
