"""`manage.py train_file DATA --schema SCHEMA.json`: train on a file, without any database."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from training.engine.architectures import (
    ARCHITECTURES,
    architecture_named,
    default_architecture,
)
from training.engine.faults import EngineFault
from training.engine.reading import read_data, read_schema
from training.engine.settings import check_settings

FAULTY = 2


class Command(BaseCommand):
    """Prints one JSON object on stdout, its log on stderr; faults end it with exit status 2."""

    help = "Train a network on a CSV, JSON Lines or Parquet file; needs no database."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A parser whose `--settings` are the network's, not Django's own."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the command. `manage.py` passes --settings on as --network-settings."""
        parser.set_defaults(settings=None)
        parser.add_argument("data", nargs="?", type=Path)
        parser.add_argument("--schema", type=Path, help="Table Schema (JSON)")
        parser.add_argument("--architecture", help="dense or lstm; by default what fits the data")
        parser.add_argument(
            "--settings",
            "--network-settings",
            dest="network_settings",
            default="{}",
            metavar="JSON",
            help="JSON object of settings, see --list",
        )
        parser.add_argument("--seed", type=int)
        parser.add_argument("--json", action="store_true", help="print the result on one line")
        parser.add_argument("--list", action="store_true", help="list architectures and settings")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, or list what can be trained."""
        try:
            if options["list"]:
                result = listing()
            elif options["data"] is None or options["schema"] is None:
                raise EngineFault("name a data file and --schema SCHEMA.json, or use --list")
            else:
                result = self.train(options)
        except EngineFault as fault:
            for line in fault.lines:
                print(line, file=sys.stderr)
            sys.exit(FAULTY)
        print(json.dumps(result, indent=None if options["json"] else 1, allow_nan=False))

    def train(self, options: dict[str, Any]) -> dict[str, Any]:
        """Read, prepare, fit, judge; the object that is printed."""
        started = time.monotonic()
        schema = read_schema(Path(options["schema"]))
        frame = read_data(Path(options["data"]), schema)
        chosen = options["architecture"]
        architecture = architecture_named(chosen) if chosen else default_architecture(schema)
        given = settings_given(options)
        settings = check_settings(architecture, given, schema, len(frame))
        # torch takes over a second to import: only when something is really trained.
        from training.engine.building import builder_of
        from training.engine.trainer import Trainer

        cpu_started = time.process_time()
        if frame.without_target:
            self.log(f"{frame.without_target} rows without a target are left out")
        if schema.ignored:
            self.log(f"text is not learned from: {', '.join(schema.ignored)} left out")
        build = builder_of(architecture.key)
        trainer = Trainer(frame, schema, architecture.layout, settings, build)
        self.log(f"rows {trainer.rows_of_part}, parameters {trainer.parameters}")
        epochs = 0
        for epoch in trainer.epochs():
            epochs = epoch.number
            self.log(f"epoch {epoch.number}: {epoch.train_loss:.4f} {epoch.validation_loss:.4f}")
        outcome = trainer.finish()
        return {
            "task": schema.task,
            "architecture": architecture.key,
            "settings": settings,
            "metrics": outcome.metrics,
            "baseline": {"name": trainer.baseline.name, "test": outcome.baseline},
            "epochs": epochs,
            "seconds": round(time.monotonic() - started, 3),
            "cpu_seconds": round(time.process_time() - cpu_started, 3),
            "parameters": trainer.parameters,
        }

    def log(self, line: str) -> None:
        """One line of the log."""
        print(line, file=sys.stderr)


def settings_given(options: dict[str, Any]) -> dict[str, Any]:
    """The settings of the command line; `--seed` wins over one among them."""
    try:
        settings = json.loads(options["network_settings"])
    except ValueError as error:
        raise EngineFault(f"--settings is not JSON ({error})") from error
    if not isinstance(settings, dict):
        raise EngineFault("--settings is not a JSON object")
    return settings if options["seed"] is None else settings | {"seed": options["seed"]}


def listing() -> dict[str, Any]:
    """The architectures with their settings, defaults and bounds."""
    return {
        architecture.key: {
            "explain": architecture.explain,
            "settings": {
                setting.key: {
                    "default": setting.default,
                    "minimum": setting.minimum,
                    "maximum": setting.maximum,
                    "choices": list(setting.choices),
                    "help": setting.help,
                }
                for setting in architecture.settings
            },
        }
        for architecture in ARCHITECTURES
    }
