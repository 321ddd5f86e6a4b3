"""Opening a project from a table: read it, show what was guessed, then make all of it at once."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common import ratelimit, toasts
from common.errors import Refused
from common.http import AuthedRequest
from common.limits import FIELDS_PER_PROJECT, OPENINGS_PER_MINUTE
from common.numbers import whole
from common.text import clean_name
from datasets import services, stash
from datasets.beginnings import begun, head_for
from datasets.drafts import clean_drafts, task_of, unready
from datasets.field_forms import COUNT, PREFIX, FieldForms, changed_rows, sent_rows
from datasets.forms import ConsentForm
from datasets.guessing import reading
from datasets.guessing.tidying import tidied
from datasets.imports import Preview
from datasets.models import Contribution, Field
from datasets.opening_forms import BasicsForm, StartForm
from datasets.services.opening_rest import add_rest
from datasets.stash import Gone, Head
from datasets.views.describing import LOOK, PUBLISH, SAVE, Description, page
from datasets.views.many import bad_lines
from datasets.views.opening import refused_page, start_page
from datasets.views.waiting import opening_key, preview_of, rows_key
from datasets.waiting_rows import fitting
from projects.access import Right, project_for

TURN, APART, COLUMNS, FINISH = "turn", "apart", "columns", "finish"


@require_POST
@login_required
def project_new_table(request: AuthedRequest) -> HttpResponse:
    """Read what was dropped, pasted or chosen; then describe the project on a page of its own."""
    form = StartForm(request.POST, request.FILES)
    if not form.is_valid():
        return start_page(request, form, status=422)
    try:
        ratelimit.spend("opening", request.user.pk, limit=OPENINGS_PER_MINUTE, seconds=60)
        data, file = given(form)
        found = reading.read(data)
    except Refused as refused:
        field = "text" if form.cleaned_data["text"].strip() and refused.field else refused.field
        form.add_error(field if field in form.fields else None, refused.message)
        return start_page(request, form, status=refused.status)
    head, sheet = begun(found, form.cleaned_data["question"], file)
    name = stash.keep(request.user.pk, head, sheet)
    if sheet is not None and sheet.total > len(sheet.rows):
        stash.keep_whole(request.user.pk, name, data)
    return redirect("project_new_from", table=name)


def given(form: StartForm) -> tuple[bytes, str]:
    """The table as bytes, and the file's name; nothing of a pasted one.

    Raises:
        Refused: nothing or both were given, or the file is too large; it is not read then.
    """
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file and text.strip():
        raise Refused(_("Paste a table or choose a file, not both."), field="text")
    if file:
        reading.check_size(file.size)
        return file.read(), clean_name(file.name or "", 80)
    if not text.strip():
        message = _("Choose a file, paste a table, or begin with one of the ways below.")
        raise Refused(message, field="text", status=422)
    return text.encode("utf-8", "replace"), ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_new_from(request: AuthedRequest, table: uuid.UUID) -> HttpResponse:
    """Describe the project that a waiting table becomes."""
    try:
        head = stash.head_of(request.user.pk, table)
        opened = services.opened_from(request.user, opening_key(table))
        if opened is not None:
            return go_on(request, table, head, opened)
        if request.method != "POST":
            return page(request, remembered(request.user, table, head))
        return ordered(request, table, head)
    except Gone:
        return gone(request)


def gone(request: AuthedRequest) -> HttpResponse:
    """Back to the start, with a word about the table that is no longer there."""
    messages.error(request, _("That table is no longer here: it waits for a day. Send it again."))
    return redirect("project_new")


def described(name: uuid.UUID, head: Head, basics: BasicsForm, forms: FieldForms) -> Description:
    """The page's content."""
    return Description(
        action=reverse("project_new_from", args=[name]),
        basics=basics,
        fields=forms.explain(head.proposals),
        head=head,
        bad_rows_url=reverse("project_new_bad", args=[name]),
    )


