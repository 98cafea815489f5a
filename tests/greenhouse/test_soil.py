from collections.abc import Mapping

import pytest

from custom_components.sigacs.greenhouse.calibration import Calibration
from custom_components.sigacs.greenhouse.dry_down import Because, Unforeseen
from custom_components.sigacs.greenhouse.site import Site
from custom_components.sigacs.greenhouse.soil import Outlook, Soil, SoilEvent
from custom_components.sigacs.greenhouse.state import Planter
from custom_components.sigacs.greenhouse.status import Reason, State, Status
from custom_components.sigacs.greenhouse.topic import MeasureTopic
from custom_components.sigacs.greenhouse.watering import Limits

PERIOD = 900.0
LIMIT = 3000.0
WALL = 1_795_000_000.0
"""Added to monotonic seconds, it makes Unix seconds of them."""
DRY, MOIST = 25.0, 60.0
NEEDS_WATER = Status(State.NEEDS_WATER, Reason.BELOW_THRESHOLD)
FINE = Status(State.FINE, Reason.MOIST_ENOUGH)


class Bed:
    """A planter whose messages come every quarter of an hour, and who remembers what happened."""

    def __init__(self, *leaves: str) -> None:
        self.site = Site(max_planters=1, max_other_measures=0)
        for leaf in leaves or ("sol",):
            self.site.admit_channel(MeasureTopic("1", "1", leaf))
        self.planter: Planter = next(self.site.planters)
        self.now = 1000.0
        self.site.link_changed(up=True, now=self.now)
        self.events: list[SoilEvent] = []
        self.planter.soil.observers.append(self.happened)

    def happened(self, event: SoilEvent, _about: Mapping[str, float]) -> None:
        self.events.append(event)

    def hear(self, *readings: float) -> Status:
        """Take soil readings, one a period; returns what is said after the last one."""
        for moisture in readings:
            self.now += PERIOD
            self.planter.channels["sol"].take(moisture, self.now)
            self.planter.take_moisture(moisture, self.now, WALL + self.now)
            self.planter.review(WALL + self.now)
        return self.planter.soil.status

    def hear_voltage(self, millivolts: float) -> Status:
        """Take a voltage of the probe, and what it means."""
        self.planter.channels["sol/brut"].take(millivolts, self.now)
        moisture = self.planter.probe_voltage(millivolts)
        if moisture is not None:
            return self.hear(moisture)
        self.planter.review(WALL + self.now)
        return self.planter.soil.status

    def wait(self, seconds: float) -> Status:
        """Let time pass without a message."""
        self.now += seconds
        self.planter.judge(self.now, LIMIT)
        self.planter.review(WALL + self.now)
        return self.planter.soil.status


@pytest.fixture
def bed() -> Bed:
    return Bed()


def test_before_the_first_reading_nobody_knows(bed: Bed) -> None:
    assert bed.wait(0) == Status(State.UNKNOWN, Reason.SILENT)
    assert bed.planter.soil.needs_water is None


def test_a_planter_that_is_dry_when_first_heard_needs_water_at_once(bed: Bed) -> None:
    assert bed.hear(DRY) == NEEDS_WATER
    assert bed.planter.soil.needs_water is True


def test_one_dry_reading_alone_is_noise(bed: Bed) -> None:
    assert bed.hear(MOIST, DRY) == Status(State.FINE, Reason.JUST_BELOW)
    assert bed.hear(DRY, DRY) == NEEDS_WATER


def test_a_dry_planter_whose_probe_dies_is_never_called_fine(bed: Bed) -> None:
    bed.hear(DRY)
    assert bed.wait(LIMIT + 1) == Status(State.UNKNOWN, Reason.SILENT)
    assert bed.planter.soil.needs_water is None
    assert bed.wait(30 * 86_400).state is State.UNKNOWN
    assert bed.hear(DRY) == NEEDS_WATER


def test_a_probe_that_comes_back_into_the_band_finds_the_verdict_that_it_left(bed: Bed) -> None:
    bed.hear(DRY)
    bed.wait(2 * LIMIT)
    assert bed.hear(32.0) == Status(State.NEEDS_WATER, Reason.NOT_RECOVERED)


def test_what_was_fine_before_a_silence_proves_nothing_after_it(bed: Bed) -> None:
    bed.hear(MOIST)
    bed.wait(9 * 86_400)
    assert bed.hear(DRY) == NEEDS_WATER


def test_one_moist_reading_after_a_silence_ends_no_alert(bed: Bed) -> None:
    bed.hear(DRY, DRY)
    bed.wait(9 * 86_400)
    assert bed.hear(40.0).state is State.NEEDS_WATER


