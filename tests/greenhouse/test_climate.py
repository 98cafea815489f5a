from dataclasses import dataclass
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.climate import (
    Climate,
    Probe,
    climate,
    condensation,
    dew_point,
    frost,
    vapour_pressure_deficit,
)

temperatures = st.floats(-40, 85)
humidities = st.floats(0, 100)
probes = st.lists(
    st.builds(Probe, st.text("ab1", min_size=1), st.none() | temperatures, st.none() | humidities),
    max_size=12,
    unique_by=lambda probe: probe.planter,
)


def air(*values: tuple[float | None, float | None]) -> Climate:
    return climate(Probe(str(number), *value) for number, value in enumerate(values, start=1))


# One planter


@pytest.mark.parametrize(
    ("temperature", "saturation_kpa"),
    # FAO Irrigation and Drainage Paper 56, annex 2, table 2.3
    [(1, 0.657), (10, 1.228), (15, 1.705), (20, 2.338), (24.5, 3.075), (30, 4.243)],
)
def test_dry_air_lacks_what_the_tables_of_the_fao_say_it_could_hold(temperature: float, saturation_kpa: float) -> None:
    assert vapour_pressure_deficit(temperature, 0) == pytest.approx(saturation_kpa, rel=0.004)


@pytest.mark.parametrize(
    ("temperature", "saturation_hpa"),
    # Over supercooled water: Smithsonian Meteorological Tables, 6th edition, table 94 (Goff and Gratch)
    [(0, 6.1078), (-5, 4.2148), (-10, 2.8627), (-20, 1.2540), (-30, 0.5088), (-40, 0.1891)],
)
def test_below_zero_the_air_is_compared_with_liquid_water(temperature: float, saturation_hpa: float) -> None:
    assert 10 * vapour_pressure_deficit(temperature, 0) == pytest.approx(saturation_hpa, rel=0.005)


@pytest.mark.parametrize(
    ("temperature", "humidity", "dew"),
    # DIN 4108-3, table of the dew point by temperature and relative humidity
    [
        (30, 30, 10.5),
        (30, 50, 18.4),
        (30, 80, 26.2),
        (25, 50, 13.9),
        (25, 90, 23.2),
        (20, 40, 6.0),
        (20, 60, 12.0),
        (20, 95, 19.2),
        (15, 70, 9.6),
        (10, 50, 0.1),
        (10, 90, 8.4),
    ],
)
def test_the_dew_point_is_that_of_the_published_table(temperature: float, humidity: float, dew: float) -> None:
    assert dew_point(temperature, humidity) == pytest.approx(dew, abs=0.1)


def test_air_without_any_water_has_no_dew_point() -> None:
    assert dew_point(20, 0) is None


@given(temperatures)
def test_saturated_air_is_at_its_dew_point_and_lacks_nothing(temperature: float) -> None:
    assert dew_point(temperature, 100) == pytest.approx(temperature)
    assert vapour_pressure_deficit(temperature, 100) == 0


@given(temperatures, humidities)
def test_air_is_never_below_its_dew_point_and_never_lacks_less_than_nothing(
    temperature: float, humidity: float
) -> None:
    dew = dew_point(temperature, humidity)
    assert dew is None or dew <= temperature + 1e-9
    assert vapour_pressure_deficit(temperature, humidity) >= 0


@given(temperatures, st.floats(0.1, 100))
def test_air_that_cools_to_its_dew_point_is_saturated(temperature: float, humidity: float) -> None:
    dew = dew_point(temperature, humidity)
    assert dew is not None
    holds = vapour_pressure_deficit(temperature, 0) - vapour_pressure_deficit(temperature, humidity)
    assert holds == pytest.approx(vapour_pressure_deficit(dew, 0), rel=1e-6)


# A greenhouse


def test_nothing_is_known_of_a_greenhouse_whose_probes_are_silent() -> None:
    nothing = Climate(None, None, None, None, (), None, None)
    assert climate(()) == air((None, None), (None, None)) == nothing


def test_two_probes_agree_in_the_middle() -> None:
    assert air((20, 50), (22, 60))[:2] == (21, 55)


def test_temperature_without_humidity_has_no_dew_point() -> None:
    known = air((20, None), (22, None))
    assert (known.temperature, known.humidity, known.dew_point, known.vpd) == (21, None, None, None)


def test_temperature_of_some_and_humidity_of_others_are_one_air() -> None:
    known = air((20, None), (None, 60))
    assert known.dew_point == pytest.approx(12.0, abs=0.1)
    assert known.vpd == pytest.approx(0.935, abs=0.005)


def test_a_probe_in_the_sun_is_named_and_moves_nothing() -> None:
    alike = [(20.1, 60), (20.0, 61), (19.8, 59), (20.2, 60)]
    shade, sunlit = air(*alike), air(*alike, (38.5, 60))
    assert sunlit.odd == ("5",)
    assert sunlit.temperature == pytest.approx(shade.temperature, abs=0.1)


def test_a_wet_probe_is_named_and_moves_nothing() -> None:
    wet = air((20, 60), (20, 61), (20, 59), (20, 100))
    assert (wet.odd, wet.humidity) == (("4",), 60.5)


def test_a_dead_cold_probe_is_no_frost() -> None:
    broken = air((12, 60), (12.5, 61), (-40, 59))
    assert (broken.odd, broken.coldest, broken.coldest_planter) == (("3",), 12, "1")


def test_a_wet_probe_still_knows_how_cold_it_is() -> None:
    wet = air((5, 60), (5.5, 61), (3, 100), (5.2, 62))
    assert (wet.odd, wet.coldest_planter) == (("3",), "3")


