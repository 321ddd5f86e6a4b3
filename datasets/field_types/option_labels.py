"""What the options of fields are called: in the form and in its errors alike."""

from django.utils.translation import gettext_lazy

HEIGHT = gettext_lazy("Rows of cells")
WIDTH = gettext_lazy("Cells in a row")
LEVELS = gettext_lazy("Highest level")
CHANNELS = gettext_lazy("Channels")
SHORTEST = gettext_lazy("Shortest length")
LONGEST = gettext_lazy("Longest length")
CHARACTERS = gettext_lazy("Most characters")
SEEN_HEIGHT = gettext_lazy("Rows that models see")
SEEN_WIDTH = gettext_lazy("Cells in a row that models see")
NUMBERS = gettext_lazy("How many numbers")
