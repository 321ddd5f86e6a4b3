"""The one family of errors that knows how it is shown.

Services raise them with a sentence for the user; views, middleware and jobs decide the form.
"""


class Refused(Exception):
    """An act was refused: the message says what, why and the way out.

    Attributes:
        message: one translated sentence for the user.
        field: the form field the message belongs to, or None for the whole act.
        status: the HTTP status that fits (400, 403, 404, 409, 413, 429, …).
        retry_after: seconds after which the same act may succeed, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        status: int = 400,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.status = status
        self.retry_after = retry_after


class Missing(Refused):
    """The thing does not exist, or the person may not know that it does: the two look alike."""

    def __init__(self) -> None:
        super().__init__("", status=404)


class Forbidden(Refused):
    """The person may see the thing, but not do this with it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=403)
