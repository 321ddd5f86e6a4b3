"""README.md: a data card for people, with the front matter that Hugging Face reads."""

from typing import Any

from datasets.packaging.citation import cited
from datasets.packaging.datapackage import FORMULAS
from datasets.packaging.subject import BESIDE, FILE, Subject
from datasets.packaging.yaml import quoted
from projects.models import Project

#: Hugging Face's names of licences are ours in small letters, but for this one.
LICENCES = {"ODbL-1.0": "odbl"}
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
PICTURES = ("grid", "image")


def card(subject: Subject) -> str:
    """The card of one version."""
    return "\n".join([*_front_matter(subject), "", *_body(subject)]) + "\n"


def _front_matter(subject: Subject) -> list[str]:
    licences = [LICENCES.get(one.spdx, one.spdx.lower()) for one in subject.licences]
    tags = [tag.slug for tag in subject.project.tags.all()]
    return [
        "---",
        "license:",
        *(f"- {licence}" for licence in licences),
        "annotations_creators:",
        "- crowdsourced",
        "task_categories:",
        f"- {task_of(subject)}",
        "size_categories:",
        f"- {size_of(subject.snapshot.rows)}",
        *(["tags:", *(f"- {quoted(tag)}" for tag in tags)] if tags else []),
        f"pretty_name: {quoted(subject.title)}",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        f"    path: {FILE}.parquet",
        "---",
    ]


def task_of(subject: Subject) -> str:
    """The task as Hugging Face calls it."""
    features = [entry for entry in subject.fields if entry.get("cc:role") == "feature"]
    if subject.project.task == Project.Task.REGRESSION:
        return "tabular-regression"
    pictures = any(entry.get("cc:kind") in PICTURES for entry in features)
    return "image-classification" if pictures else "tabular-classification"


def size_of(rows: int) -> str:
    """How many rows there are, as Hugging Face groups them."""
    return next((words for most, words in SIZES if rows < most), "10M<n<100M")


def _body(subject: Subject) -> list[str]:
    snapshot = subject.snapshot
    people = snapshot.changes.get("people")
    by = f" by {people} people" if people and people > 1 else ""
    given = ", ".join(f"[{one.spdx}]({one.address})" for one in subject.licences)
    return [
        f"# {subject.title}",
        "",
        subject.summary,
        "",
        f"Version {snapshot.number} of {subject.day}: {snapshot.rows} datapoints{by}. "
        f"This version never changes; newer ones are at <{subject.page}data/versions/>.",
        "",
        "## Columns",
        "| column | type | what it is |",
        "|---|---|---|",
        *(f"| `{name}` | {BESIDE[name][0]} | {BESIDE[name][1]} |" for name in subject.beside),
        *(_line(entry) for entry in subject.fields),
        *_classes(snapshot.changes.get("classes") or {}),
        "",
        "## Files",
        *(
            f"- `{FILE}.{ending}`: {file.bytes} bytes, sha256 `{file.sha256}`"
            for ending, file in subject.files.items()
        ),
        "",
        f"CSV: {FORMULAS}",
        "",
        "## Licence and credit",
        f"Given under {given}. Contributors are named by pseudonyms; who took datapoints back is "
        f"listed, without values, at <{subject.page}data/deletions.json>: please drop those rows.",
        "",
        f"Cite as: {cited(subject)}",
        *_about(subject.project),
    ]


def _line(entry: dict[str, Any]) -> str:
    name = _cell(entry["name"])
    unit = f", in {_cell(entry['cc:unit'])}" if "cc:unit" in entry else ""
    role = {"target": "what models predict", "ignore": "a note"}.get(entry.get("cc:role", ""))
    words = (role or "what models see") + unit
    return f"| {name} | {entry.get('cc:kind', entry['type'])} | {words} |"


def _classes(classes: dict[str, int]) -> list[str]:
    if not classes:
        return []
    rows = [f"| {_cell(label)} | {count} |" for label, count in classes.items()]
    return ["", "## Class balance", "| class | rows |", "|---|---|", *rows]


def _about(project: Project) -> list[str]:
    parts = []
    for title, text in (("About", project.description), ("Guidelines", project.guidelines)):
        if text.strip():
            parts += ["", f"## {title}", text.strip()]
    return parts


def _cell(text: str) -> str:
    """A word of a person's in a table's cell: it neither ends the cell nor means anything."""
    return "".join(f"\\{mark}" if mark in r"\`*_[]<>|#" else mark for mark in text)
