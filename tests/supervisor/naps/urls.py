"""Two pages: wish for a nap, and see how all jobs do."""

import json

from django.http import HttpRequest, JsonResponse
from django.urls import path

from crowdcontrolled import health
from jobs.models import Job, WorkerBeat
from jobs.services import enqueue, request_stop


def wish(request: HttpRequest) -> JsonResponse:
    asked = json.loads(request.body)
    job = enqueue(asked["kind"], asked["key"], payload=asked["payload"])
    return JsonResponse({"id": job.pk})


def stop(_request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse({"stopped": request_stop(pk)})


def state(_request: HttpRequest) -> JsonResponse:
    jobs = Job.objects.values("key", "state", "attempt", "reason", "worker")
    beats = WorkerBeat.objects.exclude(slot="trace").values("slot", "worker", "at")
    traces = WorkerBeat.objects.filter(slot="trace").values_list("worker", flat=True)
    return JsonResponse(
        {"jobs": {job["key"]: job for job in jobs}, "beats": list(beats), "traces": list(traces)}
    )


urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("wish", wish),
    path("stop/<int:pk>", stop),
    path("state", state),
]
