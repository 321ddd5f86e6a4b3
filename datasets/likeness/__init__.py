"""Near-duplicates of what somebody is about to add: a hint, never a refusal.

Two rows are as alike as their features are on average. How a feature is compared, its field type
says by ``likeness``: numbers by their distance in the spread of the field (its limits, or the
middle nine tenths of the rows kept here), drawings and sequences by the angle between their
centred pictures of at most 16 x 16 and 16 steps, all else by being the same or not. The target
does not count.

Candidates are at most 8 rows with the same ``group_key`` (indexed, of any age) and the newest
rows of the project, kept by each process as a matrix of at most 20,000 rows and 8 MB, for the 8
projects asked about last. A question reads at most 4,000 rows more into it, so that it costs the
same at a thousand rows and at a million. The best candidates are read once more from the table:
what was withdrawn or edited meanwhile is never shown.

What counts as near depends on the data: a row is near when it is closer to another than 98 of
100 rows here are to theirs, and alike by 90 % at least.

Limits: an old row whose group key differs is not found; a drawing that was moved, turned or
scaled is another drawing; 24 bits of hash stand for a text.
"""

from datasets.likeness.nearest import Like, find_like

__all__ = ["Like", "find_like"]
