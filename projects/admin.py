"""Projects, for moderators: hide and restore, hold back; and the pick of the day."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import User
from accounts.moderated_admin import ModeratedAdmin, ReadOnlyAdmin
from common.errors import Refused
from projects import featuring
from projects.models import Feature, Project


@admin.register(Project)
class ProjectAdmin(ModeratedAdmin):
    """Every project, drafts and private ones too: moderators answer for all that the site keeps."""

    list_display = ["name", "slug", "creator", "visibility", "state", "hidden", "created"]
    list_filter = ["hidden", "state", "visibility", "task", "created"]
    search_fields = ["name", "slug", "pitch", "creator__username"]
    date_hierarchy = "created"
    list_select_related = ["creator"]
    fields = [
        "name",
        "slug",
        "pitch",
        "description",
        "goal",
        "task",
        "licence",
        "visibility",
        "state",
        "hidden",
        "creator",
        "created",
        "published",
    ]


class FeatureForm(forms.ModelForm[Feature]):
    """A project, from which day on, and why; what is wrong stands at its field."""

    class Meta:
        model = Feature
        fields = ("project", "day", "sentence")

    def clean_project(self) -> Project:
        """Only what everybody may see can be picked."""
        project = cast(Project, self.cleaned_data["project"])
        try:
            featuring.check_project(project)
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None
        return project

    def clean_sentence(self) -> str:
        """The sentence without what nobody sees."""
        try:
            return featuring.fitting(self.cleaned_data["sentence"])
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None


@admin.register(Feature)
class FeatureAdmin(ReadOnlyAdmin):
    """The picks: a moderator adds one and may take it back; the admin's own log says who did."""

    form = FeatureForm
    list_display = ["day", "project", "sentence", "picked_by", "created"]
    list_select_related = ["project", "picked_by"]
    search_fields = ["project__name", "project__slug", "sentence"]
    date_hierarchy = "day"
    raw_id_fields = ["project"]
    fields = ["project", "day", "sentence"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: Feature, form: Any, change: bool) -> None:
        """Pick by the service, which looks once more and writes down who picked."""
        made = featuring.feature(
            obj.project,
            day=obj.day,
            sentence=obj.sentence,
            picked_by=cast(User, request.user),
        )
        obj.pk, obj.picked_by = made.pk, made.picked_by
