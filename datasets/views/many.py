"""Adding many datapoints: a table is previewed first, and nothing is written before "Add"."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.core.files.base import ContentFile
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import ratelimit, toasts
from common.errors import Refused
from common.http import AuthedRequest, HttpRequest
from common.limits import IMPORT_BYTES, IMPORT_PREVIEWS_PER_MINUTE, IMPORT_ROWS
from datasets import consent, previews, services
from datasets.exports import csv_line, safe_text
from datasets.forms import ConfirmForm, ConsentForm, ManyForm
from datasets.imports import BadRow, Preview, check_size, decoded, read_table
from datasets.labelling.queries import fields_to_give
from datasets.models import Contribution
from datasets.queries import count_of, has_agreed, known_hashes
from datasets.records import prepare
from datasets.services import importing
from projects.access import Right, project_for
from projects.models import Project

#: Endings of files that a preview does not read.
IMPORTED = (".parquet", ".jsonl", ".ndjson")
SHOWN_GOOD = 20
SHOWN_BAD = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contribute_many(request: AuthedRequest, slug: str) -> HttpResponse:
    """Paste or upload a table, and see what it would add."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    if request.method != "POST":
        return page(request, project, ManyForm())
    form = ManyForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, project, form, status=422)
    try:
        services.check_takes_rows(project, request.user)
        if (sent := for_background(form)) is not None:
            return sent_on(request, project, *sent)
        ratelimit.spend("preview", request.user.pk, limit=IMPORT_PREVIEWS_PER_MINUTE, seconds=60)
        data, source = given(form)
        preview = read_table(decoded(data), fields_to_give(project))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return page(request, project, form, status=refused.status)
    token = previews.keep(project, request.user.pk, data, source)
    return preview_page(request, project, preview, token)


def for_background(form: ManyForm) -> "tuple[File[bytes], str] | None":
    """A table that is more than a preview takes, and whether it was pasted; None for a small one.

    Such a one is imported, and checked by a job.
    """
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file and not text.strip():
        if file.size > IMPORT_BYTES or file.name.lower().endswith(IMPORTED):
            return file, Contribution.Source.UPLOAD
        lines = sum(chunk.count(b"\n") for chunk in file.chunks())
        file.seek(0)
        return (file, Contribution.Source.UPLOAD) if lines > IMPORT_ROWS + 1 else None
    if not file and text.count("\n") > IMPORT_ROWS + 1:
        return ContentFile(text.encode("utf-8", "replace")), Contribution.Source.PASTE
    return None


def sent_on(
    request: AuthedRequest, project: Project, file: "File[bytes]", source: str
) -> HttpResponse:
    """Have the table imported."""
    name = file.name or _("pasted table")
    made = importing.receive(
        project=project, user=request.user, file=file, name=name, source=source
    )
    return redirect("import", slug=project.slug, file=made.pk)


def given(form: ManyForm) -> tuple[bytes, str]:
    """The table as bytes, and whether it was pasted or a file.

    Raises:
        Refused: both were given, or the file is too large.
    """
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file and text.strip():
        raise Refused(_("Paste a table or choose a file, not both."), field="text")
    if file:
        check_size(file.size)
        data: bytes = file.read()
        return data, Contribution.Source.UPLOAD
    return text.encode("utf-8", "replace"), Contribution.Source.PASTE


@require_POST
@login_required
def confirm(request: AuthedRequest, slug: str) -> HttpResponse:
    """Add the good rows of a preview."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise Refused(_("The preview is missing: paste the table again."))
    kept = previews.kept(project, request.user.pk, form.cleaned_data["token"])
    preview = read_table(decoded(kept.data), fields_to_give(project))
    agreed = has_agreed(project, request.user.pk, consent.VERSION)
    terms = ConsentForm(project, request.POST, agreed=agreed)
    if not terms.is_valid():
        token = form.cleaned_data["token"]
        return preview_page(request, project, preview, token, terms=terms, status=422)
    contribution = services.contribute(
        project=project,
        user=request.user,
        rows=[values for _number, _cells, values in preview.good],
        source=kept.source,
        key=f"many-{kept.name}",
        copies=services.Copies.SKIP,
    )
    words = ngettext("%(n)s datapoint added.", "%(n)s datapoints added.", contribution.rows)
    undo = reverse("contribution_undo", args=[contribution.pk])
    toasts.saved(request, words % {"n": contribution.rows}, undo_url=undo)
    return redirect("data", slug=project.slug)


@require_safe
@login_required
def bad_rows(request: AuthedRequest, slug: str) -> HttpResponseBase:
    """The rows of a preview that do not fit, as CSV, with the reasons in a last column."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    kept = previews.kept(project, request.user.pk, request.GET.get("token", ""))
    preview = read_table(decoded(kept.data), fields_to_give(project))
    response = StreamingHttpResponse(bad_lines(preview), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-bad-rows.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def bad_lines(preview: Preview) -> Iterator[bytes]:
    """A preview's bad rows as lines of CSV, with the reasons in a last column."""
    yield csv_line([safe_text(name) for name in [*preview.header, _("reason")]])
    for row in preview.bad:
        reason = " ".join(problem.message for problem in row.problems)
        yield csv_line([safe_text(cell) for cell in [*row.cells, reason]])


def page(
    request: HttpRequest, project: Project, form: ManyForm, *, status: int = 200
) -> HttpResponse:
    """The page with the empty or refused form."""
    fields = fields_to_give(project)
    context = {
        **_frame(project),
        "form": form,
        "fields": [(field, type_.hint()) for field, type_ in fields],
        "header": ",".join(field.name for field, _type in fields),
        "limit": IMPORT_ROWS,
    }
    return render(request, "datasets/many.html", context, status=status)


def preview_page(
    request: AuthedRequest,
    project: Project,
    preview: Preview,
    token: str,
    *,
    terms: ConsentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What a table would add, and the button that adds it."""
    agreed = has_agreed(project, request.user.pk, consent.VERSION)
    context = {
        **_frame(project),
        "preview": preview,
        "shown_good": preview.good[:SHOWN_GOOD],
        "shown_bad": [(row, _marked(preview, row)) for row in preview.bad[:SHOWN_BAD]],
        "hidden_bad": max(0, len(preview.bad) - SHOWN_BAD),
        "copies": copies(project, preview),
        "token": token,
        "terms": terms or ConsentForm(project, agreed=agreed),
        "confirm": ConfirmForm(initial={"token": token}),
    }
    return render(request, "datasets/many_preview.html", context, status=status)


def _frame(project: Project) -> dict[str, object]:
    counts = count_of(project)
    return {
        "project": project,
        "tab": "contribute",
        "count": counts.accepted,
        "people": counts.people,
    }


def _marked(preview: Preview, row: BadRow) -> list[tuple[str, str]]:
    """Each cell of a bad row with what is wrong with it."""
    reasons = {problem.field.casefold(): problem.message for problem in row.problems}
    named = zip(preview.header, row.cells, strict=False)
    return [(cell, reasons.get(name.casefold(), "")) for name, cell in named]


def copies(project: Project, preview: Preview) -> int:
    """How many good rows are exact copies of rows that are there, or of rows above them."""
    fields = fields_to_give(project)
    prepared = [prepare(fields, values) for _number, _cells, values in preview.good]
    known = known_hashes(project, {row.group_key for row in prepared})
    count = 0
    for row in prepared:
        count += row.row_hash in known
        known.add(row.row_hash)
    return count
