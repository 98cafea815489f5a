from collections.abc import Callable
import contextlib
import json
import os
import queue
import signal
import time

from tests.certs.greenhouse import Greenhouse
from tests.firmware.uplink.hub import PERIOD_S, Dashboard, Hub

LATE_S = 3600


def readings(first: int, count: int) -> list[tuple[str, str, str, int]]:
    """So many, of five planters and three leaves, each with a payload of its own; every fourth is late."""
    return [
        (str(n % 5), ("sol", "air/temp", "air/hum")[n % 3], str(n), LATE_S if n % 4 == 3 else 0)
        for n in range(first, first + count)
    ]


def places(all_readings: list[tuple[str, str, str, int]], *, late: bool) -> set[tuple[str, str, str]]:
    return {one[:3] for one in all_readings if (one[3] > PERIOD_S) == late}


def all_came(dashboard: Dashboard, measured: list[tuple[str, str, str, int]]) -> int:
    """Wait for them; each came at its place and at no other. Return how many came more than once."""
    expected = {one[:3] for one in measured}
    with contextlib.suppress(queue.Empty):
        while not expected <= set(dashboard.live()) | set(dashboard.late()):
            dashboard.next()
        dashboard.wait_for_end()
    live, late = dashboard.live(), dashboard.late()
    assert set(live) == places(measured, late=False)
    assert set(late) == places(measured, late=True)
    return sum(count - 1 for count in (live + late).values())


