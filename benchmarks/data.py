"""What data costs: importing, reading, storing, browsing, changing a schema, at a million rows."""

from benchmarks import data_import, data_pages, data_read, data_schema
from benchmarks.pairs import Figure, value_figure

WAITED = "writer_wait_ms"


def measure() -> list[Figure]:
    """All figures of the data, in less than ten minutes."""
    imported = data_import.measure()
    changed = data_schema.writer_wait_of_schema_change()
    waits = [figure.value for figure in (*imported, *changed) if "wait" in figure.name]
    return [
        *(figure for figure in imported if figure.name != WAITED),
        value_figure(WAITED, [max(waits)], "ms", "<= 1000"),
        *data_read.measure(),
        *data_pages.measure(),
    ]
