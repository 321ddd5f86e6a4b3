"""The lessons: their list, and each with a picture of real numbers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.http import HttpRequest
from projects.models import Project
from training.lessons import LESSONS, Lesson, lesson_named
from training.queries import best_of
from training.views.figures import figure_of, public_project


@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """All lessons in the order in which they build on each other."""
    return render(request, "learn/list.html", {"lessons": LESSONS})


@require_safe
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """One lesson, with the ones before and after it."""
    found = lesson_named(slug)
    if found is None:
        raise Missing
    at = LESSONS.index(found)
    figure = figure_of(found)
    project = (figure.project if figure is not None else None) or public_project()
    context = {
        "lesson": found,
        "number": at + 1,
        "of": len(LESSONS),
        "before": LESSONS[at - 1] if at else None,
        "after": LESSONS[at + 1] if at + 1 < len(LESSONS) else None,
        "figure": figure,
        "project": project,
        "try_url": try_url(found, project) if project is not None else "",
    }
    return render(request, found.template, context)


def try_url(lesson: Lesson, project: Project) -> str:
    """Where to try what the lesson says, in that project."""
    if lesson.try_at == "model":
        best = best_of(project)
        if best is None:
            return reverse("models", args=[project.slug])
        return reverse("model", args=[best.trained.pk])
    address = reverse(lesson.try_at, args=[project.slug])
    return f"{address}?preset=solid#settings" if lesson.settings else address