def remembered(user: User, name: uuid.UUID, head: Head) -> Description:
    """What was typed last, or what was guessed."""
    typed = QueryDict(stash.typed(user.pk, name))
    forms = FieldForms.of_proposals(head.proposals)
    if COUNT in typed:
        forms = FieldForms.of_rows(sent_rows(typed))
    initial = {**suggested(head), **typed.dict()}
    return described(name, head, BasicsForm(initial=initial, asks_consent=head.rows > 0), forms)


def suggested(head: Head) -> dict[str, object]:
    """A name and a pitch to begin with."""
    target = next((p.draft.name for p in head.proposals if p.draft.role == Field.Role.TARGET), "")
    stem = clean_name(head.file.rsplit(".", 1)[0].replace("_", " "), 60)
    pitch = _("Add rows, and a model learns to predict %(name)s.") % {"name": target}
    stem = stem or (clean_name(_("Predict %(name)s") % {"name": target}, 60) if target else "")
    return {
        "name": clean_name(head.title or head.question, 60) or stem,
        "pitch": pitch[:140] if target else "",
        "description": head.description,
        "goal": head.goal,
    }


def ordered(request: AuthedRequest, name: uuid.UUID, head: Head) -> HttpResponse:
    """Do what the pressed button says."""
    order = request.POST.get("order", LOOK)
    keep_typed(request, name)
    if order in (TURN, APART, COLUMNS):
        return redirect("project_new_from", table=read_anew(request, name, head, order))
    if order not in (SAVE, PUBLISH):
        rows = changed_rows(request.POST, "" if order == LOOK else order)
        asks = head.rows > 0
        basics = BasicsForm(initial=request.POST.dict(), asks_consent=asks)
        return page(request, described(name, head, basics, FieldForms.of_rows(rows)))
    return made(request, name, head, order)


def keep_typed(request: AuthedRequest, name: uuid.UUID) -> None:
    """Keep what was typed, so that a closed window or a restart costs nothing."""
    typed = request.POST.copy()
    for word in ("csrfmiddlewaretoken", "order", "agree", "bad_rows", "use"):
        typed.pop(word, None)
    stash.remember(request.user.pk, name, typed.urlencode())


def read_anew(request: AuthedRequest, name: uuid.UUID, head: Head, order: str) -> uuid.UUID:
    """Keep the table under a new name: turned, its pixels apart, or other columns chosen."""
    user = request.user
    sheet = stash.sheet_of(user.pk, name)
    chosen = None
    if order == TURN and sheet.may_turn:
        sheet = sheet.turned()
    elif order == APART:
        sheet.gathers = False
    elif order == COLUMNS:
        places = [whole(text) for text in request.POST.getlist("use")[: 2 * FIELDS_PER_PROJECT]]
        chosen = [place for place in places if place is not None]
    new = stash.keep(user.pk, head_for(sheet, head.question, head.file, chosen), sheet)
    typed = QueryDict(stash.typed(user.pk, name), mutable=True)
    for word in [word for word in typed if word.startswith(f"{PREFIX}-")]:
        del typed[word]
    stash.remember(user.pk, new, typed.urlencode())
    if (file := stash.whole_of(user.pk, name)) is not None:
        stash.keep_whole(user.pk, new, file)
    stash.forget(user.pk, name)
    return new


def made(request: AuthedRequest, name: uuid.UUID, head: Head, order: str) -> HttpResponse:
    """Make the draft, or all of it: the project, its rows, and open it."""
    asks = head.rows > 0 and order == PUBLISH
    basics = BasicsForm(request.POST, asks_consent=asks)
    forms = FieldForms.bound(request.POST)
    description = described(name, head, basics, forms)
    if not (basics.is_valid() & forms.is_valid()):
        return page(request, description, status=422)
    try:
        if order == PUBLISH:
            check(request, name, description)
            if description.bad is not None:
                return page(request, description, status=422)
        opened = opened_now(request, name, description)
        if order == SAVE:
            toasts.saved(request, _("Draft saved. Its rows are added when you publish it."))
            return redirect("project_draft", slug=opened.project.slug)
        return finished(request, name, head, opened)
    except Refused as refused:
        return refused_page(request, description, refused)


