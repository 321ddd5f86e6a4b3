"""How fast a project moves: sums of what happens in it that fade. Pure arithmetic, no database.

Every event adds ``weight * trust / k``, where k counts what this person caused in this project
today. Two sums fade, one by half in 48 hours, one by half in 30 days, and

    momentum = factor * recent / sqrt(10 + month)

so that a large project must speed up to stand high. Each event costs the same whatever there is.
The rule is our own; sums that fade are those of "Forward Decay" (Cormode et al., ICDE 2009).
"""

import math
from datetime import datetime
from typing import NamedTuple

#: What one event of each kind weighs, before trust and repetition.
WEIGHTS = {
    "person": 3.0,
    "lead": 2.0,
    "entry": 2.0,
    "follow": 1.0,
    "run": 0.5,
    "rows": 0.3,
    "chat": 0.1,
}
#: By trust level; higher levels count as the last.
TRUST = (0.2, 0.6, 1.0)
RECENT_SECONDS = 48 * 3600.0
MONTH_SECONDS = 30 * 24 * 3600.0
#: What every project has under the root, so that the first events of a small one do not soar.
GROUND = 10.0
#: Below this a project counts as standing still.
FADED = 0.02
#: How far back the parts of the number are shown.
SHOWN_HOURS = 48
_EXACT = 32
_HARMONIC = [0.0]
for _count in range(1, _EXACT):
    _HARMONIC.append(_HARMONIC[-1] + 1 / _count)
_EULER = 0.577_215_664_901_532_9


class Sums(NamedTuple):
    """The two sums as they were at a moment, and what moderators multiply the result by."""

    recent: float
    month: float
    at: datetime
    factor: float = 1.0


def harmonic(count: int) -> float:
    """1 + 1/2 + … + 1/count in constant time, right to 1e-9 (expansion of Euler and Maclaurin)."""
    if count < _EXACT:
        return _HARMONIC[count]
    return math.log(count) + _EULER + 1 / (2 * count) - 1 / (12 * count**2)


def gain(counts: dict[str, int], before: int, trust_level: int) -> float:
    """What the events of one act add to both sums.

    Args:
        counts: how many events of each kind, in the order in which they count.
        before: how many this person caused in the project today until now.
        trust_level: the person's.

    Raises:
        KeyError: there is no such kind.
    """
    total = 0.0
    for kind, times in counts.items():
        total += WEIGHTS[kind] * (harmonic(before + times) - harmonic(before))
        before += times
    return total * TRUST[min(trust_level, len(TRUST) - 1)]


def faded(value: float, seconds: float, half_life: float) -> float:
    """What is left of a sum after so many seconds; a clock that went back changes nothing."""
    return value * math.exp2(-max(0.0, seconds) / half_life)


def value(sums: Sums, now: datetime) -> float:
    """The momentum at a moment, exactly."""
    seconds = (now - sums.at).total_seconds()
    recent = faded(sums.recent, seconds, RECENT_SECONDS)
    month = faded(sums.month, seconds, MONTH_SECONDS)
    return sums.factor * recent / math.sqrt(GROUND + month)


def rank(sums: Sums) -> float:
    """What orders projects without a look at the clock: log2 of the momentum at the epoch.

    Between two projects it orders as ``value`` does as long as their sums of the month stand
    still. They fade 15 times slower than the others, so whoever reads takes more from the top than
    is shown and computes ``value`` of them.
    """
    if sums.recent <= 0:
        return 0.0
    now = math.log2(sums.factor * sums.recent / math.sqrt(GROUND + sums.month))
    return now + sums.at.timestamp() / RECENT_SECONDS
