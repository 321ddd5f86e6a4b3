"""Writes `train.py`: one readable file that repeats a run with torch, numpy and pyarrow only.

The file is bundled from the engine's own modules, so it cannot drift from what the site runs:
their imports of each other are taken out, their names stand side by side. No torch is needed here.
"""

import ast
import json
from pathlib import Path
from typing import Any

import training.engine
from training.engine.architectures.base import Architecture

PACKAGE = "training.engine"
# In the order of their imports. Top-level names are unique over all of them (a test holds that).
BUNDLED = (
    "limits",
    "faults",
    "moments",
    "fields",
    "schema",
    "values",
    "frame",
    "parquet",
    "split",
    "cell_encoders",
    "encoders",
    "prepare",
    "metrics",
    "layers",
    "objectives",
    "loop",
    "trainer",
)
AFTER = "layers"
HEAD = '''"""Repeats run {number} of CrowdControlled on {data}: architecture {architecture}.

    python train.py SNAPSHOT.parquet

Needs Python 3.11, torch, numpy and pyarrow. The run was made with torch {torch}; with the same
version on the same kind of processor the figures agree to 1e-6, elsewhere nearly.
SCHEMA says what the columns are, SETTINGS how the network was trained, EXPECTED what came out.
"""
'''
TAIL = '''
# ---------------------------------------------------------------------------- this run

ARCHITECTURE = {architecture!r}
LAYOUT = {layout!r}
SCHEMA = json.loads({schema})
SETTINGS = json.loads({settings})
EXPECTED = json.loads({expected})
TOLERANCE = 1e-6


def main() -> int:
    """Train on the file of the command line; 0 when every figure agrees with the run."""
    if len(sys.argv) != 2:
        print("usage: python train.py SNAPSHOT.parquet")
        return 2
    schema = TableSchema.from_json(SCHEMA)
    try:
        trainer = Trainer(read_parquet(Path(sys.argv[1]), schema), schema, LAYOUT, SETTINGS, build)
        for epoch in trainer.epochs():
            print(f"epoch {{epoch.number}}: {{epoch.train_loss:.4f}} {{epoch.validation_loss:.4f}}")
            if epoch.number == EXPECTED.get("stopped_after"):
                break
        outcome = trainer.finish(may_refit="stopped_after" not in EXPECTED)
    except EngineFault as fault:
        print("\\n".join(fault.lines))
        return 2
    return report(outcome.metrics)


def report(found: dict[str, Any]) -> int:
    """Print every metric beside the run's own; 0 when all agree."""
    worst = 0.0
    for part, metrics in EXPECTED["metrics"].items():
        for key, expected in metrics.items():
            value = found[part][key]
            print(f"{{part}} {{key}}: {{value}} (run: {{expected}})")
            if value is None or expected is None:
                worst = worst if value == expected else math.inf
            else:
                worst = max(worst, abs(value - expected))
    agrees = worst <= TOLERANCE
    verdict = "agrees" if agrees else "DOES NOT AGREE"
    print(f"{{verdict}} with the run: largest difference {{worst:g}}")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
'''


def script_for(
    architecture: Architecture,
    settings: dict[str, Any],
    schema_json: dict[str, Any],
    run_number: int,
    expected_metrics: dict[str, Any],
    data_name: str,
    torch_version: str = "2.13.0",
    stopped_after: int | None = None,
) -> str:
    """The text of `train.py` for one run.

    `settings` are the run's full settings (the `done` event has them), `expected_metrics` its
    {"train": {...}, "validation": {...}, "test": {...}}, `data_name` the snapshot's file name.
    `stopped_after` is the number of epochs of a run that was stopped by hand.
    """
    expected: dict[str, Any] = {"metrics": expected_metrics}
    if stopped_after is not None:
        expected["stopped_after"] = stopped_after
    imports: dict[str, None] = {"import json": None, "import sys": None}
    bodies = []
    for name in modules_for(architecture):
        lines, body = parted(source_of(name))
        imports.update(dict.fromkeys(lines))
        bodies.append(f"# {'-' * 76} {name.split('.')[-1]}\n{body}")
    head = HEAD.format(
        number=run_number,
        data=one_line(data_name),
        architecture=architecture.key,
        torch=one_line(torch_version),
    )
    tail = TAIL.format(
        architecture=architecture.key,
        layout=architecture.layout,
        schema=literal(schema_json),
        settings=literal(settings),
        expected=literal(expected),
    )
    body = "\n\n".join(bodies)
    return f"{head}\n{joined(imports)}\n\n{body}\n{tail}"


def modules_for(architecture: Architecture) -> list[str]:
    """The bundled modules, the architecture's own after the layers it is made of."""
    names = list(BUNDLED)
    place = names.index(AFTER) + 1
    names.insert(place, f"architectures.{architecture.key}.module")
    return names


def source_of(name: str) -> str:
    """The source of one module of the engine."""
    folder = Path(training.engine.__path__[0])
    return (folder / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")


def parted(source: str) -> tuple[list[str], str]:
    """A module's imports of other packages, one a name; and its text without any import.

    The module's docstring becomes a comment.
    """
    lines = source.splitlines()
    imports: list[str] = []
    tree = ast.parse(source)
    told = (ast.get_docstring(tree) or "").splitlines()
    about = "".join(f"# {line}".rstrip() + "\n" for line in told)
    for node in tree.body:
        if node is tree.body[0] and about:
            pass
        elif isinstance(node, ast.Import):
            imports += [f"import {said(name)}" for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            if not str(node.module).startswith(PACKAGE):
                imports += [f"from {node.module} import {said(name)}" for name in node.names]
        else:
            continue
        assert node.end_lineno is not None
        for place in range(node.lineno - 1, node.end_lineno):
            lines[place] = ""
    return imports, about + "\n" + squeezed("\n".join(lines))


def said(name: ast.alias) -> str:
    """An imported name as it is written."""
    return f"{name.name} as {name.asname}" if name.asname else name.name


def squeezed(text: str) -> str:
    """Text without blank lines at its ends, and never more than two in a row."""
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text.strip("\n") + "\n"


def joined(imports: dict[str, None]) -> str:
    """Import lines, plain ones first, the names of one module on one line."""
    plain = sorted(line for line in imports if line.startswith("import "))
    names: dict[str, list[str]] = {}
    for line in imports:
        if line.startswith("from "):
            module, name = line.removeprefix("from ").split(" import ")
            names.setdefault(module, []).append(name)
    return "\n".join(
        plain
        + [f"from {module} import {', '.join(sorted(names[module]))}" for module in sorted(names)]
    )


def literal(data: dict[str, Any]) -> str:
    """JSON inside a Python string literal of ASCII only: no field name can leave it."""
    return ascii(json.dumps(data, ensure_ascii=True, sort_keys=False))


def one_line(text: str) -> str:
    """A name that may stand in a docstring: printable ASCII without quotes or backslashes."""
    return "".join(c if c.isascii() and c.isprintable() and c not in "\"\\'" else "?" for c in text)
