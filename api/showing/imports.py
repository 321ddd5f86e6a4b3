"""Imports as the API answers them."""

from django.urls import reverse

from api.requests import ApiRequest
from api.schemas.imports import ImportOut
from datasets.models import Import


def shown_import(request: ApiRequest, found: Import) -> ImportOut:
    """One file; its project was read with it."""
    bad = reverse("api:read_bad_rows", args=[found.project.slug, found.pk])
    return ImportOut(
        id=found.pk,
        project=found.project.slug,
        name=found.name,
        state=found.state,  # type: ignore[arg-type]
        reason=found.reason,
        bytes=found.bytes,
        sha256=found.sha256,
        good=found.good,
        bad=found.bad,
        duplicates=found.duplicates,
        written=found.written,
        dialect=found.dialect,
        report=found.report,
        contribution=found.contribution_id,
        bad_rows_url=request.build_absolute_uri(bad) if found.bad_file else None,
        created=found.created,
        started=found.started,
        finished=found.finished,
    )
