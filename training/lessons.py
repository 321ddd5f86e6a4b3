"""The lessons: one a setting or idea, short enough for a minute. ``LESSONS`` is the whole list."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Lesson:
    """One lesson; its text is in ``templates/learn/lessons/<slug>.html``.

    ``figure`` names what is drawn from real numbers (see ``training.views.lessons``), ``try_at``
    the page of a real project to which it leads. ``settings`` are the keys that it explains.
    """

    slug: str
    title: str
    sentence: str
    figure: str = ""
    try_at: str = "train"
    settings: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """The path of its text."""
        return f"learn/lessons/{self.slug}.html"


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "datapoint",
        gettext_noop("A datapoint"),
        gettext_noop("One example of what should be learned, and the smallest gift you can make."),
        "row",
        "contribute",
    ),
    Lesson(
        "features-and-target",
        gettext_noop("Features and target"),
        gettext_noop("What the model is shown, and what it has to say."),
        "fields",
        "data",
    ),
    Lesson(
        "near-duplicates",
        gettext_noop("Near-duplicates"),
        gettext_noop("Rows that are almost alike belong on the same side of an exam."),
        "",
        "data",
    ),
    Lesson(
        "split",
        gettext_noop("Train, validation, test"),
        gettext_noop("Three piles of rows: to learn from, to choose by, to judge with."),
        "split",
        "train",
    ),
    Lesson(
        "test-share",
        gettext_noop("Test share"),
        gettext_noop("How many rows are kept back for the exam."),
        "runs",
        "train",
        ("test_ratio",),
    ),
    Lesson(
        "baseline",
        gettext_noop("Guessing"),
        gettext_noop("What somebody reaches who never looks at the features."),
        "baseline",
        "model",
    ),
    Lesson(
        "epoch",
        gettext_noop("Epochs"),
        gettext_noop("One epoch is one look at every training row."),
        "curve",
        "train",
        ("epochs",),
    ),
    Lesson(
        "loss",
        gettext_noop("Loss"),
        gettext_noop("The number that training makes small."),
        "curve",
        "train",
        ("loss",),
    ),
    Lesson(
        "learning-rate",
        gettext_noop("Learning rate"),
        gettext_noop("How large each step downhill is."),
        "runs",
        "train",
        ("learning_rate",),
    ),
    Lesson(
        "batch-size",
        gettext_noop("Batch size"),
        gettext_noop("How many rows have a say in one step."),
        "runs",
        "train",
        ("batch_size",),
    ),
    Lesson(
        "layers-and-units",
        gettext_noop("Layers and units"),
        gettext_noop("How much room a network has to think."),
        "runs",
        "train",
        ("layers",),
    ),
    Lesson(
        "activation",
        gettext_noop("Activation"),
        gettext_noop("The bend without which many layers are only one."),
        "activation",
        "train",
    ),
    Lesson(
        "dense",
        gettext_noop("Dense networks"),
        gettext_noop("Every unit sees everything: for tables and small drawings."),
        "layers",
        "train",
    ),
    Lesson(
        "lstm",
        gettext_noop("LSTM networks"),
        gettext_noop("Reads one step after the other and keeps what matters."),
        "layers",
        "train",
        ("direction",),
    ),
    Lesson(
        "number-curves",
        gettext_noop("How numbers go in"),
        gettext_noop("A number can be given as it is, or as a small curve of its own."),
        "runs",
        "train",
        ("number_encoding",),
    ),
    Lesson(
        "overfitting",
        gettext_noop("Overfitting"),
        gettext_noop("Learning by heart, and failing at the exam."),
        "overfit",
        "train",
    ),
    Lesson(
        "dropout",
        gettext_noop("Dropout"),
        gettext_noop("Units that are silenced at random, so that none is leant upon."),
        "runs",
        "train",
        ("dropout",),
    ),
    Lesson(
        "patience",
        gettext_noop("Patience"),
        gettext_noop("How long training goes on without getting better."),
        "curve",
        "train",
        ("patience",),
    ),
    Lesson(
        "refit",
        gettext_noop("The final fit"),
        gettext_noop("Once it is known how long to train, nothing needs to be kept back for it."),
        "split",
        "train",
        ("refit",),
    ),
    Lesson(
        "seed",
        gettext_noop("Seed"),
        gettext_noop("Where all random choices start: the same seed, the same model."),
        "runs",
        "train",
        ("seed",),
    ),
    Lesson(
        "accuracy",
        gettext_noop("Accuracy"),
        gettext_noop("How many of a hundred answers are right."),
        "score",
        "model",
    ),
    Lesson(
        "confusion",
        gettext_noop("The confusion table"),
        gettext_noop("Not only how often it is wrong, but what it takes for what."),
        "confusion",
        "model",
    ),
    Lesson(
        "rmse",
        gettext_noop("RMSE"),
        gettext_noop("How far off a predicted number typically is."),
        "residuals",
        "model",
    ),
    Lesson(
        "interval",
        gettext_noop("The interval of a score"),
        gettext_noop("What the score could have been with other test rows."),
        "score",
        "model",
    ),
    Lesson(
        "living-champion",
        gettext_noop("The living champion"),
        gettext_noop("A recipe that trains by itself while the crowd adds rows."),
        "",
        "project",
    ),
)

_OF_SETTING = {key: lesson.slug for lesson in LESSONS for key in lesson.settings}


def lesson_of(setting: str) -> str:
    """The slug of the lesson that explains a setting; empty when there is none."""
    return _OF_SETTING.get(setting, "")


def lesson_named(slug: str) -> Lesson | None:
    """The lesson of that slug."""
    return next((lesson for lesson in LESSONS if lesson.slug == slug), None)
