"""Addresses of data. Each route needs a line in tests/authorisation/table.py."""

from django.urls import path

from datasets.views import contributing, data, files, many, opening

urlpatterns = [
    path("projects/new/", opening.project_new, name="project_new"),
    path("p/<slug:slug>/draft/", opening.draft, name="project_draft"),
    path("p/<slug:slug>/fields/", opening.fields, name="project_fields"),
    path("p/<slug:slug>/publish/", opening.publish, name="project_publish"),
    path("p/<slug:slug>/data/", data.data, name="data"),
    path("p/<slug:slug>/data/versions/", data.take_snapshot, name="snapshot_take"),
    path("p/<slug:slug>/data/v<int:number>.<slug:ext>", files.snapshot_file, name="snapshot_file"),
    path("p/<slug:slug>/schema.json", data.table_schema, name="table_schema"),
    path("p/<slug:slug>/wall.json", data.wall_data, name="wall_data"),
    path("p/<slug:slug>/rows/<int:pk>/", data.row, name="row"),
    path("p/<slug:slug>/contribute/", contributing.contribute, name="contribute"),
    path("p/<slug:slug>/contribute/many/", many.contribute_many, name="contribute_many"),
    path("p/<slug:slug>/contribute/many/add/", many.confirm, name="contribute_many_add"),
    path("p/<slug:slug>/contribute/many/bad.csv", many.bad_rows, name="contribute_many_bad"),
    path("contributions/<int:pk>/undo/", contributing.undo, name="contribution_undo"),
    path("contributions/<int:pk>/withdraw/", contributing.withdraw, name="contribution_withdraw"),
    path(
        "contributions/<int:pk>/reject/",
        contributing.judge,
        {"act": "reject"},
        name="contribution_reject",
    ),
    path(
        "contributions/<int:pk>/restore/",
        contributing.judge,
        {"act": "restore"},
        name="contribution_restore",
    ),
]
