"""The table ``m_<project id>``: what each finished run says of every row of its snapshot.

One row a (run, row of data): ``split``, ``target``, ``prediction``, ``loss``, and for a
classification one probability a class, ``p_<code>``. Codes are places in the list of classes of
the run's own snapshot. Rows of a run that is not done are nobody's: they are written in chunks
before the run's end is, and removed before a new attempt.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, models

from datasets import schema
from datasets.tables import build_table
from projects.models import Project

SPLITS = ("train", "validation", "test")
TEST = SPLITS.index("test")
#: Rows in one statement and transaction: well under the 0.2 s for which others may wait.
CHUNK = 2_000


class BadPredictions(Exception):
    """The file of predictions is not what a run of this project writes."""


def table_name(project_id: int) -> str:
    """The table's name: generated, never user text."""
    return f"m_{project_id}"


def prediction_table(project: Project, classes: int) -> type[models.Model]:
    """The class of the project's table, with a probability for each of so many classes."""
    name = table_name(project.pk)
    labelled = project.task == Project.Task.CLASSIFICATION
    columns: dict[str, models.Field[Any, Any]] = {
        "id": models.BigAutoField(primary_key=True),
        "run": models.BigIntegerField(),
        "row": models.BigIntegerField(),
        "split": models.PositiveSmallIntegerField(),
        "target": models.IntegerField() if labelled else models.FloatField(),
        "prediction": models.IntegerField() if labelled else models.FloatField(),
        "loss": models.FloatField(),
    }
    columns |= {f"p_{code}": models.FloatField(null=True) for code in range(classes)}
    index = models.Index(fields=["run", "split"], name=f"{name}_run")
    once = models.UniqueConstraint(fields=["run", "row"], name=f"{name}_once")
    return build_table(name, columns, indexes=[index], constraints=[once])


def ensure(project: Project, classes: int) -> type[models.Model]:
    """The class of the table, which is there afterwards with all its columns."""
    table = prediction_table(project, classes)
    schema.ensure_table(table)
    return table


def read(path: Path, classes: int, most: int) -> pa.Table:
    """The predictions of a file, checked: exact columns, finite numbers, known splits and codes.

    Args:
        path: what the engine wrote.
        classes: how many classes the run tells apart; 0 for a regression.
        most: the largest number of rows there can be.

    Raises:
        BadPredictions: it is anything else.
    """
    wanted = {"_row": pa.int64(), "split": pa.string()}
    wanted["target"] = pa.int64() if classes else pa.float64()
    names = [f"p_{code}" for code in range(classes)] if classes else ["prediction"]
    wanted |= dict.fromkeys([*names, "loss"], pa.float64())
    try:
        table = pq.read_table(path)
        table = table.select(list(wanted)).cast(pa.schema(wanted))
    except (pa.ArrowException, KeyError, OSError) as error:
        raise BadPredictions(str(error)) from error
    if not 0 < table.num_rows <= most:
        raise BadPredictions(f"{table.num_rows} rows of at most {most}")
    _check(table, names, classes)
    return table


def _check(table: pa.Table, names: Sequence[str], classes: int) -> None:
    for name in ("target", "loss", *names):
        values = table.column(name).to_numpy()
        if table.column(name).null_count or not np.isfinite(values).all():
            raise BadPredictions(f"{name} is not finite everywhere")
    if not set(table.column("split").unique().to_pylist()) <= set(SPLITS):
        raise BadPredictions("an unknown split")
    codes = table.column("target").to_numpy()
    if classes and not ((codes >= 0) & (codes < classes)).all():
        raise BadPredictions("a target that is no class")


def chunks(run_id: int, table: pa.Table, classes: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows to insert, in chunks; the columns are those of ``insert``."""
    for start in range(0, table.num_rows, CHUNK):
        part = table.slice(start, CHUNK)
        values = {name: part.column(name).to_pylist() for name in part.column_names}
        shares = [values[f"p_{code}"] for code in range(classes)]
        said = (
            np.argmax(np.array(shares), axis=0).tolist() if classes else list(values["prediction"])
        )
        splits = [SPLITS.index(split) for split in values["split"]]
        columns = (values["_row"], splits, values["target"], said, values["loss"], *shares)
        yield [(run_id, *row) for row in zip(*columns, strict=True)]


def insert(project_id: int, rows: list[tuple[Any, ...]], classes: int) -> None:
    """Insert rows as ``chunks`` gives them."""
    names = ["run", "row", "split", "target", "prediction", "loss"]
    names += [f"p_{code}" for code in range(classes)]
    table = connection.ops.quote_name(table_name(project_id))
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        # Every name in it is generated.
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places})", rows)  # noqa: S608


def forget(project_id: int, run_ids: Iterable[int]) -> None:
    """Remove what runs wrote, where there is a table at all."""
    if not schema.exists(table_name(project_id)):
        return
    table = connection.ops.quote_name(table_name(project_id))
    with connection.cursor() as cursor:
        for run_id in run_ids:
            cursor.execute(f"DELETE FROM {table} WHERE run = %s", [run_id])  # noqa: S608
