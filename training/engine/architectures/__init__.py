"""The visible list of architectures. A new one is a folder with `spec.py` and `module.py`, and a
name here; forms, help, tests and `train_file` are made from this tuple."""

from training.engine.architectures.base import Architecture, Setting
from training.engine.architectures.dense.spec import DENSE
from training.engine.architectures.lstm.spec import LSTM
from training.engine.faults import EngineFault, shown
from training.engine.schema import TableSchema

__all__ = ("ARCHITECTURES", "Architecture", "Setting", "architecture_named", "default_architecture")

ARCHITECTURES: tuple[Architecture, ...] = (DENSE, LSTM)


def architecture_named(key: str) -> Architecture:
    """The architecture with this key; `EngineFault` names the known ones."""
    for architecture in ARCHITECTURES:
        if architecture.key == key:
            return architecture
    known = ", ".join(architecture.key for architecture in ARCHITECTURES)
    raise EngineFault(f"there is no architecture {shown(key)}; known: {known}")


def default_architecture(schema: TableSchema) -> Architecture:
    """What is used when nobody chose: LSTM where a feature is a sequence, else Dense."""
    sequences = any(field.kind == "sequence" for field in schema.features)
    return LSTM if sequences else DENSE
