"""The Partitioned attribute of cookies."""

from http import cookies
from typing import Any


def allow_partitioned_cookies() -> None:
    """Teach the standard library the Partitioned attribute, which it knows from Python 3.14 only.

    Without it a browser that blocks third-party cookies drops the cookie of a page inside another site's frame.
    """
    morsel: Any = cookies.Morsel
    morsel._reserved.setdefault("partitioned", "Partitioned")
    morsel._flags.add("partitioned")