def test_a_watering_ends_the_alert_and_is_remembered(bed: Bed) -> None:
    bed.hear(DRY, DRY, DRY)
    assert bed.hear(MOIST, MOIST) == FINE
    assert bed.events == [SoilEvent.WATERED]
    assert bed.planter.soil.last_watered == WALL + bed.now - PERIOD


def test_a_sip_is_seen_and_does_not_end_the_alert(bed: Bed) -> None:
    bed.hear(15.0, 15.0, 15.0, 15.0)
    assert bed.hear(25.0, 25.0) == NEEDS_WATER
    assert bed.events == [SoilEvent.WATERED]


def test_watered_but_nothing_rose_is_told_once(bed: Bed) -> None:
    bed.hear(DRY, DRY, DRY)
    bed.planter.soil.mark_watered(WALL + bed.now)
    assert bed.hear(*[DRY] * 12) == Status(State.NEEDS_WATER, Reason.WATERED_WITHOUT_RISE)
    assert bed.events == [SoilEvent.WATERED_WITHOUT_RISE]
    bed.planter.soil.mark_watered(WALL + bed.now)
    assert bed.hear(MOIST, MOIST) == FINE
    assert bed.events[-1] is SoilEvent.WATERED


def test_a_silent_probe_proves_no_missing_rise(bed: Bed) -> None:
    bed.hear(DRY, DRY, DRY)
    bed.planter.soil.mark_watered(WALL + bed.now)
    bed.wait(86_400)
    assert bed.events == []


def test_at_rest_nothing_is_wanted_and_nothing_is_called_fine(bed: Bed) -> None:
    bed.hear(DRY)
    bed.planter.care.rest_until = WALL + bed.now + 10 * PERIOD
    assert bed.hear(DRY) == Status(State.AT_REST, Reason.RESTING)
    assert bed.planter.soil.needs_water is False
    assert bed.wait(LIMIT + 1).state is State.AT_REST
    assert bed.planter.soil.needs_water is None
    assert bed.hear(*[DRY] * 10) == NEEDS_WATER


def test_a_greenhouse_at_rest_takes_its_planters_along(bed: Bed) -> None:
    bed.planter.greenhouse.care.rest_until = WALL + bed.now + 2 * PERIOD
    assert bed.hear(DRY).state is State.AT_REST
    assert bed.hear(DRY, DRY) == NEEDS_WATER


def test_soil_that_stands_in_water_for_more_than_a_day_is_too_wet(bed: Bed) -> None:
    assert bed.hear(MOIST, *[99.0] * 90) == FINE
    assert bed.hear(*[99.0] * 10) == Status(State.TOO_WET, Reason.ABOVE_LIMIT)
    assert bed.planter.soil.needs_water is False


def test_the_cause_of_not_knowing_is_named_from_the_broker_down_to_the_probe() -> None:
    bed = Bed("sol", "air/temp")
    bed.hear(MOIST)
    air = bed.planter.channels["air/temp"]

    def silent_soil() -> Reason:
        bed.now += 1
        air.take(20.0, bed.now)
        return bed.wait(0).reason

    bed.wait(LIMIT + 1)
    assert silent_soil() is Reason.SOIL_SILENT
    bed.planter.channels["sol"].refused_at = bed.now
    assert silent_soil() is Reason.REFUSED
    bed.planter.greenhouse.hub_said(online=False, now=bed.now)
    assert silent_soil() is Reason.HUB_OFFLINE
    bed.site.link_changed(up=False, now=bed.now)
    assert silent_soil() is Reason.BROKER_UNREACHABLE


def test_a_planter_without_a_soil_probe_was_never_measured() -> None:
    assert Bed("air/temp").wait(0) == Status(State.UNKNOWN, Reason.NEVER_MEASURED)


# The bare probe's voltage


def test_no_voltage_is_no_hundred_percent() -> None:
    bed = Bed("sol", "sol/brut")
    bed.hear(DRY)
    bed.hear_voltage(2500)
    bed.hear(100.0)
    assert bed.hear_voltage(0) == Status(State.UNKNOWN, Reason.IMPLAUSIBLE_VOLTAGE)
    assert not bed.planter.trusts_moisture
    bed.hear_voltage(2500)
    assert bed.planter.trusts_moisture
    assert bed.hear(DRY) == NEEDS_WATER


def test_a_calibrated_planter_is_judged_by_its_voltage() -> None:
    bed = Bed("sol", "sol/brut")
    bed.planter.care.calibration = Calibration(dry_mv=2600, wet_mv=1600)
    assert not bed.planter.trusts_moisture
    assert bed.hear_voltage(2400) == NEEDS_WATER
    assert bed.planter.value(bed.planter.channels["sol"].measure) == 20.0
    assert bed.hear_voltage(200) == Status(State.UNKNOWN, Reason.IMPLAUSIBLE_VOLTAGE)


