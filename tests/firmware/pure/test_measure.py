from node.measure import values
from node.sht import crc8

CONFIG = {"soil": {"dry_mv": 2900, "wet_mv": 1630}, "air": "sht30"}
SOIL = [2_074_500 + 1000 * (n % 3 - 1) for n in range(9)]  # 65 %


def fresh():
    return [None, 0, None, 0]


def word(raw):
    both = bytes((raw >> 8, raw & 0xFF))
    return both + bytes((crc8(both),))


AIR = word(25278) + word(38010)


def test_all_probes_are_well():
    measured, faults = values(SOIL, AIR, CONFIG, fresh())
    assert faults == []
    assert {leaf: round(value, 1) for leaf, value in measured.items()} == {
        "sol": 65.0,
        "air/temp": 22.5,
        "air/hum": 58.0,
        "sol/brut": 2074.5,
    }


def test_a_soil_probe_at_ground_gives_a_reason_and_its_voltage_but_no_moisture():
    measured, faults = values([3000, 4000, 3000], AIR, CONFIG, fresh())
    assert faults == ["sol: 0 V"]
    assert "sol" not in measured
    assert measured["sol/brut"] == 3


def test_an_air_sensor_that_is_silent_garbled_or_out_of_its_range_gives_a_reason_and_no_air():
    for answer, reason in ((b"", "missing"), (AIR[:5] + b"\0", "crc"), (word(65535) + word(0), "out of range")):
        measured, faults = values(SOIL, answer, CONFIG, fresh())
        assert faults == ["air: " + reason]
        assert set(measured) == {"sol", "sol/brut"}


def test_a_planter_without_an_air_sensor_lacks_nothing():
    measured, faults = values(SOIL, None, dict(CONFIG, air=None), fresh())
    assert faults == []
    assert set(measured) == {"sol", "sol/brut"}


def test_probes_that_say_the_same_to_the_last_digit_for_long_are_stuck():
    still = fresh()
    seen = [values([2_000_000] * 9, AIR, CONFIG, still)[1] for _ in range(13)]
    assert seen[:12] == [[]] * 12
    assert seen[12] == ["sol: stuck", "air: stuck"]
    assert values(SOIL, word(25279) + word(38010), CONFIG, still)[1] == []
