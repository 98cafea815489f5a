from dataclasses import replace
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.calibration import Calibration
from custom_components.sigacs.greenhouse.diagnosis import (
    Cause,
    Facts,
    Moment,
    clock_is_lost,
    clock_is_wrong,
    diagnose,
    facts_of,
)
from custom_components.sigacs.greenhouse.hub import Health
from custom_components.sigacs.greenhouse.refusal import Example, Reason, Refusals, RefusedError
from custom_components.sigacs.greenhouse.site import Site
from custom_components.sigacs.greenhouse.state import Planter
from custom_components.sigacs.greenhouse.topic import MeasureTopic

WALL = 1_795_357_765.0
NOW = 500_000.0
LIMIT = 3000.0
LONG_AGO = NOW - 10_000
EVERYTHING = ("sol", "air/temp", "air/hum", "batterie", "rssi")

SPEAKING = Facts("1", "3", since=WALL - 60, silent=False, soil_fresh=True, air_fresh=True, hub_online=True)
SILENT = replace(SPEAKING, since=WALL - 10_000, silent=True, soil_fresh=False, air_fresh=False, others_speak=True)
REFUSED = Example("/serre/1/bac/3/sol", "b'65,0'", Reason.NOT_DECIMAL, "not a number")


def cause(facts: Facts) -> Cause:
    return diagnose(facts).cause


# The order of causes


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SPEAKING, Cause.SPEAKS),
        (SILENT, Cause.SILENT),
        (replace(SILENT, problem="connection_refused"), Cause.LINK_DOWN),
        (replace(SPEAKING, problem="connection_refused"), Cause.LINK_DOWN),
        (replace(SILENT, rest_until=WALL + 1), Cause.AT_REST),
        (replace(SPEAKING, rest_until=WALL + 1), Cause.SPEAKS),
        (replace(SILENT, hub_online=False), Cause.HUB_OFFLINE),
        (replace(SILENT, hub_online=False, hub_certificate_expired=True), Cause.HUB_CERTIFICATE_EXPIRED),
        (replace(SILENT, hub_certificate_expired=True), Cause.SILENT),
        (
            replace(SILENT, hub_certificate_expired=True, alone=False, others_speak=False),
            Cause.HUB_CERTIFICATE_EXPIRED,
        ),
        (replace(SILENT, hub_online=False, hub_clock_offset_s=-3600.0), Cause.HUB_CLOCK_WRONG),
        (replace(SILENT, hub_clock_offset_s=-3600.0), Cause.SILENT),
        (replace(SILENT, since=None, hub_online=None, others_speak=False), Cause.HUB_NEVER_HEARD),
        (replace(SILENT, since=None), Cause.NEVER_HEARD),
        (replace(SILENT, since=None, refused=REFUSED), Cause.REFUSED),
        (replace(SPEAKING, soil_fresh=False, refused=REFUSED), Cause.REFUSED),
        (replace(SILENT, alone=False, others_speak=False), Cause.GREENHOUSE_SILENT),
        (replace(SILENT, alone=True, others_speak=False), Cause.SILENT),
        (replace(SILENT, late_at=WALL - 5, alone=False, others_speak=False), Cause.LATE_ONLY),
        (replace(SILENT, late_at=WALL - 5, since=None), Cause.LATE_ONLY),
        (replace(SILENT, battery=20.0), Cause.BATTERY_LOW),
        (replace(SILENT, battery=21.0), Cause.SILENT),
        (replace(SILENT, battery=3.0, signal=-90.0), Cause.BATTERY_LOW),
        (replace(SILENT, battery=80.0, signal=-85.0), Cause.SIGNAL_WEAK),
        (replace(SILENT, battery=80.0, signal=-84.0), Cause.SILENT),
        (replace(SPEAKING, battery=3.0, signal=-90.0), Cause.SPEAKS),
        (replace(SPEAKING, implausible=True, soil_fresh=False), Cause.PROBE_IMPLAUSIBLE),
        (replace(SPEAKING, voltage_missing=True, soil_fresh=False), Cause.VOLTAGE_MISSING),
        (replace(SPEAKING, soil_fresh=False), Cause.SOIL_SILENT),
        (replace(SPEAKING, air_fresh=False), Cause.AIR_SILENT),
        (replace(SPEAKING, air_fresh=None), Cause.SPEAKS),
    ],
)
def test_the_most_probable_cause_is_named(facts: Facts, expected: Cause) -> None:
    assert cause(facts) is expected


