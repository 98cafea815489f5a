import json

from shared import wire

with open("contract/measures.json") as file:
    MEASURES = json.load(file)
with open("contract/topics.json") as file:
    TOPICS = json.load(file)


def payload(case):
    return case["payload"].encode() if "payload" in case else bytes.fromhex(case["hex"])


def test_every_payload_of_the_contract_means_its_number():
    for case in MEASURES["accept"]:
        value = wire.decode(case["leaf"], payload(case))
        # a board computes in single precision
        assert abs(value - case["value"]) <= 1e-6 * max(1e-30, abs(case["value"])), case


def test_everything_that_the_contract_refuses_is_refused_with_its_reason():
    for case in MEASURES["refuse"]:
        try:
            value = wire.decode(case["leaf"], payload(case))
        except wire.RefusedError as refused:
            assert str(refused) == case.get("reason", str(refused)), case
        else:
            raise AssertionError("%r means %r" % (case, value))


def test_every_planters_topic_of_the_contract_is_taken_apart():
    for case in TOPICS["accept"]:
        if "planter" in case:
            parts = wire.planter_and_leaf(case["topic"], case["greenhouse"])
            assert parts == (case["planter"], case["leaf"]), case


def test_no_topic_that_the_contract_refuses_is_one_of_a_greenhouse():
    for case in TOPICS["refuse"]:
        if "topic" in case:
            assert wire.planter_and_leaf(case["topic"], "1") is None, case


def test_a_topic_of_another_greenhouse_is_none_of_ours():
    assert wire.planter_and_leaf("/serre/2/bac/1/sol", "1") is None


def test_what_is_written_can_be_read_and_needs_no_more_room_than_allowed():
    for leaf, (lowest, highest, decimals) in wire.MEASURES.items():
        for share in range(101):
            value = lowest + (highest - lowest) * share / 100
            text = wire.encode(leaf, value)
            assert len(text) <= wire.LONGEST_PAYLOAD
            assert abs(wire.decode(leaf, text.encode()) - value) <= 0.5001 * 10**-decimals, (leaf, value, text)


def test_nothing_is_written_as_minus_zero():
    assert wire.encode("air/temp", -0.04) == "0.0"
    assert wire.encode("rssi", -0.4) == "0"
