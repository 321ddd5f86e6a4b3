"""Files on their way into a project: decoded by a capped child, checked column by column.

``decoder`` runs in a process of its own, without Django; ``decoding`` listens to it; ``checking``
turns what it says into the columns of the table, and into a report; the services write them.
"""
