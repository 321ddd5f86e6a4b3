"""A frame goes to readers of every language at once, and each reads it in theirs."""

import pytest
from django.test import override_settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.languages import in_each_language
from projects.models import Activity, Project
from projects.queries import told

LANGUAGES = [("en", "English"), ("es", "Spanish")]


@override_settings(LANGUAGES=LANGUAGES)
def test_what_differs_stands_under_its_language() -> None:
    with override("es"):
        said = in_each_language(lambda: {"text": _("Yes"), "id": 7})
    assert said == {"text": "Yes", "id": 7, "texts": {"es": {"text": "Sí"}}}


@override_settings(LANGUAGES=LANGUAGES)
def test_what_is_the_same_everywhere_is_said_once() -> None:
    assert in_each_language(lambda: {"id": 7}) == {"id": 7}


@override_settings(LANGUAGES=LANGUAGES)
@pytest.mark.django_db
def test_a_line_of_the_feed_is_told_in_both(digits: Project, alice: User) -> None:
    activity = Activity.objects.create(
        project=digits, actor=alice, kind="project_published", payload={}
    )
    said = told(activity)
    assert said["text"]
    assert said["actor"] == "alice"
    assert "actor" not in said.get("texts", {}).get("es", {})
