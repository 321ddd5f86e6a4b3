"""How values are browsed: filtered, sorted, summed up. One class a family of kinds.

What a person writes becomes an operand, bound as a parameter; which lookup is used, and on which
column, comes from tables in this package and from the project's fields, never from the text.
"""

from datasets.browsing.base import Bar, Browsing, Operator, Summary
from datasets.browsing.ways import WAYS, browsing_of

__all__ = ["WAYS", "Bar", "Browsing", "Operator", "Summary", "browsing_of"]
