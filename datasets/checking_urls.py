"""Addresses of checking, of what maintainers decide, and of how good the data are."""

from django.urls import path

from datasets.views import checking, data_settings, judging, quality

urlpatterns = [
    path("p/<slug:slug>/check/", checking.check, name="check"),
    path("p/<slug:slug>/check/undo/", checking.undo, name="check_undo"),
    path("p/<slug:slug>/check/go-on/", checking.go_on, name="check_go_on"),
    path("p/<slug:slug>/disputes/", judging.show_disputes, name="disputes"),
    path("p/<slug:slug>/flags/", judging.show_flags, name="flags"),
    path("p/<slug:slug>/quality/", quality.show_quality, name="quality"),
    path("p/<slug:slug>/rows/<int:pk>/judge/", judging.judge, name="row_judge"),
    path("p/<slug:slug>/rows/<int:pk>/stand/", judging.stand, name="row_stand"),
    path("p/<slug:slug>/rows/<int:pk>/gold/", judging.gold, name="row_gold"),
    path("p/<slug:slug>/rows/<int:pk>/gold/remove/", judging.gold_remove, name="row_gold_remove"),
    path("p/<slug:slug>/settings/data/", data_settings.data_settings, name="data_settings"),
    path(
        "p/<slug:slug>/settings/data/accept/", data_settings.accept_waiting, name="accept_waiting"
    ),
]
