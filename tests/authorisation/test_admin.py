"""The admin is for moderators alone, each of its pages."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.authorisation.grids import ROLES
from tests.authorisation.test_table import ask
from tests.authorisation.world import World

#: Open to everybody, or to nobody but who knows what to do there.
SIGN_IN = {"login"}
SENT_AWAY = {301, 302}


def admin_routes() -> dict[str, URLPattern]:
    resolver = next(
        found
        for found in get_resolver().url_patterns
        if isinstance(found, URLResolver) and found.namespace == "admin"
    )
    return {name: pattern for name, pattern in flat(resolver) if name}


def flat(resolver: URLResolver) -> Iterator[tuple[str | None, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name, pattern
        else:
            yield from flat(pattern)


def pages() -> list[str]:
    """The addresses of all pages of the admin, with the numbers of things that may be there."""
    found = []
    for name, pattern in admin_routes().items():
        if name in SIGN_IN:
            continue
        parts = {part: part_of(part) for part in pattern.pattern.converters}
        if pattern.pattern.regex.groups and not parts:
            parts = dict.fromkeys(pattern.pattern.regex.groupindex, "accounts")
        found.append(reverse(f"admin:{name}", kwargs=parts))
    return found


def part_of(name: str) -> str:
    return {"url": "nowhere/", "app_label": "accounts"}.get(name, "1")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "moderator"])
def test_nobody_else_gets_in(world: World, role: str) -> None:
    statuses = {}
    for path in pages():
        for method in ("GET", "POST"):
            response = ask(world, role, method, path, {})
            if response.status_code not in {*SENT_AWAY, 403, 404}:
                statuses[f"{method} {path}"] = response.status_code
    assert statuses == {}


def test_a_moderator_gets_in(world: World) -> None:
    assert ask(world, "moderator", "GET", reverse("admin:index"), {}).status_code == 200
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert ask(world, "moderator", "GET", reverse(name), {}).status_code == 200, name


def test_the_projects_people_and_runs_are_there(world: World) -> None:
    names = {model._meta.label for model in admin.site._registry}
    wanted = {"accounts.User", "projects.Project", "datasets.Contribution", "training.Run"}
    assert wanted <= names


def test_nothing_of_django_q_is_there() -> None:
    assert not {m._meta.label for m in admin.site._registry if m._meta.app_label == "django_q"}
