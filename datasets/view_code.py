"""Code to copy: the view that somebody looks at, asked of the newest version's file.

Names and operands are written as literals of the language, whatever they hold: people paste this.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from datasets.models import Snapshot
from datasets.queries.asked import Filter
from datasets.queries.data_view import DataView
from datasets.snippets import Snippet, file_name, is_open_to_programs

PANDAS: dict[str, Callable[[str, Any], str]] = {
    "ge": lambda column, value: f"({column} >= {value!a})",
    "le": lambda column, value: f"({column} <= {value!a})",
    "lt": lambda column, value: f"({column} < {value!a})",
    "in": lambda column, value: f"{column}.isin({value!a})",
    "is": lambda column, value: f"({column} == {value!a})",
    "contains": lambda column, value: (
        f"{column}.str.contains({value!a}, case=False, regex=False, na=False)"
    ),
    "starts": lambda column, value: (
        f"{column}.str.lower().str.startswith({value.lower()!a}, na=False)"
    ),
    "missing": lambda column, value: f"{column}.{'isna' if value else 'notna'}()",
}
DUCKDB: dict[str, Callable[[str, Any], str]] = {
    "ge": lambda column, value: f"{column} >= {_sql(value)}",
    "le": lambda column, value: f"{column} <= {_sql(value)}",
    "lt": lambda column, value: f"{column} < {_sql(value)}",
    "in": lambda column, value: f"{column} IN ({', '.join(map(_sql, value))})",
    "is": lambda column, value: f"{column} = {_sql(value)}",
    "contains": lambda column, value: f"contains(lower({column}), {_sql(value.lower())})",
    "starts": lambda column, value: f"starts_with(lower({column}), {_sql(value.lower())})",
    "missing": lambda column, value: f"{column} IS {'NULL' if value else 'NOT NULL'}",
}


def code_of(request: HttpRequest, view: DataView, snapshot: Snapshot | None) -> list[Snippet]:
    """The view of a version in pandas and in DuckDB's SQL; nothing without a version.

    Filters that a version's file knows nothing of (who, flags, states) are left out, and named.
    """
    if snapshot is None:
        return []
    path = reverse("snapshot_file", args=[view.project.slug, snapshot.number, "parquet"])
    is_open = is_open_to_programs(view.project)
    source = request.build_absolute_uri(path) if is_open else file_name(snapshot)
    left = [one for one in view.filters if one.browsing is None]
    return [
        Snippet("pandas", "pandas", _pandas(view, source) + _left("#", left)),
        Snippet("duckdb", "DuckDB", _duckdb(view, source, file_name(snapshot)) + _left("#", left)),
    ]


def _pandas(view: DataView, source: str) -> str:
    lines = ["import pandas as pd", "", f"rows = pd.read_parquet({source!a})"]
    for asked in _known(view):
        condition = PANDAS[asked.operator](f"rows[{_name(asked)!a}]", _literal(asked))
        lines.append(f"rows = rows[{condition}]")
    if view.order.field is not None:
        rising = not view.order.descending
        by = f"{view.order.field.name!a}, ascending={rising}"
        lines.append(f'rows = rows.sort_values({by}, kind="stable")')
    return "\n".join([*lines, "print(rows)", ""])


def _duckdb(view: DataView, source: str, file: str) -> str:
    asked = [DUCKDB[one.operator](_quoted(_name(one)), _literal(one)) for one in _known(view)]
    sql = f"FROM {_sql(file)}"
    if asked:
        sql += "\nWHERE " + "\n  AND ".join(asked)
    if view.order.field is not None:
        direction = "DESC" if view.order.descending else "ASC"
        sql += f"\nORDER BY {_quoted(view.order.field.name)} {direction} NULLS LAST"
    lines = ["import duckdb"]
    if source != file:
        lines = ["import urllib.request", "", *lines, ""]
        lines.append(f"urllib.request.urlretrieve({source!a}, {file!a})")
    return "\n".join([*lines, f"duckdb.sql({sql!a}).show()", ""])


def _left(mark: str, left: list[Filter]) -> str:
    return "".join(f"{mark} not in the file: {one.words!a}\n" for one in left)


def _known(view: DataView) -> list[Filter]:
    return [one for one in view.filters if one.browsing is not None]


def _name(asked: Filter) -> str:
    assert asked.field is not None
    return asked.field.name


def _literal(asked: Filter) -> Any:
    assert asked.browsing is not None
    return asked.browsing.literal(asked.operator, asked.text)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sql(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
