"""Files of many datapoints: sent, checked by a job, confirmed, added by another."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Query, Router
from ninja.files import UploadedFile

from api.cursors import Paging, cut, place_in
from api.door import MULTIPART, Token
from api.problems import misfit
from api.replays import Key, Made, at_once, by_itself
from api.requests import ApiRequest, asked
from api.schemas.imports import ImportConfirm, ImportOut, ImportsOut
from api.showing.imports import shown_import
from common.errors import Missing
from datasets import consent
from datasets.models import Contribution, Import
from datasets.queries import has_agreed
from datasets.services import importing
from datasets.views.importing import import_bad
from projects.access import Right, project_for

router = Router(tags=["imports"])
READS, GIVES = Token("read"), Token("contribute")
HERE = "/projects/{slug:slug}/imports"
ONE = HERE + "/{int:import_id}"


@router.get(HERE, response=ImportsOut, auth=READS, summary="List your files")
def list_imports(
    request: HttpRequest, response: HttpResponse, slug: str, page: Query[Paging]
) -> ImportsOut:
    """The files that you sent to this project, the newest first."""
    asking = asked(request)
    project = project_for(asking.user, slug, at_least=Right.PARTICIPATE)
    place = place_in(asking, page.cursor)
    found = Import.objects.filter(project=project, user=asking.auth.user)
    found = found.select_related("project")
    if place is not None:
        found = found.filter(pk__lt=place)
    listed = list(found.order_by("-pk")[: page.limit + 1])
    items, following = cut(asking, response, listed, page.limit, lambda one: one.pk)
    return ImportsOut(items=[shown_import(asking, one) for one in items], next=following)


@router.post(
    HERE,
    response={201: ImportOut},
    auth=Token("contribute", takes=MULTIPART),
    summary="Send a file",
)
def send_import(
    request: HttpRequest, slug: str, key: Key, file: File[UploadedFile]
) -> HttpResponse:
    """CSV, TSV, JSON Lines or Parquet. Nothing is added yet: a job checks every row first.

    Read the import until its state is `checked`, look at the report, then confirm it.
    """
    asking = asked(request)
    person = asking.auth.user
    project = project_for(person, slug, at_least=Right.PARTICIPATE)

    def act() -> Made:
        made = importing.receive(
            project=project,
            user=person,
            file=file,
            name=file.name or "",
            source=Contribution.Source.API,
        )
        return Made(
            shown_import(asking, made), request.build_absolute_uri(f"{request.path}/{made.pk}")
        )

    return by_itself(asking, key, act)


@router.get(ONE, response=ImportOut, auth=READS, summary="Read a file's state")
def read_import(request: HttpRequest, slug: str, import_id: int) -> ImportOut:
    """How far it is, and what its check found."""
    asking = asked(request)
    return shown_import(asking, _own(asking, slug, import_id))


@router.get(
    f"{ONE}/bad-rows", auth=Token("read", gives=""), summary="Download the rows that do not fit"
)
def read_bad_rows(request: HttpRequest, slug: str, import_id: int) -> HttpResponseBase:
    """As CSV, with the reasons in a last column: mend them and send them again."""
    asking = asked(request)
    _own(asking, slug, import_id)
    return import_bad(asking, slug, import_id)  # type: ignore[arg-type]


@router.post(f"{ONE}/confirm", response={200: ImportOut}, auth=GIVES, summary="Add the good rows")
def confirm_import(
    request: HttpRequest, slug: str, import_id: int, key: Key, payload: ImportConfirm
) -> HttpResponse:
    """Has a job add them; asked twice it is done once."""
    asking = asked(request)

    def act() -> Made:
        found = _own(asking, slug, import_id)
        person = asking.auth.user
        if not payload.agree and not has_agreed(found.project, person.pk, consent.VERSION):
            sentence = _("Agree first, by sending “agree”: true. It says: %(consent)s")
            raise misfit("/agree", sentence % {"consent": consent.text_of(found.project)})
        importing.add(found)
        return Made(shown_import(asking, _own(asking, slug, import_id)))

    return at_once(asking, key, act, status=200)


@router.post(f"{ONE}/cancel", response={200: ImportOut}, auth=GIVES, summary="Give a file up")
def cancel_import(request: HttpRequest, slug: str, import_id: int, key: Key) -> HttpResponse:
    """What was written goes again. One that is added answers 409: withdraw its contribution."""
    asking = asked(request)

    def act() -> Made:
        importing.cancel(_own(asking, slug, import_id))
        return Made(shown_import(asking, _own(asking, slug, import_id)))

    return at_once(asking, key, act, status=200)


def _own(request: ApiRequest, slug: str, import_id: int) -> Import:
    """The person's own file; anybody else's is missing.

    Raises:
        Missing: there is none.
    """
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    found = Import.objects.filter(project=project, user=request.auth.user, pk=import_id).first()
    if found is None:
        raise Missing
    found.project, found.user = project, request.auth.user
    return found
