"""A call record as the platform gives it."""


class Unreadable(ValueError):  # noqa: N818 - the name of the state it is in
    """What came cannot be a record."""
