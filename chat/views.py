"""The room of a project."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chat import queries, services
from chat.forms import MessageForm
from chat.live import topic_of
from chat.models import Message
from common.errors import Missing, Refused
from common.http import AuthedRequest, HttpRequest
from common.numbers import whole
from datasets.queries import count_of
from live.queries import last_seq
from projects.access import Right, guarded, project_for
from projects.models import Project


@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the room; say something."""
    if request.method == "POST":
        return say(request, slug)  # type: ignore[arg-type]
    project = project_for(request.user, slug)
    return room(request, project, fresh_form())


@login_required
def say(request: AuthedRequest, slug: str) -> HttpResponse:
    """Say something in the room."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            services.post_message(
                project=project,
                author=request.user,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["idempotency_key"],
            )
        except Refused as refused:
            if refused.field is None:
                raise
            form.add_error(refused.field, refused.message)
        else:
            return said(request, project)
    if request.htmx:
        return composer(request, project, form, status=422)
    return room(request, project, form, status=422)


def fresh_form() -> MessageForm:
    """An empty composer with a new key."""
    return MessageForm(initial={"idempotency_key": uuid.uuid4().hex})


def said(request: HttpRequest, project: Project) -> HttpResponse:
    """What follows a message: it arrives by the socket, so a script only needs a new composer."""
    if request.htmx:
        return composer(request, project, fresh_form())
    return redirect("chat", slug=project.slug)


def composer(
    request: HttpRequest, project: Project, form: MessageForm, *, status: int = 200
) -> HttpResponse:
    """The composer alone."""
    context = {"project": project, "form": form}
    return render(request, "chat/_composer.html", context, status=status)


def room(
    request: HttpRequest, project: Project, form: MessageForm, *, status: int = 200
) -> HttpResponse:
    """The page of the room."""
    before = whole(request.GET.get("before", ""))
    # The sequence number is read before the messages: an event in between is shown twice
    # (the list drops what it has), never lost.
    seq = last_seq(topic_of(project))
    messages = queries.latest(project, before=before)
    counts = count_of(project)
    context = {
        "project": project,
        "tab": "chat",
        "count": counts.accepted,
        "people": counts.people,
        "messages_said": messages,
        "older": messages[0].pk if len(messages) == queries.PAGE else None,
        "at_latest": before is None,
        "form": form,
        "topic": topic_of(project),
        "seq": seq,
    }
    return render(request, "chat/room.html", context, status=status)


@require_POST
@login_required
def delete(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Delete an own message."""
    message = message_for(request, slug, pk, at_least=Right.READ)
    services.delete_message(message=message, actor=request.user)
    return redirect("chat", slug=slug)


@require_POST
@login_required
def hide(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Hide somebody's message, as a maintainer."""
    message = message_for(request, slug, pk, at_least=Right.MAINTAIN)
    services.hide_message(message=message, actor=request.user)
    return redirect("chat", slug=slug)


def message_for(request: AuthedRequest, slug: str, pk: int, *, at_least: Right) -> Message:
    """The message, through the door of its project.

    Raises:
        Missing: there is none in that project, or the project looks missing.
        Forbidden: the person has not that right in the project.
    """
    project = guarded(request.user, project_for(request.user, slug), at_least=at_least)
    message = queries.readable(project).filter(pk=pk).first()
    if message is None:
        raise Missing
    return message
