"""The API: its routers, its errors, its document. A new subject is one module and one line here."""

from ninja import NinjaAPI, Router
from ninja.openapi.docs import Swagger

from api import problems
from api.bodies import StrictParser
from api.openapi import DESCRIPTION, Documented
from api.routers import (
    contributions,
    imports,
    me,
    models,
    projects,
    rows,
    runs,
    schema,
    snapshots,
)

ROUTERS: tuple[Router, ...] = (
    me.router,
    projects.router,
    schema.router,
    rows.router,
    contributions.router,
    imports.router,
    snapshots.router,
    runs.router,
    models.router,
)


def made() -> NinjaAPI:
    """The API with everything in it."""
    api = Documented(
        title="CrowdControlled API",
        version="1",
        description=DESCRIPTION,
        urls_namespace="api",
        docs=Swagger({"persistAuthorization": False, "tryItOutEnabled": True}),
        parser=StrictParser(),
    )
    for router in ROUTERS:
        api.add_router("", router)
    problems.install(api)
    return api


api = made()
