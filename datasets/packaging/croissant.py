"""Croissant 1.1, MLCommons' format: the same for registries of machine-learning data."""

import json
import re
from typing import Any

from datasets.packaging.citation import cited
from datasets.packaging.subject import BESIDE, FILE, Subject

VERSION = "http://mlcommons.org/croissant/1.1"
#: As the specification prints it.
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
#: What readers of Croissant call the formats.
ENCODINGS = {
    "parquet": "application/x-parquet",
    "csv": "text/csv",
    "jsonl": "application/jsonlines",
    "arrow": "application/vnd.apache.arrow.file",
}
#: Names that may stand in an id as they are.
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
#: Types of a Table Schema as Croissant calls them; what is a list names what is in it.
TYPES = {
    "number": "sc:Float",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
    "string": "sc:Text",
}


def croissant(subject: Subject) -> str:
    """The description of one version, or of the newest one, whichever that is, when it is live."""
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": subject.title,
        "description": subject.summary,
        "url": subject.page,
        "version": subject.version,
        "datePublished": subject.day,
        "license": [one.address for one in subject.licences],
        "creator": {
            "@type": "sc:Organization",
            "name": f"The contributors of {subject.title}",
            "url": subject.page,
        },
        "citeAs": cited(subject),
        "distribution": [_file(subject, ending) for ending in subject.files],
        "recordSet": [_records(subject)],
    }
    if subject.live:
        described["isLiveDataset"] = True
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def _file(subject: Subject, ending: str) -> dict[str, Any]:
    file = subject.files[ending]
    said = {
        "@type": "cr:FileObject",
        "@id": f"{FILE}.{ending}",
        "name": f"{FILE}.{ending}",
        "contentUrl": subject.address(f"{FILE}.{ending}"),
        "encodingFormat": ENCODINGS[ending],
    }
    if not subject.live:
        said |= {"contentSize": f"{file.bytes} B", "sha256": file.sha256}
    return said


def _records(subject: Subject) -> dict[str, Any]:
    beside = [(name, TYPES[BESIDE[name][0]], None, BESIDE[name][1]) for name in subject.beside]
    fields = [(entry["name"], *_type(entry), _said(entry)) for entry in subject.fields]
    return {
        "@type": "cr:RecordSet",
        "@id": "rows",
        "name": "rows",
        "description": "One record a datapoint.",
        "key": {"@id": "rows/_row"},
        "field": [
            _field(_key(one[0], place), *one) for place, one in enumerate((*beside, *fields))
        ],
    }


def _key(name: str, place: int) -> str:
    """What the field's id ends with: readers take no spaces there, however they are written."""
    return f"rows/{name if PLAIN.fullmatch(name) else f'column.{place}'}"


def _field(key: str, name: str, kind: str, shape: str | None, said: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": key,
        "name": name,
        "description": said,
        "dataType": kind,
        "source": {"fileObject": {"@id": f"{FILE}.parquet"}, "extract": {"column": name}},
    }
    if shape is not None:
        field |= {"isArray": True, "arrayShape": shape}
    return field


def _type(entry: dict[str, Any]) -> tuple[str, str | None]:
    """The type of a value, and how many there are in each direction (-1: not fixed)."""
    if entry["type"] != "array":
        return TYPES.get(entry["type"], "sc:Text"), None
    if "cc:height" in entry:
        colours = [entry["cc:channels"]] if entry.get("cc:channels", 1) > 1 else []
        return "sc:Integer", _shape(entry["cc:height"], entry["cc:width"], *colours)
    if "cc:channels" in entry:
        shortest, longest = entry["cc:length"]
        return "sc:Float", _shape(entry["cc:channels"], longest if shortest == longest else -1)
    return "sc:Float", _shape(entry.get("cc:length", -1))


def _shape(*sizes: int) -> str:
    return ",".join(map(str, sizes))


def _said(entry: dict[str, Any]) -> str:
    role = {"target": "What models predict.", "ignore": "A note; not used for training."}
    words = [role.get(entry.get("cc:role", ""), "What models see.")]
    if "cc:unit" in entry:
        words.append(f"Unit: {entry['cc:unit']}.")
    return " ".join(words)
