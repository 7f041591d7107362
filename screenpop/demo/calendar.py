"""When calls come: by the hour of the day and the day of the week."""

from bisect import bisect_left
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from screenpop.demo.draw import between

DAYS = 90
# Nobody is to find demo calls among the live cards.
QUIET = timedelta(minutes=45)
_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 3, 10, 14, 12, 5, 8, 12, 13, 11, 9, 4, 3, 2, 1, 0, 0)
_WEEKEND = 0.35
_MONDAY = 1.25


class Calendar:
    """Ninety days that end now, with more calls on Monday mornings than on Sunday evenings."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.latest = now - QUIET
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        self._hours: list[datetime] = []
        weights: list[float] = []
        for back in range(DAYS, -1, -1):
            day = midnight - timedelta(days=back)
            busy = _WEEKEND if day.weekday() > 4 else _MONDAY if day.weekday() == 0 else 1.0
            for hour, weight in enumerate(_HOURS):
                begins = day + timedelta(hours=hour)
                if weight and begins + timedelta(hours=1) <= self.latest:
                    self._hours.append(begins.astimezone(UTC))
                    weights.append(weight * busy)
        self._cumulated = list(accumulate(weights))

    def moment(self, share: float, rng: Random) -> datetime:
        """The moment by which this share of all calls (0 to 1) had come."""
        at = bisect_left(self._cumulated, share * self._cumulated[-1])
        hour = self._hours[min(at, len(self._hours) - 1)]
        return hour + timedelta(seconds=between(rng, 0, 3600))