def check(request: AuthedRequest, name: uuid.UUID, description: Description) -> None:
    """See whether the project can be published, and which rows do not fit.

    Raises:
        Refused: a model could not learn from these fields, or no row fits them.
    """
    drafts = description.fields.drafts()
    if reasons := unready(task_of(drafts), drafts):
        raise Refused(" ".join(reasons), status=422)
    preview = whole_preview(request.user, name, description)
    if preview is None or not preview.bad:
        return
    # Whoever has seen that so many rows do not fit may leave them behind.
    if request.POST.get("bad_rows") != str(len(preview.bad)) or not preview.good:
        description.bad = preview


def whole_preview(user: User, name: uuid.UUID, description: Description) -> Preview | None:
    """All rows of the table against the fields as they are described; None without rows."""
    if description.head is None or not description.head.rows:
        return None
    sheet = tidied(stash.sheet_of(user.pk, name))
    forms = description.fields
    items = description.basics.asks_for_labels
    drafts = clean_drafts(forms.drafts())
    return fitting(sheet.header, sheet.rows, drafts, forms.columns(), items=items)


def opened_now(
    request: AuthedRequest, name: uuid.UUID, description: Description
) -> services.Opened:
    """The draft that the table became, now or by an earlier press of the button."""
    forms = description.fields
    drafts = forms.drafts()
    return services.open_from_table(
        creator=request.user,
        basics={**description.basics.basics(), "task": task_of(drafts)},
        fields=drafts,
        columns=forms.columns(),
        key=opening_key(name),
    )


def go_on(
    request: AuthedRequest, name: uuid.UUID, head: Head, opened: services.Opened
) -> HttpResponse:
    """The table has become a project already: finish that one, or show how it stands."""
    if request.method == "POST" and request.POST.get("order") in (PUBLISH, FINISH):
        project = project_for(request.user, opened.project.slug, at_least=Right.OWN)
        agreed = ConsentForm(project, request.POST, agreed=head.rows == 0).is_valid()
        if agreed:
            return finished(request, name, head, opened._replace(project=project))
        messages.error(request, _("Tick that the rows are yours to give, then publish."))
    return redirect("project_draft", slug=opened.project.slug)


def finished(
    request: AuthedRequest, name: uuid.UUID, head: Head, opened: services.Opened
) -> HttpResponse:
    """Add the rows that fit, publish, and show the link."""
    rows = preview_of(request.user, name, opened).good if head.rows else []
    project = services.finish_opening(
        project=opened.project,
        actor=request.user,
        rows=[values for _number, _cells, values in rows],
        source=Contribution.Source.UPLOAD if head.file else Contribution.Source.PASTE,
        key=rows_key(name),
    )
    words = _("The project is open. Share its link.")
    if add_rest(project, request.user, name):
        words = _("The project is open. The other rows of the file follow in the background.")
    toasts.saved(request, words)
    return redirect("project_draft", slug=project.slug)


@require_safe
@login_required
def project_new_bad(request: AuthedRequest, table: uuid.UUID) -> HttpResponseBase:
    """The rows of a waiting table that do not fit, as CSV, with the reasons in a last column."""
    user = request.user
    try:
        opened = services.opened_from(user, opening_key(table))
        preview = typed_preview(user, table) if opened is None else preview_of(user, table, opened)
    except Gone:
        return gone(request)
    response = StreamingHttpResponse(bad_lines(preview), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="bad-rows.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def typed_preview(user: User, name: uuid.UUID) -> Preview:
    """All rows against the fields as they were typed last.

    Raises:
        Gone: the table is no longer kept.
    """
    description = remembered(user, name, stash.head_of(user.pk, name))
    drafts, _wrong = description.fields.readable()
    by_name = {str(f["name"].value()).casefold(): f.column() for f in description.fields.forms}
    sheet = tidied(stash.sheet_of(user.pk, name))
    columns = [by_name.get(draft.name.casefold()) for draft in drafts]
    items = description.basics.asks_for_labels
    return fitting(sheet.header, sheet.rows, drafts, columns, items=items)