def test_a_calibrated_planter_whose_voltage_no_longer_comes_is_unknown() -> None:
    bed = Bed("sol", "sol/brut", "air/temp")
    bed.planter.care.calibration = Calibration(dry_mv=2600, wet_mv=1600)
    bed.hear_voltage(2000)
    bed.wait(LIMIT + 1)
    bed.planter.channels["air/temp"].take(20.0, bed.now)
    assert bed.wait(0) == Status(State.UNKNOWN, Reason.VOLTAGE_MISSING)


def test_what_was_measured_before_a_calibration_stays_on_its_own_scale() -> None:
    planter = Bed("sol", "sol/brut").planter
    planter.care.calibration = Calibration(dry_mv=2600, wet_mv=1600)
    planter.care.calibrated_at = WALL
    soil, voltage = planter.channels["sol"], planter.channels["sol/brut"]
    assert list(planter.measured("sol", 55.0, WALL - 1)) == [(soil, 55.0)]
    assert list(planter.measured("sol", 55.0, WALL)) == []
    assert list(planter.measured("sol/brut", 2100, WALL)) == [(voltage, 2100), (soil, 50.0)]
    assert list(planter.measured("sol/brut", 2100, WALL - 1)) == [(voltage, 2100)]
    assert list(planter.measured("air/temp", 20.0, WALL)) == []


# A restart


def test_a_restart_forgets_neither_verdict_nor_watering(bed: Bed) -> None:
    bed.hear(DRY, DRY, DRY, MOIST, MOIST, DRY, DRY, DRY)
    again = Soil.from_dict(bed.planter.soil.as_dict())
    assert again.last_watered == bed.planter.soil.last_watered
    bed.planter.soil = again
    assert bed.hear(32.0) == Status(State.NEEDS_WATER, Reason.NOT_RECOVERED)


@pytest.mark.parametrize(
    "stored", [{}, {"judge": 3}, {"judge": {"verdict": "green"}, "wetting": [], "last_watered": "x"}]
)
def test_a_damaged_record_never_makes_a_dry_planter_fine(bed: Bed, stored: Mapping[str, object]) -> None:
    bed.planter.soil = Soil.from_dict(stored)
    bed.planter.channels["sol"].restore(DRY, 60, bed.now, LIMIT)
    assert bed.wait(0) == NEEDS_WATER


def test_moved_limits_are_what_is_judged_by(bed: Bed) -> None:
    bed.hear(MOIST)
    bed.planter.care.limits = Limits(dry_below=70)
    bed.planter.soil.judge.rethink(MOIST, bed.planter.care.limits)
    assert bed.wait(0) == NEEDS_WATER


# When it will need water


def test_before_it_was_worked_out_nothing_is_foreseen() -> None:
    outlook = Outlook()
    assert (outlook.forecast, outlook.foreseen) == (None, Unforeseen(Because.PENDING))


def test_a_soil_that_is_not_known_is_the_reason_for_not_foreseeing() -> None:
    outlook = Outlook()
    outlook.review(WALL, 30.0, 900.0, trusted=False)
    assert outlook.foreseen == Unforeseen(Because.SOIL_UNKNOWN)


def test_another_reason_is_told_and_the_same_one_is_not() -> None:
    outlook, told = Outlook(), list[Because | None]()
    outlook.listeners.append(lambda: told.append(getattr(outlook.foreseen, "because", None)))
    for quarter in range(96 * 3):
        wall = WALL + 900.0 * quarter
        outlook.drying.take(80 - 0.1 * quarter, wall, None, 900.0)
        if quarter % 4 == 0:
            outlook.review(wall, 30.0, 900.0, trusted=True)
    assert told[:2] == [Because.LEARNING, None]
    assert set(told[1:]) == {None}
    outlook.review(wall, 75.0, 900.0, trusted=True)
    assert told[-1] is Because.DRY_ALREADY


def test_what_stays_far_away_is_told_every_few_hours_only() -> None:
    outlook, told = Outlook(), list[float]()
    outlook.listeners.append(lambda: told.append(getattr(outlook.foreseen, "earliest", 0.0)))
    for quarter in range(96 * 5):
        wall = WALL + 900.0 * quarter
        outlook.drying.take(80 - 0.01 * quarter, wall, None, 900.0)
        if quarter >= 96 * 4 and quarter % 2 == 0:
            outlook.review(wall, 30.0, 900.0, trusted=True)
    assert outlook.foreseen == Unforeseen(Because.FAR_AWAY, told[-1])
    assert told[-1] > WALL + 20 * 86_400
    assert len(told) <= 9
