"""How whoever works by the clock is asked to end."""

import threading


class Stop:
    """Asked for by SIGTERM: whoever works looks at it between two steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ask(self) -> None:
        """End soon."""
        self._event.set()

    def asked(self) -> bool:
        """Whether the end was asked for."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but wake when the end is asked for; tells whether it was."""
        return self._event.wait(seconds)
