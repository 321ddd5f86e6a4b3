"""Addresses of data. Each route needs a line in tests/authorisation/table.py."""

from django.urls import path

from datasets.views import (
    contributing,
    contributions,
    data,
    editing,
    examples,
    files,
    likeness,
    listing,
    many,
    opening,
    opening_table,
    sharing,
)

urlpatterns = [
    path("projects/new/", opening.project_new, name="project_new"),
    path("projects/new/table/", opening_table.project_new_table, name="project_new_table"),
    path("projects/new/<uuid:table>/", opening_table.project_new_from, name="project_new_from"),
    path(
        "projects/new/<uuid:table>/bad.csv", opening_table.project_new_bad, name="project_new_bad"
    ),
    path("p/<slug:slug>/draft/", opening.draft, name="project_draft"),
    path("p/<slug:slug>/fields/", opening.fields, name="project_fields"),
    path("p/<slug:slug>/publish/", opening.publish, name="project_publish"),
    path("p/<slug:slug>/data/", data.data, name="data"),
    path("p/<slug:slug>/data/versions/", data.take_snapshot, name="snapshot_take"),
    path("p/<slug:slug>/data/v<int:number>.<slug:ext>", files.snapshot_file, name="snapshot_file"),
    path("p/<slug:slug>/schema.json", data.table_schema, name="table_schema"),
    path("p/<slug:slug>/wall.json", data.wall_data, name="wall_data"),
    path("p/<slug:slug>/rows/<int:pk>/", data.row, name="row"),
    path("p/<slug:slug>/rows/<int:pk>/edit/", editing.row_edit, name="row_edit"),
    path("p/<slug:slug>/contribute/", contributing.contribute, name="contribute"),
    path("p/<slug:slug>/contribute/like/", likeness.contribute_like, name="contribute_like"),
    path("p/<slug:slug>/contribute/many/", many.contribute_many, name="contribute_many"),
    path("p/<slug:slug>/contribute/many/add/", many.confirm, name="contribute_many_add"),
    path("p/<slug:slug>/contribute/many/bad.csv", many.bad_rows, name="contribute_many_bad"),
    path("contributions/", contributions.my_contributions, name="my_contributions"),
    path("contributions/download/", contributions.download_mine, name="my_contributions_download"),
    path("contributions/<int:pk>/", contributions.contribution, name="contribution"),
    path("og.png", sharing.site_picture, name="site_og_image"),
    path("p/<slug:slug>/share/", sharing.share, name="share"),
    path("p/<slug:slug>/embed/", sharing.embed, name="embed"),
    path("p/<slug:slug>/badge.svg", sharing.badge, name="badge"),
    path("p/<slug:slug>/og.png", sharing.picture, {"kind": "og"}, name="og_image"),
    path("p/<slug:slug>/wall.png", sharing.picture, {"kind": "wall"}, name="wall_image"),
    path("p/<slug:slug>/listing/", listing.list_project, name="project_list"),
    path("p/<slug:slug>/looked-after/", listing.look_after, name="look_after"),
    path("p/<slug:slug>/rows/<int:pk>/example/", examples.add, name="example_add"),
    path("p/<slug:slug>/rows/<int:pk>/example/remove/", examples.remove, name="example_remove"),
    path("contributions/<int:pk>/undo/", contributions.undo, name="contribution_undo"),
    path("contributions/<int:pk>/withdraw/", contributions.withdraw, name="contribution_withdraw"),
    path(
        "contributions/<int:pk>/reject/",
        contributions.judge,
        {"act": "reject"},
        name="contribution_reject",
    ),
    path(
        "contributions/<int:pk>/restore/",
        contributions.judge,
        {"act": "restore"},
        name="contribution_restore",
    ),
]
