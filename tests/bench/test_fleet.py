import json

from hypothesis import given, strategies as st

from bench.fleet import Fleet


def test_three_sensors_for_each_planter() -> None:
    fleet = Fleet(2)
    assert fleet.sensors == 6
    assert fleet.topics[:3] == ["/serre/1/bac/1/sol", "/serre/1/bac/1/air/temp", "/serre/1/bac/1/air/hum"]


@given(st.integers(0, 10_000))
def test_each_turn_changes_every_value_and_its_end_mark_is_a_value_of_no_turn(number: int) -> None:
    fleet = Fleet(1)
    now, after = fleet.turn(number), fleet.turn(number + 1)
    assert not set(now) & set(after)
    assert fleet.end_mark(number) not in (now[-1], after[-1])


def test_core_is_told_of_each_topic_once_under_an_id_of_its_own() -> None:
    fleet = Fleet(5)
    told = [json.loads(packet[packet.index(b"{") :]) for packet in fleet.discovery()]
    assert [sensor["state_topic"] for sensor in told] == fleet.topics
    assert len({sensor["unique_id"] for sensor in told}) == fleet.sensors
