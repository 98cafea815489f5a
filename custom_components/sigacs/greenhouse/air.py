"""What follows from the air: of one planter, and of a whole greenhouse."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import math

from .climate import Climate, Probe, climate, condensation, dew_point, frost, vapour_pressure_deficit
from .watched import Watched

_PERIODS_SHOWN = 1 / 3
"""Five minutes at a period of a quarter of an hour: 288 rows a day in Home Assistant's database, and no more."""
_VPD_DECIMALS = 2
_OTHER_DECIMALS = 1
"""Of °C and %: what is finer than a probe tells nobody anything, and would fill Home Assistant's database."""


@dataclass(slots=True, eq=False)
class PlanterAir(Watched):
    """Vapour pressure deficit in kPa and dew point in °C of one planter; None while either probe is not fresh."""

    vpd_kpa: float | None = None
    dew_point_c: float | None = None

    def review(self, temperature: float | None, humidity: float | None) -> None:
        """Work out anew what follows from °C and %; tells when what is shown changes."""
        before = (self.vpd_kpa, self.dew_point_c)
        if temperature is None or humidity is None:
            self.vpd_kpa = self.dew_point_c = None
        else:
            self.vpd_kpa = _rounded(vapour_pressure_deficit(temperature, humidity), _VPD_DECIMALS)
            self.dew_point_c = _rounded(dew_point(temperature, humidity))
        if (self.vpd_kpa, self.dew_point_c) != before:
            self.tell()


@dataclass(slots=True, eq=False)
class GreenhouseAir(Watched):
    """The air of a greenhouse, robust against a probe in the sun, and its two risks; None while nobody knows.

    Its planters speak at different times, and each of them moves a median a little: that is shown from time to time,
    whatever their number; a risk, an odd probe, or that nobody knows any more, at once.
    """

    climate: Climate = field(default_factory=lambda: climate(()))
    frost: bool | None = None
    condensation: bool | None = None
    told_at: float = -math.inf

    def review(self, probes: Iterable[Probe], frost_below_c: float, now: float, period_s: float) -> None:
        """Judge anew, at a monotonic second; tells when anything changed that is worth it."""
        exact = climate(probes)
        before = self.frost, self.condensation, _shape(self.climate)
        self.frost = frost(self.frost, exact.coldest, frost_below_c)
        self.condensation = condensation(self.condensation, exact)
        changed = (self.frost, self.condensation, _shape(exact)) != before
        if changed or now - self.told_at >= period_s * _PERIODS_SHOWN:
            self._show(exact, now, changed=changed)

    def _show(self, exact: Climate, now: float, *, changed: bool) -> None:
        before = self.climate
        self.told_at = now
        self.climate = exact._replace(
            temperature=_rounded(exact.temperature),
            humidity=_rounded(exact.humidity),
            dew_point=_rounded(exact.dew_point),
            vpd=_rounded(exact.vpd, _VPD_DECIMALS),
        )
        if changed or self.climate != before:
            self.tell()


def _shape(air: Climate) -> tuple[object, ...]:
    """What of a climate is worth telling at once: what is known at all, and who is odd."""
    return (air.temperature is None, air.humidity is None, air.odd)


def _rounded(value: float | None, decimals: int = _OTHER_DECIMALS) -> float | None:
    return None if value is None else round(value, decimals)
