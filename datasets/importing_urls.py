"""Addresses of files on their way into a project."""

from django.urls import path

from datasets.views import importing

urlpatterns = [
    path("p/<slug:slug>/contribute/import/", importing.imports, name="imports"),
    path("p/<slug:slug>/contribute/import/<int:file>/", importing.import_page, name="import"),
    path(
        "p/<slug:slug>/contribute/import/<int:file>/check/",
        importing.import_check,
        name="import_check",
    ),
    path(
        "p/<slug:slug>/contribute/import/<int:file>/add/", importing.import_add, name="import_add"
    ),
    path(
        "p/<slug:slug>/contribute/import/<int:file>/cancel/",
        importing.import_cancel,
        name="import_cancel",
    ),
    path(
        "p/<slug:slug>/contribute/import/<int:file>/bad.csv",
        importing.import_bad,
        name="import_bad",
    ),
]
