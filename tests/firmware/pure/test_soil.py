from node.soil import implausible, median, percent

EARTH = (2900, 1630)
RISING = (800, 2400)


def nine(millivolts, spread=3):
    return [int(1000 * millivolts) + 1000 * (n % 3 - 1) * spread // 2 for n in range(9)]


def test_the_median_does_not_mind_an_outlier():
    assert median([5, 1, 900, 4, 3]) == 4


def test_moisture_runs_from_dry_to_wet_either_way():
    assert [percent(mv * 1000, *EARTH) for mv in (2900, 2265, 1630)] == [0, 50, 100]
    assert [percent(mv * 1000, *RISING) for mv in (800, 1600, 2400)] == [0, 50, 100]


def test_moisture_ends_at_nothing_and_at_everything():
    assert percent(3_000_000, *EARTH) == 0
    assert percent(1_000_000, *EARTH) == 100


def test_every_voltage_between_gives_its_own_moisture():
    values = [percent(microvolts, *EARTH) for microvolts in range(1_630_000, 2_900_000, 1000)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)


def test_soil_is_plausible_from_soaked_to_dust():
    assert [implausible(nine(mv), *EARTH) for mv in (400, 1630, 2000, 2900, 3000)] == [""] * 5
    assert [implausible(nine(mv), *RISING) for mv in (700, 800, 2400, 3000)] == [""] * 4


def test_what_cannot_be_soil_has_a_reason():
    assert implausible(nine(0), *EARTH) == "0 V"
    assert implausible(nine(49), *EARTH) == "0 V"
    assert implausible(nine(3134), *EARTH) == "rail"
    assert implausible(nine(3050), *EARTH) == "out of soil"
    assert implausible(nine(600), *RISING) == "out of soil"


def test_a_pin_that_hangs_in_the_air_is_unsteady():
    assert implausible([1_200_000, 1_900_000, 1_500_000], *EARTH) == "unstable"