maybe = st.none() | st.floats(min_value=0, max_value=2e9)
facts = st.builds(
    Facts,
    greenhouse=st.just("1"),
    planter=st.just("3"),
    problem=st.none() | st.just("no_answer"),
    since=maybe,
    silent=st.booleans(),
    rest_until=maybe,
    late_at=maybe,
    soil_fresh=st.none() | st.booleans(),
    air_fresh=st.none() | st.booleans(),
    implausible=st.booleans(),
    voltage_missing=st.booleans(),
    battery=st.none() | st.floats(0, 100),
    signal=st.none() | st.floats(-130, 0),
    refused=st.none() | st.just(REFUSED),
    alone=st.booleans(),
    others_speak=st.booleans(),
    hub_online=st.none() | st.booleans(),
    hub_certificate_expired=st.booleans(),
    hub_clock_offset_s=st.none() | st.floats(-1e6, 1e6),
)


@given(known=facts)
def test_a_planter_that_is_silent_never_seems_to_speak(known: Facts) -> None:
    found = cause(known)
    if known.silent:
        assert found not in {Cause.SPEAKS, Cause.SOIL_SILENT, Cause.AIR_SILENT} or known.since is None
    if found is Cause.SPEAKS:
        assert not known.silent
        assert known.problem is None


@given(known=facts)
def test_an_answer_says_only_what_is_known(known: Facts) -> None:
    found = diagnose(known)
    assert all(getattr(known, name) == value for name, value in found.about.items())
    certain = {"problem", "battery", "signal", "hub_clock_offset_s", "rest_until", "topic", "reason", "late_at"}
    assert [name for name in certain & found.about.keys() if found.about[name] is None] == []


# Gathering what is known


@pytest.fixture
def planter() -> Planter:
    return planter_of(Site(max_planters=9, max_other_measures=0))


def planter_of(site: Site, id_: str = "3", *leaves: str) -> Planter:
    for leaf in leaves or EVERYTHING:
        site.admit_channel(MeasureTopic("1", id_, leaf))
    greenhouse = site.greenhouses["1"]
    greenhouse.hub_said(online=True, now=0)
    return greenhouse.planters[id_]


def hear(planter: Planter, at: float, *leaves: str, value: float = 60.0) -> None:
    for leaf in leaves or planter.channels:
        planter.channels[leaf].take(-value if leaf == "rssi" else value, at)


def judged(planter: Planter, refusals: Refusals | None = None, problem: str | None = None) -> Facts:
    for one in planter.greenhouse.planters.values():
        one.judge(NOW, LIMIT)
    return facts_of(planter, Moment(NOW, WALL), refusals or Refusals(), LIMIT, problem=problem)


def test_a_planter_that_speaks_is_said_to(planter: Planter) -> None:
    hear(planter, NOW - 60)
    found = diagnose(judged(planter))
    assert found == (Cause.SPEAKS, {"since": WALL - 60})


def test_the_battery_counts_as_it_was_when_last_heard(planter: Planter) -> None:
    hear(planter, LONG_AGO)
    planter.channels["batterie"].take(12.0, LONG_AGO)
    assert diagnose(judged(planter)) == (Cause.BATTERY_LOW, {"since": WALL - 10_000, "battery": 12.0})


def test_a_soil_probe_alone_that_fell_silent_is_told_from_the_planter(planter: Planter) -> None:
    hear(planter, LONG_AGO)
    hear(planter, NOW - 60, "air/temp", "air/hum")
    about = {"soil_since": WALL - 10_000, "since": WALL - 60}
    assert diagnose(judged(planter)) == (Cause.SOIL_SILENT, about)


def test_planters_that_fell_silent_together_share_their_cause() -> None:
    site = Site(max_planters=9, max_other_measures=0)
    one, other = planter_of(site, "1"), planter_of(site, "2")
    hear(one, LONG_AGO)
    hear(other, LONG_AGO + 900)
    assert cause(judged(one)) is Cause.GREENHOUSE_SILENT


def test_a_planter_that_died_months_ago_does_not_make_the_next_one_a_matter_of_the_hub() -> None:
    site = Site(max_planters=9, max_other_measures=0)
    one, other = planter_of(site, "1"), planter_of(site, "2")
    hear(one, LONG_AGO)
    hear(other, NOW - 400_000)
    assert cause(judged(one)) is Cause.SILENT


def test_what_was_refused_on_its_own_topic_is_quoted(planter: Planter) -> None:
    refusals = Refusals()
    hear(planter, LONG_AGO)
    hear(planter, NOW - 60, "air/temp", "air/hum")
    for topic, payload in (("/serre/1/bac/3/sol", b"65,0"), ("/serre/1/bac/33/sol", b"nan")):
        refusals.add(topic, payload, RefusedError(Reason.NOT_DECIMAL, "no number"))
    planter.channels["sol"].refused_at = NOW - 60
    about = {"topic": "/serre/1/bac/3/sol", "payload": "b'65,0'", "reason": Reason.NOT_DECIMAL}
    assert diagnose(judged(planter, refusals)) == (Cause.REFUSED, about)


