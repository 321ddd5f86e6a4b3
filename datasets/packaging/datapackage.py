"""Data Package v2: the version's files with their hashes, and the Table Schema of their columns."""

import json
from typing import Any

from datasets.exports import safe_text
from datasets.packaging.subject import BESIDE, FILE, Subject

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
DIALECT = "https://datapackage.org/profiles/2.0/tabledialect.json"
#: In which formats rows are read by a Table Schema; the others carry their types in themselves.
TEXTS = ("csv", "jsonl")
#: Frictionless opens what is called "parquet", fails on lists in it and counts no bytes, and then
#: calls the whole package wrong; under this name it checks the file's hash.
NAMES = {"parquet": "apache-parquet"}
FORMULAS = (
    "A text cell or column name that starts with = + - @, a tab or a carriage return, or with "
    "apostrophes before one of these, has one apostrophe more before it, so that no spreadsheet "
    "takes it for a formula. Take that one off to get the value. Other formats have no such marks."
)


def datapackage(subject: Subject) -> str:
    """The descriptor of one version."""
    snapshot, project = subject.snapshot, subject.project
    described = {
        "$schema": PROFILE,
        "name": project.slug,
        "id": f"{subject.page}data/v{snapshot.number}/",
        "title": subject.title,
        "description": subject.summary,
        "homepage": subject.page,
        "version": subject.version,
        "created": snapshot.created.isoformat(timespec="seconds"),
        "licenses": [
            {"name": one.spdx, "path": one.address, "title": one.spdx} for one in subject.licences
        ],
        "contributors": [{"title": f"The contributors of {subject.title}", "roles": ["creator"]}],
        "cc:identity": snapshot.identity,
        "resources": [_resource(subject, ending) for ending in subject.files],
    }
    return _text(described)


def schema(subject: Subject) -> str:
    """The Table Schema of all columns of the version's files but CSV's, whose texts are marked."""
    return _text(table_schema(subject, marked=False))


def table_schema(subject: Subject, *, marked: bool) -> dict[str, Any]:
    """The schema of the columns; ``marked`` as they stand in CSV, where no cell is a formula."""
    beside = [
        {"name": name, "type": BESIDE[name][0], "description": BESIDE[name][1]}
        for name in subject.beside
    ]
    fields = [_marked(entry) if marked else entry for entry in subject.fields]
    whole = {**subject.snapshot.table_schema, "fields": [*beside, *fields]}
    return {**whole, "primaryKey": ["_row"]}


def _marked(entry: dict[str, Any]) -> dict[str, Any]:
    """A field's entry with its texts as CSV has them."""
    said = {**entry, "name": safe_text(entry["name"])}
    limits = dict(entry.get("constraints", {}))
    if "enum" in limits and entry["type"] == "string":
        limits["enum"] = [safe_text(word) for word in limits["enum"]]
    if "maxLength" in limits:
        limits["maxLength"] += 1
    if limits:
        said["constraints"] = limits
    if "categories" in entry and entry["type"] == "string":
        said["categories"] = [safe_text(word) for word in entry["categories"]]
    return said


def _resource(subject: Subject, ending: str) -> dict[str, Any]:
    file = subject.files[ending]
    said: dict[str, Any] = {
        "$schema": RESOURCE,
        "name": ending,
        "path": f"{FILE}.{ending}",
        "format": NAMES.get(ending, ending),
        "mediatype": file.media_type.partition(";")[0],
        "hash": f"sha256:{file.sha256}",
        "bytes": file.bytes,
    }
    if ending in TEXTS:
        said |= {"type": "table", "encoding": "utf-8"}
        said["schema"] = table_schema(subject, marked=ending == "csv")
    if ending == "csv":
        said["dialect"] = {
            "$schema": DIALECT,
            "header": True,
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "cc:formulas": FORMULAS,
        }
    return said


def _text(described: dict[str, Any]) -> str:
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"
