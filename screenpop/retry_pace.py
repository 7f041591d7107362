"""When something that failed is tried again by the clock: one policy for copies and transcripts; pure."""

from datetime import datetime, timedelta

# After the first failure, the second, …; from then on the last one each time.
PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
# Who works on something has it alone for so long; after a crash it is anybody's again.
LEASE = timedelta(minutes=15)


def next_try(failures: int, now: datetime) -> datetime:
    """When to try again after so many failures, counted from 1."""
    return now + PAUSES[min(max(failures, 1), len(PAUSES)) - 1]
