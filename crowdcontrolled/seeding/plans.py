"""What the demo's three projects are about, who takes part, and what they train."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Training:
    """One run: whose, and what differs from the best recipe so far."""

    user: str
    architecture: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """One project of the demo.

    Attributes:
        file: its rows, in ``crowdcontrolled/seed_data``, beside the schema of its fields.
        crowd: who contributes how many rows at once, again and again until the file is empty.
        lessons: with how many rows the living champion trains on the way, without its hour's
            rest: a demo grows faster than a crowd.
    """

    owner: str
    maintainer: str
    basics: dict[str, Any]
    file: str
    crowd: tuple[tuple[str, int], ...]
    chat: tuple[tuple[str, str], ...]
    trainings: tuple[Training, ...]
    lessons: tuple[int, ...] = ()


HANDWRITING = Plan(
    owner="mira",
    maintainer="jonas",
    basics={
        "name": "Handwritten digits",
        "pitch": "Draw a digit on a small grid, so that a machine learns to read it.",
        "description": (
            "Each datapoint is **one digit** on a grid of 8 × 8 cells, "
            "from 0 (paper) to 16 (ink).\n\n"
            "- Draw as you would on an envelope: fill the grid, do not be neat.\n"
            "- A 7 with a bar and a 1 with a foot are welcome. That is the point.\n\n"
            "The first thousand come from *Optical Recognition of Handwritten Digits* "
            "(E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0): "
            "forms filled in by 43 people, scanned and shrunk."
        ),
        "tags": "digits, drawing, handwriting",
        "goal": 1_200,
        "task": "classification",
        "licence": "CC-BY-4.0",
        "visibility": "public",
    },
    file="digits.parquet",
    crowd=(
        ("mira", 40),
        ("jonas", 25),
        ("noor", 60),
        ("lena", 12),
        ("samir", 30),
        ("aiko", 18),
        ("tomas", 5),
    ),
    chat=(
        ("mira", "Welcome! Draw quickly, as on an envelope. Neat digits teach it nothing."),
        ("jonas", "A 7 with a bar: label it 7, or is there a better idea?"),
        ("mira", "7. Bars, hooks and feet are all fine, the label is what you meant."),
        ("lena", "Why only 8 × 8? I can hardly see my own 3."),
        ("samir", "It is enough: my small network gets almost all of them right."),
        ("noor", "It still mixes up 8 and 1 when the loops are thin. I added more of those."),
    ),
    trainings=(
        Training("lena", "dense", {"epochs": 8, "layers": [{"units": 16, "activation": "relu"}]}),
        Training("samir", "dense", {"epochs": 40}),
    ),
    lessons=(60, 200, 500, 1_000),
)

PENGUINS = Plan(
    owner="tomas",
    maintainer="aiko",
    basics={
        "name": "Which penguin is it?",
        "pitch": "Measure a penguin, name its species. Missing values are welcome.",
        "description": (
            "Bill, flipper and weight of penguins of three species near Palmer Station, "
            "Antarctica. Leave empty what you could not measure: birds do not wait.\n\n"
            "Data: *palmerpenguins* (A. M. Horst, A. P. Hill and K. B. Gorman, 2020, CC0), "
            "collected by Dr. Kristen Gorman and the Palmer Station LTER."
        ),
        "tags": "birds, biology, tables",
        "goal": 400,
        "task": "classification",
        "licence": "CC0-1.0",
        "visibility": "public",
    },
    file="penguins.csv",
    crowd=(("tomas", 28), ("aiko", 12), ("samir", 20), ("noor", 9), ("mira", 16)),
    chat=(
        (
            "tomas",
            "Measure the bill along its upper edge, from the tip to where the feathers start.",
        ),
        ("noor", "Two of mine ran away before the scales came out. Weight stays empty, yes?"),
        ("tomas", "Yes. The network is told that it is missing; better than a guess."),
        ("aiko", "Flipper and bill depth alone tell a Gentoo from the other two."),
    ),
    trainings=(
        Training("mira", "dense", {"epochs": 5, "layers": [{"units": 8, "activation": "relu"}]}),
        Training("aiko", "dense", {"epochs": 60}),
    ),
)

STROKES = Plan(
    owner="aiko",
    maintainer="noor",
    basics={
        "name": "Pen strokes",
        "pitch": "Not how a digit looks but how the pen moved: eight points on its way.",
        "description": (
            "Each datapoint is the way of a pen that wrote one digit: **eight points** evenly "
            "along the line, x and y, each coordinate brought to mean 0 and spread 1.\n\n"
            "The first thousand come from *Pen-Based Recognition of Handwritten Digits* "
            "(E. Alpaydin and Fevzi Alimoglu, UCI Machine Learning Repository, CC BY 4.0)."
        ),
        "tags": "digits, handwriting, pen",
        "goal": 1_500,
        "task": "classification",
        "licence": "CC-BY-4.0",
        "visibility": "public",
    },
    file="strokes.parquet",
    crowd=(("aiko", 50), ("noor", 22), ("jonas", 35), ("samir", 15), ("lena", 44), ("mira", 8)),
    chat=(
        ("aiko", "One stroke or several, the order of the points is what counts."),
        ("jonas", "I write my 0 clockwise. My teacher gave up on me in 1961."),
        ("samir", "The LSTM reads the order, so more left-handed zeros would help it."),
    ),
    trainings=(
        Training("samir", "lstm", {"epochs": 30}),
        Training("noor", "dense", {"epochs": 30}),
    ),
)

PLANS = (HANDWRITING, PENGUINS, STROKES)

#: What the moderator of the demo picks, from the day of seeding on, and why.
PICKED = HANDWRITING
WHY = "The quickest way in: draw one digit, and see a minute later what it taught the model."
