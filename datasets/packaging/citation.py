"""CITATION.cff 1.2.0, which GitHub and reference managers read."""

from datasets.packaging.subject import Subject
from datasets.packaging.yaml import quoted


def cited(subject: Subject) -> str:
    """The version in one line, as a list of references names it."""
    year = subject.day[:4]
    what = f"{subject.title}, v{subject.snapshot.number}"
    return f"The contributors of {subject.title} ({year}). {what}. {subject.page}"


def citation(subject: Subject) -> str:
    """The file."""
    licences = [one.spdx for one in subject.licences]
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them so.",
        "type: dataset",
        f"title: {quoted(subject.title)}",
        "authors:",
        f"  - name: {quoted(f'The contributors of {subject.title}')}",
        f"version: {quoted(subject.version)}",
        f"date-released: {quoted(subject.day)}",
        f"url: {quoted(subject.page)}",
        f"abstract: {quoted(subject.summary)}",
        *(["license:", *(f"  - {one}" for one in licences)]),
        "identifiers:",
        "  - type: other",
        f"    value: {quoted(f'sha256:{subject.snapshot.file_sha256}')}",
        "    description: The hash of data.parquet",
    ]
    return "\n".join(lines) + "\n"
