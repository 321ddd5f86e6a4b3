"""What import-linter cannot see: models named by a string, and paths in settings and registries."""

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignObject, ManyToManyField
from django.utils.module_loading import import_string
from django_q.models import Schedule

from tests.architecture.sources import LAYERS

OURS = {name: place for place, name in enumerate(LAYERS)}


def test_foreign_keys_point_to_the_same_layer_or_a_lower_one() -> None:
    upward = []
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignObject | ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            if target in OURS and OURS[target] < OURS[model._meta.app_label]:
                upward.append(f"{model._meta.label}.{field.name} → {target}")
    assert upward == []


def test_every_job_kind_names_functions_that_exist() -> None:
    from jobs.kinds import KINDS

    assert KINDS, "no app registered a kind of job"
    for kind in KINDS.values():
        assert callable(kind.load_handler())
        heard = kind.load_on_failed()
        assert heard is None or callable(heard)


def test_a_job_kind_is_handled_by_a_tasks_module_of_our_own() -> None:
    from jobs.kinds import KINDS

    assert {kind.handler.split(".")[0] for kind in KINDS.values()} <= set(LAYERS)


def test_every_scheduled_function_exists(db: None) -> None:
    for path in Schedule.objects.values_list("func", flat=True):
        assert callable(import_string(path))


def test_the_layers_are_those_that_import_linter_holds() -> None:
    import tomllib

    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    held = next(contract for contract in contracts if contract["id"] == "layers")["layers"]
    assert held == list(LAYERS)
