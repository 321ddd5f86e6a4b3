"""Code to copy: how programs read a project's newest version, with its real address and hash."""

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from datasets.models import Snapshot
from datasets.queries.snapshots import newest
from projects.access import right_of
from projects.models import Project

PYTHON = """import hashlib
import urllib.request

import pyarrow as pa
import pyarrow.parquet as pq

data = urllib.request.urlopen("{url}").read()
assert hashlib.sha256(data).hexdigest() == "{sha256}"
table = pq.read_table(pa.BufferReader(data))
print(table.num_rows, table.column_names)
"""
PANDAS = """import pandas as pd

rows = pd.read_parquet("{url}")
print(rows.describe(include="all"))
"""
DUCKDB = """import urllib.request

import duckdb

urllib.request.urlretrieve("{url}", "{file}")
duckdb.sql("SUMMARIZE FROM '{file}'").show()
"""
CURL = """curl -fsSL -o {file} {url}
echo "{sha256}  {file}" | sha256sum --check
"""
#: For what is not open to everybody: programs have no way in, the file was downloaded by a person.
LOCAL_PYTHON = """import hashlib
from pathlib import Path

import pyarrow.parquet as pq

assert hashlib.sha256(Path("{file}").read_bytes()).hexdigest() == "{sha256}"
table = pq.read_table("{file}")
print(table.num_rows, table.column_names)
"""
LOCAL_PANDAS = """import pandas as pd

rows = pd.read_parquet("{file}")
print(rows.describe(include="all"))
"""
LOCAL_DUCKDB = """import duckdb

duckdb.sql("SUMMARIZE FROM '{file}'").show()
"""


class Snippet(NamedTuple):
    """One way to write it. ``label`` is a name of a program, the same in every language."""

    key: str
    label: str
    code: str


class UseIt(NamedTuple):
    """What a page shows of it; without a version there is nothing to use yet."""

    snapshot: Snapshot | None
    snippets: list[Snippet]
    #: Whether programs may fetch the file by themselves.
    is_open: bool


def use_it(request: HttpRequest, project: Project) -> UseIt:
    """The snippets of a project's newest version, with addresses on the host that was asked."""
    snapshot = newest(project)
    is_open = is_open_to_programs(project)
    if snapshot is None:
        return UseIt(None, [], is_open)
    values = {
        "url": request.build_absolute_uri(
            reverse("snapshot_file", args=[project.slug, snapshot.number, "parquet"])
        ),
        "sha256": snapshot.file_sha256,
        "file": file_name(snapshot),
    }
    ways = _OPEN if is_open else _LOCAL
    return UseIt(
        snapshot, [Snippet(key, label, code.format(**values)) for key, label, code in ways], is_open
    )


def is_open_to_programs(project: Project) -> bool:
    """Whether somebody who is not signed in may read the project."""
    return right_of(AnonymousUser(), project) is not None


def file_name(snapshot: Snapshot) -> str:
    """What a version's file is called once it is downloaded."""
    return f"{snapshot.project.slug}-v{snapshot.number}.parquet"


_OPEN = (
    ("python", "Python", PYTHON),
    ("pandas", "pandas", PANDAS),
    ("duckdb", "DuckDB", DUCKDB),
    ("curl", "curl", CURL),
)
_LOCAL = (
    ("python", "Python", LOCAL_PYTHON),
    ("pandas", "pandas", LOCAL_PANDAS),
    ("duckdb", "DuckDB", LOCAL_DUCKDB),
)
