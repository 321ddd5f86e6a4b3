"""One address, which fails; none of the site's names."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def fail(_request: HttpRequest) -> HttpResponse:
    raise ValueError("a mistake of ours: secret")


urlpatterns = [path("fail/", fail)]
