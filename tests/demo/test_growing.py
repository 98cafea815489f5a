from itertools import pairwise

import pytest

from demo.growing import DAY_S, Planter, air_humidity, air_temperature, two_greenhouses


def moisture(planter: Planter) -> float:
    return float(dict(planter.read())["sol"])


def test_a_day_is_cold_at_its_start_and_warm_in_its_middle() -> None:
    assert air_temperature(0) == air_temperature(DAY_S) == pytest.approx(15)
    assert air_temperature(DAY_S / 2) == pytest.approx(27)


def test_warm_air_is_drier() -> None:
    assert air_humidity(27) < air_humidity(15)


def test_soil_dries_and_is_watered_before_it_is_too_dry() -> None:
    planter = Planter("1", 65.0, 400, watered_below=30, watered_to=75)
    seen = []
    for at_s in range(0, 3600, 10):
        planter.advance(at_s)
        seen.append(planter.moisture)
    assert min(seen) > 29
    assert 60 < max(seen) < 77
    rises = sum(after > before for before, after in pairwise(seen))
    assert 0 < rises < len(seen) / 4  # quick to water, slow to dry


def test_something_moves_within_a_minute() -> None:
    planters = [planter for planters in two_greenhouses().values() for planter in planters]
    before = [moisture(planter) for planter in planters]
    for planter in planters:
        planter.advance(60)
    assert all(abs(moisture(planter) - old) > 1 for planter, old in zip(planters, before, strict=True))


def test_the_warmer_the_faster() -> None:
    cold, warm = Planter("1", 65.0, 400), Planter("1", 65.0, 400, at_s=DAY_S / 2)
    cold.advance(60)
    warm.advance(DAY_S / 2 + 60)
    assert warm.moisture < cold.moisture


def test_the_same_seed_tells_the_same_story() -> None:
    def story(seed: int) -> list[tuple[str, str]]:
        (planter, *_), _ = two_greenhouses(seed).values()
        planter.advance(100)
        return list(planter.read())

    assert story(1) == story(1) != story(2)


def test_steps_do_not_change_the_outcome() -> None:
    one, other = Planter("1", 65.0, 400), Planter("1", 65.0, 400)
    one.advance(600)
    for at_s in range(600):
        other.advance(at_s + 1)
    assert one.moisture == other.moisture


def test_payloads_are_plain_decimals_as_on_the_wire() -> None:
    planter = Planter("1", 65.0, 400, battery=87)
    assert {leaf: payload.count(".") for leaf, payload in planter.read()} == {
        "sol": 1,
        "air/temp": 1,
        "air/hum": 1,
        "batterie": 0,
        "rssi": 0,
    }
