"""Views that refuse in every way, beside the pages of allauth."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect

from common.errors import Forbidden, Missing, Refused
from common.toasts import saved
from crowdcontrolled.about import about

REFUSALS = {
    "forbidden": Forbidden("Only the owner may do <b>this</b>."),
    "conflict": Refused("Another body came with the same key.", status=409),
    "field": Refused("Too long.", field="name", status=400),
    "slow": Refused("30 datapoints a minute.", status=429, retry_after=7.2),
    "private": Missing(),
    "missing": Http404("no such slug: secret"),
    "denied": PermissionDenied(),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise REFUSALS[kind]


class Penguin(forms.Form):
    species = forms.ChoiceField(
        choices=[("a", "Adelie"), ("g", "Gentoo")], widget=forms.RadioSelect
    )
    bill = forms.FloatField(label="Bill <length>", help_text="30 to 60", min_value=30)
    ringed = forms.BooleanField(required=False, help_text="Only if you saw it")
    note = forms.CharField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["bill"].unit = "mm"  # type: ignore[attr-defined]


def add(request: HttpRequest) -> HttpResponse:
    saved(request, "Datapoint <1> added", undo_url="/undo/1/", draft="contribute:1")
    return render(request, "layouts/base.html")


def note(request: HttpRequest) -> HttpResponse:
    saved(request, "Kept for the next page")
    return HttpResponse("noted")


@csrf_protect
def protected(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sent")


urlpatterns = [
    path("refuse/<kind>/", refuse),
    path("api/v1/refuse/<kind>/", refuse),
    path("", add),
    path("add/", add),
    path("note/", note),
    path("protected/", protected),
    path("about/", about, name="about"),
    path("readyz", note, name="readyz"),
    path("", include("accounts.urls")),
]
