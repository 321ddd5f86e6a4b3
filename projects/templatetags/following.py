"""The button with which one follows a project, and how many people do."""

from typing import Any

from django import template

from projects.following import following_of
from projects.models import Project

register = template.Library()


@register.inclusion_tag("projects/_follow.html", takes_context=True)
def follow_button(context: template.Context, project: Project) -> dict[str, Any]:
    """``{% follow_button project %}``: for whoever may take part; one query."""
    user = context["user"]
    return {
        "project": project,
        "tab": context.get("tab", ""),
        "user": user,
        "csrf_token": context.get("csrf_token"),
        "following": following_of(project, user),
        "may": user.is_authenticated and project.may is not None and project.may.participate,
    }
