from collections.abc import Callable

import pytest

from custom_components.sigacs.greenhouse.measure import MEASURES
from custom_components.sigacs.greenhouse.refusal import Reason, RefusedError
from custom_components.sigacs.greenhouse.site import Site
from custom_components.sigacs.greenhouse.topic import MeasureTopic, Place


@pytest.fixture
def site() -> Site:
    return Site(max_planters=2, max_other_measures=2)


def topic(planter: str, leaf: str = "sol", greenhouse: str = "1") -> MeasureTopic:
    return MeasureTopic(greenhouse, planter, leaf)


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        attempt()
    assert error.value.reason is Reason.TOO_MANY
    return str(error.value)


def test_a_new_topic_makes_its_greenhouse_planter_and_channel_known(site: Site) -> None:
    channel = site.admit_channel(topic("1"))
    discovered = site.take_discovered()
    assert (discovered.greenhouses, discovered.planters) == ([channel.planter.greenhouse], [channel.planter])
    assert discovered.channels == [channel]
    assert (str(channel.planter.greenhouse), str(channel.planter)) == ("/serre/1", "/serre/1/bac/1")
    assert (channel.topic, channel.measure) == ("/serre/1/bac/1/sol", MEASURES["sol"])


def test_what_became_known_is_handed_over_once(site: Site) -> None:
    site.admit_channel(topic("1"))
    assert site.discovered
    site.take_discovered()
    assert not site.discovered
    site.admit_channel(topic("1"))
    site.admit_greenhouse("1")
    site.ensure_place(Place("1", "1"))
    assert not site.take_discovered()


def test_a_known_planter_is_found_again(site: Site) -> None:
    soil, air = site.admit_channel(topic("1")), site.admit_channel(topic("1", "air/temp"))
    assert soil.planter is air.planter
    assert site.admit_channel(topic("1")) is soil
    assert list(site.planters) == [soil.planter]
    assert list(site.channels) == [soil, air]


def test_planters_of_the_same_number_in_two_greenhouses_are_two(site: Site) -> None:
    here, there = site.admit_channel(topic("1")), site.admit_channel(topic("1", greenhouse="2"))
    assert here.planter is not there.planter


def test_a_planter_beyond_the_limit_is_refused_in_any_greenhouse(site: Site) -> None:
    site.admit_channel(topic("1"))
    site.admit_channel(topic("2", greenhouse="2"))
    assert "limit of 2" in refused(lambda: site.admit_channel(topic("3")))
    refused(lambda: site.admit_channel(topic("1", greenhouse="3")))
    assert set(site.greenhouses) == {"1", "2"}
    assert site.admit_channel(topic("1", "air/temp"))


def test_greenhouses_without_planters_are_limited_too(site: Site) -> None:
    site.admit_greenhouse("1")
    site.admit_greenhouse("2")
    refused(lambda: site.admit_greenhouse("3"))
    assert site.admit_greenhouse("1") is site.greenhouses["1"]


def test_unknown_measures_of_a_planter_are_limited_known_ones_are_not(site: Site) -> None:
    for leaf in ("co2", "lux"):
        site.admit_channel(topic("1", leaf))
    assert "2" in refused(lambda: site.admit_channel(topic("1", "ph")))
    for leaf in MEASURES:
        site.admit_channel(topic("1", leaf))
    assert site.admit_channel(topic("1", "co2")).measure.leaf == "co2"
    assert site.admit_channel(topic("2", "ph"))


def test_what_the_registries_know_is_not_limited(site: Site) -> None:
    for number in range(5):
        site.ensure_channel(topic(str(number), f"leaf{number}"))
        site.ensure_place(Place(f"empty{number}", None))
    assert len(list(site.planters)) == 5
    assert len(site.greenhouses) == 6


def test_a_dropped_planter_makes_room_and_is_new_when_it_comes_back(site: Site) -> None:
    first, other = site.admit_channel(topic("1")), site.admit_channel(topic("2"))
    site.take_discovered()
    assert site.drop(Place("1", "1")) == [first.planter]
    assert list(site.planters) == [other.planter]
    again = site.admit_channel(topic("1"))
    assert again is not first
    assert site.take_discovered().planters == [again.planter]


def test_a_dropped_greenhouse_takes_its_planters_along(site: Site) -> None:
    planters = [site.admit_channel(topic(number)).planter for number in ("1", "2")]
    assert site.drop(Place("1", None)) == planters
    assert list(site.channels) == []
    assert site.admit_channel(topic("3"))


@pytest.mark.parametrize("place", [Place("9", None), Place("9", "1"), Place("1", "9")])
def test_dropping_what_is_not_there_does_nothing(site: Site, place: Place) -> None:
    channel = site.admit_channel(topic("1"))
    assert site.drop(place) == []
    assert list(site.channels) == [channel]


# The link


def test_after_a_long_time_without_a_link_everybody_has_time_again() -> None:
    site = Site(max_planters=1, max_other_measures=0)
    greenhouse = site.ensure_greenhouse("1")
    site.link_changed(up=True, now=1000)
    assert greenhouse.listening_since == 1000
    site.link_changed(up=False, now=2000)
    assert greenhouse.listening_since is None
    site.link_changed(up=True, now=9000)
    assert greenhouse.listening_since == 9000


def test_a_link_that_was_away_for_a_moment_begins_nothing_anew() -> None:
    site = Site(max_planters=1, max_other_measures=0)
    site.link_changed(up=True, now=1000)
    for now in range(2000, 9000, 1000):
        site.link_changed(up=False, now=now)
        site.link_changed(up=False, now=now + 30)
        site.link_changed(up=True, now=now + 60)
        site.link_changed(up=True, now=now + 90)
    assert site.ensure_greenhouse("1").listening_since == 1000


def test_a_greenhouse_that_becomes_known_is_listened_to_like_the_others() -> None:
    site = Site(max_planters=1, max_other_measures=0)
    assert site.ensure_greenhouse("1").listening_since is None
    site.link_changed(up=True, now=1000)
    assert site.ensure_greenhouse("2").listening_since == 1000
    site.link_changed(up=False, now=2000)
    assert site.ensure_greenhouse("3").listening_since is None
