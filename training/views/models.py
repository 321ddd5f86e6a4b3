"""A model's page, asking it, and its files."""

from hashlib import sha256
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from common.errors import Missing, Refused
from common.http import HttpRequest
from common.limits import PREDICTIONS_PER_MINUTE
from common.ratelimit import spend
from datasets.forms import DatapointForm, datapoint_form
from projects.models import Project
from training import queries
from training.access import model_for
from training.asking import Answer, ask, features_of, schema_of
from training.engine.architectures import architecture_named
from training.engine.metrics import metrics_of
from training.engine.script import script_for
from training.files import KEPT
from training.models import TrainedModel
from training.predictor import predictor
from training.showing import shown_score
from training.snippets import use_model
from training.views.outcome import outcome_of
from training.views.runs import label_of, shown_settings
from training.views.train import around
from training.wording import worded

#: A confusion table with more classes than this says nothing to anybody.
MOST_CLASSES = 40


@require_safe
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """What the model can do, beside guessing; and a form to try it."""
    found = model_for(request.user, pk)
    predictor.warm()
    return page(request, found, form_of(found))


@require_POST
def predict(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the model about what was filled in."""
    found = model_for(request.user, pk)
    spend("predict", asker(request), limit=PREDICTIONS_PER_MINUTE, seconds=60)
    form = form_of(found, request)
    answer, problem, status = asked(found, form)
    context = {"answer": answer, "problem": problem, "form": form, "model": found}
    if request.htmx:
        # A form that is being filled in is asked about at each change: incomplete is no error.
        status = 200 if status == 422 else status
        return render(request, "training/_answer.html", context, status=status)
    return page(request, found, form, answer=answer, problem=problem, status=status)


def asked(found: TrainedModel, form: DatapointForm) -> tuple[Answer | None, str, int]:
    """The answer, or a sentence why there is none, and the status that fits."""
    if not form.is_valid():
        return None, "", 422
    try:
        return ask(found, form), "", 200
    except Refused as refused:
        return None, refused.message, 422 if refused.status == 400 else refused.status


def form_of(found: TrainedModel, request: HttpRequest | None = None) -> DatapointForm:
    """The form with the fields that the model looks at."""
    data, files = (None, None) if request is None else (request.POST, request.FILES)
    return datapoint_form(found.project, fields=features_of(found), data=data, files=files)


def asker(request: HttpRequest) -> str:
    """Whom the limit counts: the person, or the address of somebody not signed in."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"address {get_adapter(request).get_client_ip(request)}"


def page(
    request: HttpRequest,
    found: TrainedModel,
    form: DatapointForm,
    *,
    answer: Answer | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page of a model."""
    run, project = found.run, found.project
    main = queries.main_metric(project)
    context = {
        **around(project, "models"),
        "model": found,
        "run": run,
        "form": form,
        "answer": answer,
        "problem": problem,
        "score": shown_score(main.key, run.score),
        "metric": main,
        "figures": figures(found),
        "architecture": label_of(run.architecture),
        "settings": shown_settings(run),
        "target": schema_of(found).target,
        "files": list(found.files),
        "outcome": outcome_of(run),
        "mistakes": queries.worst_mistakes(run),
        "snippets": use_model(request, found),
        **picture(found),
    }
    return render(request, "training/model.html", context, status=status)


def figures(found: TrainedModel) -> list[dict[str, str]]:
    """Each metric on test, validation and train, beside guessing on test."""
    run = found.run
    guess = run.baseline.get("test") or {}
    return [
        {
            "label": worded(metric.label),
            "guess": shown_score(metric.key, guess.get(metric.key)),
            **{
                part: shown_score(metric.key, run.metrics.get(part, {}).get(metric.key))
                for part in ("test", "validation", "train")
            },
        }
        for metric in metrics_of(found.project.task)
    ]


def picture(found: TrainedModel) -> dict[str, Any]:
    """The confusion table of a classification, true against predicted values of a regression."""
    if found.project.task == Project.Task.CLASSIFICATION:
        labels = queries.classes_of(found.run)
        if len(labels) > MOST_CLASSES:
            return {}
        return {"labels": labels, "cells": queries.confusion_cells(found.run)}
    truth, predicted = queries.residuals(found.run)
    return {"truth": truth, "predicted": predicted}


@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One of the model's files, as it was trained."""
    found = model_for(request.user, pk)
    if name not in found.files or name not in KEPT:
        raise Missing
    etag = f'"{found.files[name]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = FileResponse(_opened(f"{found.folder}/{name}"), content_type=KEPT[name])
        stem = f"{found.project.slug}-run{found.run.number}"
        response["Content-Disposition"] = f'attachment; filename="{stem}-{name}"'
    return _private(response, etag)


@require_safe
def script(request: HttpRequest, pk: int) -> HttpResponse:
    """``train.py``: one file that repeats the run on the snapshot."""
    found = model_for(request.user, pk)
    run = found.run
    assert run.snapshot is not None
    text = script_for(
        architecture_named(run.architecture),
        run.settings,
        run.snapshot.table_schema,
        run.number,
        run.metrics,
        f"{found.project.slug}-v{run.snapshot.number}.parquet",
        found.torch_version,
        stopped_after=run.epoch if run.stopped_early else None,
    )
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="train.py"'
    _private(response, f'"{sha256(text.encode()).hexdigest()}"')
    return response


def _opened(name: str) -> Any:
    try:
        return default_storage.open(name)
    except FileNotFoundError:
        raise Missing from None


def _private(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    # A private project's file belongs into no shared cache, and rights may end.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response
