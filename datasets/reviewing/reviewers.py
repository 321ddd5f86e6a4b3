"""How well people answer: what they said of rows whose right answer is known.

One record a person and project. Of answers to gold rows come two figures:

- *accuracy*, an exponentially weighted moving mean that begins at the prior's 0.8: it follows how
  somebody answers lately. Below 0.6 after at least ten gold rows the person is paused, until they
  say that they have read the guidelines.
- *belief*, the mean of a Beta distribution with the prior Beta(8, 2): (8 + right) / (10 + seen).
  Before any gold row that is 0.8. It is how probably the person's next answer is right.

A vote's *weight* is the belief's log-odds in units of the prior's, between 0 and 1: who answers as
well as is expected of anybody counts one, nobody counts more, and who does no better than a coin
counts nothing. Until ten gold rows were seen it is one: chance should weigh nobody.

Call what writes inside the transaction that holds ``claims.lock(project)``.
"""

import hmac
from collections.abc import Mapping
from math import log

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from datasets.models import Reviewer
from projects.models import Project

#: Of Beta(8, 2): eight right answers and two wrong ones, before anything is known.
PRIOR_RIGHT, PRIOR_WRONG = 8, 2
PRIOR = PRIOR_RIGHT / (PRIOR_RIGHT + PRIOR_WRONG)
#: How much the newest answer to a gold row moves the accuracy.
SMOOTHING = 0.1
PAUSE_BELOW = 0.6
#: Gold rows before a person may be paused, and before their votes weigh otherwise.
ENOUGH_GOLD = 10
#: One answer in four of the first twenty is to a gold row, then one in twelve.
FIRST_ANSWERS = 20
FIRST_CADENCE = 4
CADENCE = 12
#: Whoever is less accurate than this meets gold rows as often as a beginner.
UNSURE_BELOW = 0.7


def record_of(project: Project, user: User) -> Reviewer:
    """The person's record in the project; an unsaved, fresh one before the first answer."""
    found = Reviewer.objects.filter(project=project, user=user).first()
    return found or Reviewer(project=project, user=user)


def belief(record: Reviewer) -> float:
    """How probably the person's next answer is right, 0 to 1."""
    return (PRIOR_RIGHT + record.gold_right) / (PRIOR_RIGHT + PRIOR_WRONG + record.gold_seen)


def weight_of(record: Reviewer) -> float:
    """What a vote of the person counts, 0 to 1."""
    if record.gold_seen < ENOUGH_GOLD:
        return 1.0
    right = belief(record)
    return min(1.0, max(0.0, _log_odds(right) / _log_odds(PRIOR)))


def gold_is_due(record: Reviewer) -> bool:
    """Whether the next row that the person is shown should be a gold one, if there is one.

    Of each four (twelve) answers it is one, at a place that nobody can know without the site's
    secret.
    """
    answers = record.answers
    unsure = record.accuracy is not None and record.accuracy < UNSURE_BELOW
    if answers < FIRST_ANSWERS or unsure:
        block, at, size = answers // FIRST_CADENCE, answers % FIRST_CADENCE, FIRST_CADENCE
    else:
        beyond = answers - FIRST_ANSWERS
        block, at, size = FIRST_ANSWERS + beyond // CADENCE, beyond % CADENCE, CADENCE
    return at == secret_number(record.project_id, record.user_id, block) % size


def secret_number(*parts: int) -> int:
    """A number below 2^64 that is always the same for these parts, and that nobody can guess."""
    message = " ".join(str(part) for part in parts).encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"gold " + message, "sha256")
    return int.from_bytes(digest[:8], "big")


def count_answer(project: Project, user: User) -> Reviewer:
    """Count one answer, a skipped row among them; return the record, saved."""
    record, _made = Reviewer.objects.get_or_create(project=project, user=user)
    Reviewer.objects.filter(pk=record.pk).update(answers=F("answers") + 1)
    record.answers += 1
    return record


def count_gold(record: Reviewer, *, right: bool) -> bool:
    """Note an answer to a gold row; return whether the person is paused by it."""
    before = PRIOR if record.accuracy is None else record.accuracy
    record.accuracy = before + SMOOTHING * (float(right) - before)
    record.gold_seen += 1
    record.gold_right += int(right)
    poor = record.gold_seen >= ENOUGH_GOLD and record.accuracy < PAUSE_BELOW
    paused_now = poor and record.paused is None
    if paused_now:
        record.paused = timezone.now()
    record.save(update_fields=["accuracy", "gold_seen", "gold_right", "paused"])
    return paused_now


def resume(project: Project, user: User) -> None:
    """Let a paused person go on: they say that they have read the guidelines.

    What is known of them stays; the accuracy begins where one more wrong answer pauses again.
    """
    paused = Reviewer.objects.filter(project=project, user=user, paused__isnull=False)
    paused.update(paused=None, accuracy=PAUSE_BELOW)


def count_outcome(project: Project, agreed: Mapping[int, bool]) -> None:
    """Note for each person, by id, whether their answer was as the row was settled."""
    for right in (True, False):
        people = [user for user, was in agreed.items() if was is right]
        records = Reviewer.objects.filter(project=project, user__in=people)
        records.update(settled=F("settled") + 1, agreed=F("agreed") + int(right))


def _log_odds(probability: float) -> float:
    return log(probability / (1.0 - probability))
