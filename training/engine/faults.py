"""What is wrong with data, a schema or settings, in sentences that name the way out."""

from dataclasses import dataclass

SHOWN_FAULTS = 50


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands (as far as known) and why it is refused."""

    reason: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """One line: file, row, column, value: reason."""
        where = [self.file] if self.file else []
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {shown(self.column)}")
        if self.value:
            where.append(f"value {self.value}")
        return f"{', '.join(where)}: {self.reason}" if where else self.reason


class EngineFault(Exception):
    """Data, schema or settings that cannot be used; `faults` says all that is wrong."""

    def __init__(self, *faults: Fault | str, more: int = 0) -> None:
        self.faults = tuple(Fault(f) if isinstance(f, str) else f for f in faults)
        self.more = more
        super().__init__("; ".join(str(fault) for fault in self.faults[:3]))

    @property
    def lines(self) -> list[str]:
        """One line a fault, and how many are not shown."""
        lines = [str(fault) for fault in self.faults]
        return [*lines, f"… and {self.more} more"] if self.more else lines


class FaultList:
    """Collects the faults of one file; keeps the first `SHOWN_FAULTS`, counts the rest."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.kept: list[Fault] = []
        self.count = 0

    def add(
        self, reason: str, row: int | None = None, column: str = "", value: object = None
    ) -> None:
        """Note one fault; `row` counts records from 1, the header of a CSV not among them."""
        self.count += 1
        if len(self.kept) < SHOWN_FAULTS:
            text = "" if value is None else shown(value)
            self.kept.append(Fault(reason, self.file, row, column, text))

    def raise_if_any(self) -> None:
        """Raise everything that was collected as one `EngineFault`."""
        if self.count:
            raise EngineFault(*self.kept, more=self.count - len(self.kept))


def shown(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: quoted, control and direction marks escaped, short."""
    text = repr(value if isinstance(value, str | int | float | bool) else str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"