def test_a_session_from_online_to_offline(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    hub.start()
    hub.wait_for_state("online")
    hub.measure(("1", "sol", "65.0", 0), ("1", "air/temp", "22.5", 0), ("1", "air/hum", "58.0", 0))
    dashboard.wait_for(("/serre/1/bac/1/air/hum", "58.0"))
    end = hub.stop()
    dashboard.wait_for_end()
    first = [topic for topic, _ in dashboard.order if "/etat" in topic or "/bac/" in topic]
    assert first[-5:] == [
        "/serre/1/etat",
        "/serre/1/bac/1/sol",
        "/serre/1/bac/1/air/temp",
        "/serre/1/bac/1/air/hum",
        "/serre/1/etat",
    ]
    assert hub.states == ["start", "online", "stopped"]
    assert (end["waiting"], end["dropped"]) == (0, 0)


def test_the_health_is_retained_and_says_when_the_certificates_end(
    greenhouse: Greenhouse, new_hub: Callable[..., Hub]
) -> None:
    hub = new_hub()
    hub.start()
    hub.wait_for_state("online")
    dashboard = Dashboard(greenhouse)
    came = dict([dashboard.next(), dashboard.next()])
    assert came["/serre/1/etat"] == "online"
    health = json.loads(came["/serre/1/sante"])
    assert (health["version"], health["period"], health["dropped"]) == ("0.1.0", PERIOD_S, 0)
    year = 365 * 86400
    assert time.time() + year < health["certificates"]["client"] < time.time() + 2 * year
    assert time.time() + 49 * year < health["certificates"]["ca"]
    assert abs(health["clock"] - time.time()) < 60
    hub.stop()


def test_late_readings_have_their_true_time(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    hub.start()
    before = int(time.time())
    hub.measure(("7", "sol", "12.5", 5000), ("7", "air/hum", "51.5", 1000))
    while not dashboard.late():
        dashboard.next()
    (message,) = [json.loads(payload) for topic, payload in dashboard.order if topic == "/serre/1/bac/7/histo"]
    (first, *one), (second, *two) = message["measurements"]
    assert (one, two) == (["sol", "12.5"], ["air/hum", "51.5"])
    assert second - first == 4000
    assert before - 5002 <= first <= time.time() - 5000 + 2
    hub.stop()


def test_a_long_backlog_goes_out_in_messages_of_4096_bytes_at_most(
    greenhouse: Greenhouse, new_hub: Callable[..., Hub]
) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    leaf = "/".join(["a" * 32] * 4)
    measured = [("p" * 32, leaf, f"{n}.{'0' * 26}", LATE_S) for n in range(100, 400)]
    hub.start()
    for at in range(0, 300, 50):
        hub.measure(*measured[at : at + 50])
    hub.wait_until_left(0)
    hub.stop()
    assert all_came(dashboard, measured) == 0


def test_without_a_clock_old_readings_wait_and_fresh_ones_pass(
    greenhouse: Greenhouse, new_hub: Callable[..., Hub]
) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub(clock=False)
    hub.start()
    hub.wait_for_state("online")
    hub.measure(("1", "sol", "1.5", LATE_S), ("1", "sol", "2.5", 0))
    dashboard.wait_for(("/serre/1/bac/1/sol", "2.5"))
    hub.wait_until_left(1)
    hub.measure(("1", "sol", "3.5", 0))
    dashboard.wait_for(("/serre/1/bac/1/sol", "3.5"))
    assert not dashboard.late()
    now = int(time.time())
    hub.tell(clock=now)
    hub.measure(("1", "sol", "4.5", 0))
    hub.wait_until_left(0)
    while not dashboard.late():
        dashboard.next()
    (message,) = [json.loads(payload) for topic, payload in dashboard.order if topic.endswith("/histo")]
    ((unix, _, payload),) = message["measurements"]
    assert payload == "1.5"
    assert abs(unix - (now - LATE_S)) <= 5
    assert hub.stop()["dropped"] == 0


def test_a_broker_that_is_killed_for_a_while_loses_nothing(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    hub.start()
    hub.wait_for_state("online")
    measured = readings(0, 400)
    for at in range(0, 100, 10):
        hub.measure(*measured[at : at + 10])
    assert greenhouse.broker.pid is not None
    os.kill(greenhouse.broker.pid, signal.SIGKILL)
    for at in range(100, 300, 10):
        hub.measure(*measured[at : at + 10])
    hub.wait_for_state("refused")
    with hub.standing_still():  # or it would be heard by nobody
        dashboard.collect()
        greenhouse.broker.stop()
        greenhouse.broker.start()
        dashboard.listen()
    for at in range(300, 400, 10):
        hub.measure(*measured[at : at + 10])
    hub.wait_until_left(0)
    assert hub.stop()["dropped"] == 0
    assert all_came(dashboard, measured) <= 64  # one batch in doubt


def test_a_frozen_broker_is_noticed_and_loses_nothing(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub(limits={"answer": 1, "login": 2})
    hub.start()
    hub.wait_for_state("online")
    measured = readings(1000, 300)
    hub.measure(*measured[:50])
    assert greenhouse.broker.pid is not None
    os.kill(greenhouse.broker.pid, signal.SIGSTOP)
    try:
        for at in range(50, 150, 10):
            hub.measure(*measured[at : at + 10])
        hub.wait_for_state("frozen")
        hub.wait_for_state("tls-silent")
        hub.measure(*measured[150:200])
    finally:
        os.kill(greenhouse.broker.pid, signal.SIGCONT)
    hub.measure(*measured[200:])
    hub.wait_until_left(0)
    assert hub.stop()["dropped"] == 0
    assert all_came(dashboard, measured) <= 64


def test_a_hub_that_is_killed_again_and_again_loses_nothing(
    greenhouse: Greenhouse, new_hub: Callable[..., Hub]
) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    measured = readings(5000, 300)
    for at in range(0, 300, 60):
        hub.start()
        if at % 120:
            hub.wait_for_state("online")
        for part in range(at, at + 60, 5):
            hub.measure(*measured[part : part + 5])
        hub.kill()
    hub.start()
    hub.wait_until_left(0)
    hub.wait_for_state("online")
    assert hub.stop()["dropped"] == 0
    assert all_came(dashboard, measured) <= 5 * 64


def test_certificates_are_renewed_under_load(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    hub.start()
    hub.wait_for_state("online")
    measured = readings(9000, 200)
    for at in range(0, 100, 10):
        hub.measure(*measured[at : at + 10])
        if at == 30:
            greenhouse.applying(lambda: greenhouse.pki.renew(["server"]))
        if at == 60:
            greenhouse.applying(lambda: greenhouse.pki.renew(["hub-1"]))
            hub.take_certificates(greenhouse.pki.folder / "hub-1")
    hub.wait_until_left(0)
    dashboard.collect()
    greenhouse.broker.stop()  # so that each side shows the other its new certificate
    hub.measure(*measured[100:150])
    with hub.standing_still():
        greenhouse.broker.start()
        dashboard.listen()
    hub.measure(*measured[150:])
    hub.wait_for_state("online")
    hub.wait_until_left(0)
    hub.stop()
    assert all_came(dashboard, measured) <= 64


def test_idle_the_hub_pings_and_stays(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    hub = new_hub(limits={"idle": 1})
    hub.start()
    hub.wait_for_state("online")
    since = greenhouse.broker.log_size()
    greenhouse.broker.wait_for_log("Received PINGREQ from hub-1", since=since)
    since = greenhouse.broker.log_size()
    greenhouse.broker.wait_for_log("Received PINGREQ from hub-1", since=since)
    assert hub.states == ["start", "online"]
    since = greenhouse.broker.log_size()
    hub.stop()
    greenhouse.broker.wait_for_log("Received DISCONNECT from hub-1", since=since)
