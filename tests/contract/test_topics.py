from collections import Counter
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.refusal import Reason, RefusedError
from custom_components.sigacs.greenhouse.topic import (
    SUBSCRIPTIONS,
    HubSubject,
    HubTopic,
    MeasureTopic,
    Place,
    greenhouse_path,
    parse,
    parse_measure,
    parse_place,
    planter_path,
)
from tests.contract.vectors import load, name, outcome

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
levels = st.text(_LETTERS, min_size=1, max_size=32)
leaves = st.lists(levels, min_size=1, max_size=4).map("/".join)
measure_topics = st.builds(MeasureTopic, levels, levels, leaves)
hub_topics = st.builds(HubTopic, levels, st.sampled_from(HubSubject))
# Texts that are nearly right: right topics with a piece put in, taken out, or repeated.
pieces = (
    st.sampled_from([*_LETTERS, "/", "//", "+", "#", " ", "\n", "\0", "é", ".", "/serre/", "/bac/", "/etat"])
    | st.text()
)
near_misses = st.builds(
    lambda topic, at, length, piece: str(topic)[:at] + piece + str(topic)[at + length :],
    measure_topics | hub_topics,
    st.integers(0, 120),
    st.integers(0, 5),
    pieces,
)


@pytest.mark.parametrize("case", load("topics", "accept"), ids=name)
def test_a_topic_of_the_contract_is_taken_apart(case: dict[str, str]) -> None:
    topic = parse(case["topic"])
    match topic:
        case MeasureTopic(greenhouse, planter, leaf):
            parts = {"greenhouse": greenhouse, "planter": planter, "leaf": leaf}
        case HubTopic(greenhouse, subject):
            parts = {"greenhouse": greenhouse, "subject": subject}
    assert {"topic": str(topic), **parts} == case


@pytest.mark.parametrize("case", load("topics", "refuse"), ids=name)
def test_a_topic_that_is_nearly_right_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(case["topic"])
    assert refused.value.reason == case["reason"]


def test_no_topic_stands_twice_in_the_contract() -> None:
    cases: list[dict[str, Any]] = load("topics", "accept") + load("topics", "refuse")
    assert [topic for topic, times in Counter(case["topic"] for case in cases).items() if times > 1] == []


@given(measure_topics | hub_topics)
def test_a_topic_read_back_is_the_same_topic(topic: MeasureTopic | HubTopic) -> None:
    assert parse(str(topic)) == topic


@given(st.text() | near_misses)
def test_whatever_is_accepted_spells_itself_again_and_was_subscribed_to(text: str) -> None:
    match outcome(lambda: parse(text)):
        case RefusedError(reason=reason):
            assert reason is Reason.TOPIC
        case topic:
            assert str(topic) == text
            assert any(_matches(pattern.split("/"), text.split("/")) for pattern in SUBSCRIPTIONS)


def _matches(pattern: list[str], topic: list[str]) -> bool:
    if pattern[-1] == "#":
        pattern, topic = pattern[:-1], topic[: len(pattern) - 1]
    return len(pattern) == len(topic) and all(p in ("+", t) for p, t in zip(pattern, topic, strict=True))


@given(measure_topics)
def test_only_measures_are_read_as_measures(topic: MeasureTopic) -> None:
    assert parse_measure(str(topic)) == topic
    assert parse_measure(planter_path(topic.greenhouse, topic.planter)) is None
    assert parse_place(str(topic)) is None


@given(levels, levels)
def test_a_place_read_back_is_the_same_place(greenhouse: str, planter: str) -> None:
    assert parse_place(greenhouse_path(greenhouse)) == Place(greenhouse, None)
    assert parse_place(planter_path(greenhouse, planter)) == Place(greenhouse, planter)


@pytest.mark.parametrize("text", ["", "/serre", "/serre/", "/serre/1/", "/serre/1/bac", "/serre/1/bac/1/", "/serre/é"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert parse_place(text) is None