def test_three_probes_within_half_a_degree_are_not_odd() -> None:
    assert air((20.0, 60), (20.0, 60), (20.5, 60)).odd == ()


@pytest.mark.parametrize(("off", "odd"), [(3.0, ()), (3.2, ("3",)), (-3.0, ()), (-3.2, ("3",))])
def test_places_in_a_greenhouse_differ_by_three_degrees_without_being_odd(off: float, odd: tuple[str, ...]) -> None:
    assert air((20, 60), (20, 60), (20 + off, 60)).odd == odd


def test_of_two_that_differ_nobody_knows_which_is_right() -> None:
    assert air((10, 60), (40, 60)).odd == ()


def test_where_all_differ_none_is_odd() -> None:
    assert air((10, 60), (15, 60), (20, 60), (25, 60), (30, 60)).odd == ()


def test_a_planter_that_is_odd_twice_is_named_once() -> None:
    assert air((20, 60), (20, 60), (20, 60), (35, 20)).odd == ("4",)


@given(probes)
def test_the_air_lies_between_its_probes_whatever_they_say(some: list[Probe]) -> None:
    known = climate(some)
    measured = [probe.temperature for probe in some if probe.temperature is not None]
    assert (known.temperature is None) is (not measured)
    if known.temperature is not None and known.coldest is not None:
        assert min(measured) <= known.coldest <= known.temperature <= max(measured)
        assert known.coldest_planter in {probe.planter for probe in some if probe.temperature == known.coldest}
    if known.dew_point is not None and known.temperature is not None:
        assert known.dew_point <= known.temperature + 1e-9
    assert set(known.odd) <= {probe.planter for probe in some}


@given(st.lists(st.floats(15, 20), min_size=3, max_size=9), st.floats(-40, 85), st.integers(0, 9))
def test_one_bad_probe_never_carries_the_median_out_of_the_others(good: list[float], bad: float, at: int) -> None:
    mixed = [*good[:at], bad, *good[at:]]
    known = air(*((value, None) for value in mixed))
    assert known.temperature is not None
    assert 15 <= known.temperature <= 20


@given(probes, st.randoms())
def test_the_order_of_the_probes_does_not_matter(some: list[Probe], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert climate(some) == climate(shuffled)


# Risks


@dataclass
class Story:
    """What was said of each value in turn."""

    said: bool | None = None

    def frost(self, coldest: float | None) -> bool | None:
        self.said = frost(self.said, coldest, 3)
        return self.said

    def condensation(self, temperature: float | None, humidity: float | None) -> bool | None:
        self.said = condensation(self.said, air((temperature, humidity)))
        return self.said


def test_frost_is_told_from_the_limit_on_and_ends_a_degree_above_it() -> None:
    story = Story()
    assert [story.frost(value) for value in (4.5, 3.1, 3.0, 3.6, 4.0, 4.1, 3.5)] == [
        False,
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_nobody_knows_of_frost_while_no_probe_speaks() -> None:
    story = Story()
    assert [story.frost(value) for value in (2.0, None, 3.5, 2.0)] == [True, None, False, True]


def test_a_night_wets_the_leaves_once() -> None:
    story = Story()
    night = [(15, 70), (12, 86), (11, 89), (10, 87.5), (11, 85), (14, 78)]
    assert [story.condensation(*values) for values in night] == [False, False, True, True, True, False]


def test_nobody_knows_of_wet_leaves_without_humidity_or_temperature() -> None:
    story = Story()
    assert [story.condensation(*values) for values in ((10, 95), (10, None), (None, 95), (10, 95))] == [
        True,
        None,
        None,
        True,
    ]


def test_perfectly_dry_air_wets_nothing() -> None:
    assert condensation(True, air((20, 0))) is False  # noqa: FBT003


def test_the_coldest_corner_gets_wet_first() -> None:
    assert condensation(None, air((14, 84), (14, 84), (14, 84))) is False
    assert condensation(None, air((14, 84), (14, 84), (12.5, 84))) is True


def test_a_broken_cold_probe_wets_nothing() -> None:
    assert condensation(None, air((14, 70), (14, 70), (-40, 70))) is False


@given(st.lists(st.floats(-10, 10) | st.none(), max_size=40), st.floats(-5, 10))
def test_frost_never_flickers_within_its_gap(values: list[float | None], below: float) -> None:
    said: bool | None = None
    for value in values:
        before, said = said, frost(said, value, below)
        assert (said is None) is (value is None)
        if value is not None:
            within_the_gap = below < value <= below + 1
            assert said is (bool(before) if within_the_gap else value <= below)


@given(temperatures, humidities)
def test_every_air_can_be_judged(temperature: float, humidity: float) -> None:
    known = air((temperature, humidity))
    assert isinstance(condensation(None, known), bool)
    assert all(math.isfinite(value) for value in (known.vpd, known.dew_point) if value is not None)


def test_a_cold_corner_is_odd_and_still_warns_of_frost() -> None:
    air = climate([Probe("1", 6.0, 60.0), Probe("2", 6.2, 60.0), Probe("door", 1.5, 60.0), Probe("4", 6.1, 60.0)])
    assert air.odd == ("door",)
    assert frost(None, air.coldest, 3.0) is True


def test_a_probe_too_cold_to_be_true_wakes_nobody() -> None:
    air = climate([Probe("1", 6.0, 60.0), Probe("2", 6.2, 60.0), Probe("broken", -40.0, 60.0), Probe("4", 6.1, 60.0)])
    assert (air.coldest, frost(None, air.coldest, 3.0)) == (6.0, False)
