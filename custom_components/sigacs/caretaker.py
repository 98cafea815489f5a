"""What is made of the readings: watering alerts, forecasts, the air, silences; and what their keepers set.

A soil reading is judged at once, for its planter alone. What follows from the air waits until the burst that a planter
sends is over. The sweep looks after all that changes without a message: age, the end of a rest, who is silent.
"""

from collections.abc import Callable, Collection, Iterable
from time import monotonic, time
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .burst import Burst
from .greenhouse import measure
from .greenhouse.calibration import Calibration
from .greenhouse.site import Site
from .greenhouse.state import Greenhouse, Planter
from .memory import Memory

_FORECAST_PERIODS: Final = 2
_FORECASTS_PER_SWEEP: Final = 4
"""Each takes some 8 ms, in which no message is taken; 240 planters still have theirs anew within half an hour."""


class NoVoltageError(Exception):
    """A calibration point was asked for, and the probe's voltage is not known now."""


class Caretaker:
    """Looks after one entry's planters."""

    def __init__(
        self, hass: HomeAssistant, site: Site, memory: Memory, silence_limit_s: Callable[[Greenhouse], float]
    ) -> None:
        """Take what is to be looked after."""
        self._site = site
        self._memory = memory
        self._silence_limit_s = silence_limit_s
        self._air: Burst[Planter, None] = Burst(hass.loop, self._air_settled)
        self._alerts: Burst[Greenhouse, None] = Burst(hass.loop, self._review_alerts, settles_s=0)

    def stop(self) -> None:
        """Leave no timer behind."""
        self._air.stop()
        self._alerts.stop()

    # Readings

    @callback
    def moisture(self, planter: Planter, moisture: float, now: float) -> None:
        """Judge a soil reading that its channel has taken."""
        wall = time()
        if planter.take_moisture(moisture, now, wall):
            self._forecast(planter, now, wall)
            self._memory.save_soon()
        if planter.review(wall):
            self._attend(planter)

    @callback
    def air(self, planter: Planter) -> None:
        """Note that the air of a planter was measured."""
        self._air.add(planter, None)

    @callback
    def _air_settled(self, planters: Iterable[Planter]) -> None:
        for planter in planters:
            planter.review_air()

    # Time

    @callback
    def review(self, greenhouses: Collection[Greenhouse]) -> None:
        """Judge whole greenhouses anew: something changed that concerns all of their planters."""
        now, wall = monotonic(), time()
        for greenhouse in greenhouses:
            for planter in greenhouse.planters.values():
                planter.review(wall)
                planter.review_air()
            greenhouse.review_air(now)
        self._review_alerts(greenhouses)

    @callback
    def sweep(self) -> None:
        """Judge everything anew, and make those forecasts that are the oldest."""
        now, wall = monotonic(), time()
        places: list[Greenhouse | Planter] = [*self._site.greenhouses.values(), *self._site.planters]
        for place in places:
            if place.care.wake(wall):
                place.care.tell()
                self._memory.save_soon()
        self.review(self._site.greenhouses.values())
        due = sorted(
            (planter for planter in self._site.planters if planter.outlook.due_at <= now),
            key=lambda planter: planter.outlook.due_at,
        )
        for planter in due[:_FORECASTS_PER_SWEEP]:
            self._forecast(planter, now, wall)

    def _forecast(self, planter: Planter, now: float, wall: float) -> None:
        planter.outlook.due_at = now + _FORECAST_PERIODS * planter.greenhouse.period_s
        planter.foresee(wall)

    def _attend(self, planter: Planter) -> None:
        """Let what a planter's new status concerns follow it: once for all that change together."""
        self._alerts.add(planter.greenhouse, None)
        self._memory.save_soon()

    @callback
    def _review_alerts(self, greenhouses: Iterable[Greenhouse]) -> None:
        now, wall = monotonic(), time()
        for greenhouse in greenhouses:
            greenhouse.review_alerts(now, wall, self._silence_limit_s(greenhouse))

    # What keepers set

    @callback
    def set_limits(self, planter: Planter, **limits: float) -> None:
        """Move `dry_below`, `recovery_gap` or `wet_above`, in %; the present reading is judged by them at once."""
        planter.care.limits = planter.care.limits._replace(**limits)
        moisture = planter.value(measure.SOIL_MOISTURE)
        if moisture is not None:
            planter.soil.judge.rethink(moisture, planter.care.limits)
        planter.care.tell()
        self._changed(planter)

    @callback
    def set_rest(self, place: Greenhouse | Planter, until: float | None) -> None:
        """Want no alerts of a planter, or of all planters of a greenhouse, until a Unix second; None ends it."""
        place.care.rest_until = until
        place.care.tell()
        greenhouse = place if isinstance(place, Greenhouse) else place.greenhouse
        self.review([greenhouse])
        self._memory.save_soon()

    @callback
    def set_frost(self, greenhouse: Greenhouse, below_c: float) -> None:
        """Warn of frost at and below this temperature, in °C."""
        greenhouse.care.frost_below_c = below_c
        greenhouse.care.tell()
        self.review([greenhouse])
        self._memory.save_soon()

    @callback
    def mark_watered(self, planter: Planter) -> None:
        """Take somebody's word that a planter was watered; if nothing rises, that is told."""
        planter.soil.mark_watered(time())
        self._changed(planter)

    @callback
    def calibrate(self, planter: Planter, point: Callable[[Calibration, float], Calibration]) -> None:
        """Take the probe's present voltage as `Calibration.with_dry` or `with_wet`.

        Raises NoVoltageError, or CalibrationError when it cannot be that point; then nothing is changed.
        """
        millivolts = planter.value(measure.PROBE_VOLTAGE)
        if millivolts is None:
            raise NoVoltageError
        self._set_calibration(planter, point(planter.care.calibration, millivolts))

    @callback
    def forget_calibration(self, planter: Planter) -> None:
        """Believe the node's own percentage again."""
        self._set_calibration(planter, Calibration())

    def _set_calibration(self, planter: Planter, calibration: Calibration) -> None:
        scale = planter.care.calibration.complete or calibration.complete
        planter.care.calibration = calibration
        if scale:
            self._begin_anew(planter)
        planter.care.tell()
        self._changed(planter)

    def _begin_anew(self, planter: Planter) -> None:
        """Forget what was measured on another scale; what the voltage means now is known at once."""
        now, wall = monotonic(), time()
        planter.care.calibrated_at = wall
        planter.soil.forget()
        planter.outlook.drying.forget()
        soil = planter.channels.get(measure.SOIL_MOISTURE.leaf)
        if soil:
            soil.distrust()
        millivolts = planter.value(measure.PROBE_VOLTAGE)
        moisture = None if millivolts is None else planter.probe_voltage(millivolts)
        if soil and moisture is not None:
            soil.take(moisture, now)
            soil.tell()

    def _changed(self, planter: Planter) -> None:
        now, wall = monotonic(), time()
        planter.review(wall)
        self._forecast(planter, now, wall)
        self._attend(planter)
