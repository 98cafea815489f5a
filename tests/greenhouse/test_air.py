from custom_components.sigacs.greenhouse.air import GreenhouseAir, PlanterAir
from custom_components.sigacs.greenhouse.climate import Probe

PERIOD = 900.0


def test_a_planters_air_is_shown_in_two_decimals_of_kilopascal_and_one_of_a_degree() -> None:
    air = PlanterAir()
    air.review(25.0, 50.0)
    assert (air.vpd_kpa, air.dew_point_c) == (1.58, 13.9)


def test_without_both_probes_nothing_follows() -> None:
    air = PlanterAir()
    air.review(25.0, 50.0)
    air.review(25.0, None)
    assert (air.vpd_kpa, air.dew_point_c) == (None, None)


def test_only_what_is_shown_otherwise_is_told() -> None:
    air = PlanterAir()
    told: list[float | None] = []
    air.listeners.append(lambda: told.append(air.vpd_kpa))
    for temperature in (25.0, 25.001, 25.0):
        air.review(temperature, 50.0)
    assert told == [1.58]


def test_a_greenhouse_has_one_temperature_though_a_probe_hangs_in_the_sun() -> None:
    air = GreenhouseAir()
    planters = [Probe(str(number), 20.0 + number / 10, 60.0) for number in range(4)]
    air.review([*planters, Probe("sun", 41.0, 60.0)], 3.0, 0.0, PERIOD)
    assert air.climate.temperature == 20.2
    assert air.climate.odd == ("sun",)
    assert air.frost is False


def test_a_greenhouse_that_nobody_measures_has_no_known_risk() -> None:
    air = GreenhouseAir()
    air.review([Probe("1", 1.0, 60.0)], 3.0, 0.0, PERIOD)
    assert air.frost is True
    air.review([Probe("1", None, None)], 3.0, 30.0, PERIOD)
    assert (air.frost, air.condensation, air.climate.temperature) == (None, None, None)


def test_a_median_that_moves_is_shown_every_five_minutes_and_a_risk_at_once() -> None:
    air = GreenhouseAir()
    told: list[tuple[float | None, bool | None]] = []
    air.listeners.append(lambda: told.append((air.climate.temperature, air.frost)))
    for now, temperature in ((0, 8.0), (30, 7.0), (270, 6.0), (300, 5.5), (330, 5.0), (360, 2.9), (390, 3.1)):
        air.review([Probe("1", temperature, 60.0)], 3.0, now, PERIOD)
    assert told == [(8.0, False), (5.5, False), (2.9, True)]
