"""What ends the work on an import from outside."""


class Stopped(Exception):
    """The import is in another state or hand by now: whoever works on it ends, writing nothing."""
