"""Wall clocks of imported files as instants, by the tz data that the kernel's zones are built from."""

import datetime as dt
import zoneinfo
from typing import Final

from parcours.app.zones import rules

EPOCH: Final = dt.datetime(1970, 1, 1)
MICROSECOND: Final = dt.timedelta(microseconds=1)


class UnknownZone(ValueError):
    """There is no such time zone. One sentence."""


class WallClock:
    """The wall clock of one zone. Raises UnknownZone."""

    def __init__(self, name: str) -> None:
        try:
            self._zone = rules(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise UnknownZone(f"There is no time zone called {name!r}: give one such as Europe/Paris or UTC.") from None

    def instant(self, wall: int) -> int:
        """UTC microseconds of a wall clock (microseconds since 1970-01-01T00:00 on it).

        The first of two instants when it occurs twice, the first valid instant after when it does not exist.
        """
        naive = EPOCH + wall * MICROSECOND
        early, late = (self._utc(naive.replace(tzinfo=self._zone, fold=fold)) for fold in (0, 1))
        if early <= late:  # an ordinary time, or one that occurs twice: the first
            return early
        low, high = late, early  # in a gap: the change lies between
        after = self._shown(high) - high
        while high - low > 1_000_000:
            middle = (low + high) // 2_000_000 * 1_000_000
            if self._shown(middle) - middle == after:
                high = middle
            else:
                low = middle
        return high

    def _shown(self, at: int) -> int:
        """What the clock shows at an instant."""
        moment = (EPOCH + at * MICROSECOND).replace(tzinfo=dt.UTC).astimezone(self._zone)
        return (moment.replace(tzinfo=None) - EPOCH) // MICROSECOND

    @staticmethod
    def _utc(moment: dt.datetime) -> int:
        return (moment.astimezone(dt.UTC).replace(tzinfo=None) - EPOCH) // MICROSECOND


def day_begins(day: dt.date, zone: str) -> int:
    """UTC microseconds of the first instant of a day. Raises UnknownZone."""
    wall = (dt.datetime(day.year, day.month, day.day) - EPOCH) // MICROSECOND
    return WallClock(zone).instant(wall)