def test_a_refusal_that_a_good_value_has_answered_is_over(planter: Planter) -> None:
    refusals = Refusals()
    refusals.add("/serre/1/bac/3/sol", b"65,0", RefusedError(Reason.NOT_DECIMAL, "no number"))
    planter.channels["sol"].refused_at = LONG_AGO - 900
    hear(planter, LONG_AGO)
    assert cause(judged(planter, refusals)) is Cause.SILENT


def test_late_measurements_count_only_when_they_came_during_the_silence(planter: Planter) -> None:
    hear(planter, LONG_AGO)
    planter.late_at = LONG_AGO + 5
    assert cause(judged(planter)) is Cause.SILENT
    planter.late_at = NOW - 100
    about = {"since": WALL - 10_000, "late_at": WALL - 100}
    assert diagnose(judged(planter)) == (Cause.LATE_ONLY, about)


def test_the_rest_of_the_greenhouse_is_the_rest_of_its_planters(planter: Planter) -> None:
    hear(planter, LONG_AGO)
    planter.care.rest_until = WALL - 1
    assert cause(judged(planter)) is Cause.SILENT
    planter.greenhouse.care.rest_until = WALL + 100
    assert diagnose(judged(planter)) == (Cause.AT_REST, {"rest_until": WALL + 100})


def test_the_hubs_certificate_is_looked_at_only_once_it_has_ended(planter: Planter) -> None:
    hear(planter, LONG_AGO)
    planter.greenhouse.hub_said(online=False, now=NOW - 100)
    planter.greenhouse.health = Health(certificates={"client": WALL + 1, "ca": WALL - 1})
    assert cause(judged(planter)) is Cause.HUB_OFFLINE
    planter.greenhouse.health = Health(certificates={"client": WALL})
    assert cause(judged(planter)) is Cause.HUB_CERTIFICATE_EXPIRED


def test_a_calibrated_planter_without_its_voltage_speaks_all_the_same() -> None:
    planter = planter_of(Site(max_planters=9, max_other_measures=0), "3", "sol", "sol/brut")
    planter.care.calibration = Calibration(2900.0, 1600.0)
    hear(planter, LONG_AGO)
    planter.heard(NOW - 60)
    assert diagnose(judged(planter)) == (Cause.VOLTAGE_MISSING, {"since": WALL - 60})


def test_a_voltage_that_no_soil_gives_is_named(planter: Planter) -> None:
    planter = planter_of(Site(max_planters=9, max_other_measures=0), "3", "sol", "sol/brut")
    hear(planter, NOW - 60, "sol")
    planter.channels["sol/brut"].take(0.0, NOW - 60)
    planter.probe_voltage(0.0)
    assert diagnose(judged(planter)) == (Cause.PROBE_IMPLAUSIBLE, {"millivolts": 0.0})


def test_a_planter_known_by_name_only_was_never_heard(planter: Planter) -> None:
    assert cause(judged(planter)) is Cause.NEVER_HEARD
    planter.greenhouse.online = None
    assert cause(judged(planter)) is Cause.HUB_NEVER_HEARD


def test_planters_that_were_all_never_heard_share_their_cause() -> None:
    site = Site(max_planters=9, max_other_measures=0)
    one, _other = planter_of(site, "1"), planter_of(site, "2")
    assert not judged(one).alone
    one.heard(LONG_AGO)
    assert judged(one).alone


def test_a_link_that_is_down_explains_everything(planter: Planter) -> None:
    assert diagnose(judged(planter, problem="no_answer")) == (Cause.LINK_DOWN, {"problem": "no_answer"})


# The hub's clock


@pytest.mark.parametrize(
    ("offset_s", "wrong"), [(None, False), (0, False), (300, False), (-300, False), (301, True), (-9e8, True)]
)
def test_a_clock_may_be_off_by_five_minutes(offset_s: float | None, *, wrong: bool) -> None:
    assert clock_is_wrong(offset_s) is wrong


@pytest.mark.parametrize(
    ("health", "lost"),
    [
        (Health(), False),
        (Health(clock_unset=True), False),
        (Health(clock_unset=True, uptime_s=900), False),
        (Health(clock_unset=True, uptime_s=901), True),
        (Health(uptime_s=9000), False),
    ],
)
def test_a_hub_has_a_quarter_of_an_hour_to_learn_the_time(health: Health, *, lost: bool) -> None:
    assert clock_is_lost(health) is lost


def test_a_monotonic_second_becomes_a_time_of_day() -> None:
    assert Moment(NOW, WALL).unix(NOW - 5) == WALL - 5
    assert Moment(NOW, WALL).unix(None) is None
    assert math.isinf(Moment(NOW, WALL).unix(-math.inf) or 0)
