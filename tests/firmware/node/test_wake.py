import json
import time

import pytest

from tests.firmware.node.stick import Hub, Stick, until

LEAVES = {"sol", "air/temp", "air/hum", "batterie", "tension", "rssi", "sol/brut"}


def test_a_wake_delivers_everything_that_the_planter_has_to_say(hub: Hub, stick: Stick) -> None:
    stick.world(moisture=65.0, temperature=22.5, humidity=58.0, battery_mv=3910, rssi=-61)
    wake = stick.wake()
    assert wake["delivered"]
    assert dict(hub.heard) == {
        "sol": "65.0",
        "air/temp": "22.5",
        "air/hum": "58.0",
        "batterie": "76",
        "tension": "3.91",
        "rssi": "-61",
        "sol/brut": "2074",
    }
    assert "wifi: connected to serre" in stick.said


@pytest.mark.parametrize("board", ["stickc", "stickc-plus", "stickc-plus2"])
@pytest.mark.parametrize("air", ["sht30", "sht40", None])
def test_every_board_works_with_every_air_sensor_and_without(
    hub: Hub, stick: Stick, board: str, air: str | None
) -> None:
    stick.configure(board=board, air=air)
    stick.world(temperature=-7.3, humidity=91.2)
    stick.write("nvs.json", {})
    assert stick.wake()["delivered"]
    assert (hub.latest("air/temp"), hub.latest("air/hum")) == (("-7.3", "91.2") if air else (None, None))


def test_a_probe_with_a_power_pin_of_its_own_is_read(hub: Hub, stick: Stick) -> None:
    stick.configure(pins={"power": 25, "soil": 36})
    stick.world(moisture=40.0)
    stick.wake()
    assert hub.latest("sol") == "40.0"


def test_a_rising_probe_is_calibrated_the_other_way(hub: Hub, stick: Stick) -> None:
    stick.configure(soil={"dry_mv": 800, "wet_mv": 2400})
    stick.world(moisture=40.0)
    stick.wake()
    assert (hub.latest("sol"), hub.latest("sol/brut")) == ("40.0", "1440")


def test_a_soil_probe_that_was_pulled_out_says_why_instead_of_a_value_and_is_forgiven(hub: Hub, stick: Stick) -> None:
    stick.world(soil_mv=0)
    stick.wake()
    assert {leaf for leaf, _ in hub.heard} == LEAVES - {"sol"} | {"defaut"}
    assert (hub.latest("defaut"), hub.latest("sol/brut")) == ("sol: 0 V", "0")
    stick.world(moisture=50.0)
    stick.wake()
    assert (hub.latest("defaut"), hub.latest("sol")) == ("", "50.0")
    before = len(hub.heard)
    stick.wake()
    assert "defaut" not in dict(hub.heard[before:])  # once is enough


@pytest.mark.parametrize(("fault", "reason"), [("absent", "missing"), ("crc", "crc")])
def test_an_air_sensor_that_fails_says_why_and_the_soil_goes_on(
    hub: Hub, stick: Stick, fault: str, reason: str
) -> None:
    stick.world(sht=fault, moisture=33.3)
    stick.wake()
    assert hub.latest("defaut") == "air: " + reason
    assert hub.latest("sol") == "33.3"
    assert hub.latest("air/temp") is None


def test_two_faults_are_told_together(hub: Hub, stick: Stick) -> None:
    stick.world(sht="absent", soil_mv=3300)
    stick.wake()
    assert hub.latest("defaut") == "sol: rail; air: missing"


def test_readings_of_an_outage_are_kept_and_told_with_their_age(hub: Hub, stick: Stick) -> None:
    hub.stop()
    stick.world(soil_mv={"from": 2000, "step": 1})
    measured = [stick.wake() for _ in range(3)]
    assert [one["kept"] for one in measured] == [1, 2, 3]
    for one, pause in zip(measured, (10, 20, 40), strict=True):
        assert pause <= one["seconds"] <= pause + pause // 8  # by chance, so that not all of them come back together
    assert measured[0]["trouble"] == "hub_refused"
    assert "No broker. 127.0.0.1 answers" in stick.said
    hub.start()
    last = stick.wake()
    assert (last["late_delivered"], last["kept"], last["seconds"]) == (3, 0, 10)
    late = [row for leaf, payload in hub.heard if leaf == "retard" for row in json.loads(payload)]
    assert [payload for _, leaf, payload in late if leaf == "sol/brut"] == ["2000", "2001", "2002"]
    assert hub.latest("sol/brut") == "2003"
    for one, (age, _, _) in zip(measured, [row for row in late if row[1] == "sol/brut"], strict=True):
        assert abs(last["at"] - age - one["at"]) <= 2


def test_a_frozen_hub_does_not_keep_the_node_awake_and_gets_everything_later(hub: Hub, stick: Stick) -> None:
    hub.freeze()
    wake = stick.wake()
    assert (wake["trouble"], wake["kept"]) == ("hub_silent", 1)
    hub.go_on()
    assert stick.wake()["late_delivered"] == 1


def test_a_wrong_password_is_told(hub: Hub, stick: Stick) -> None:
    stick.configure(login={"user": "bac-1", "password": "x"})
    assert stick.wake()["trouble"] == "login"
    assert "does not take our password. Run script/provision." in stick.said
    assert hub.heard == []


def test_a_network_that_is_not_there_is_told(hub: Hub, stick: Stick) -> None:
    (stick.folder / "wifi.off").touch()
    wake = stick.wake()
    assert (wake["trouble"], wake["kept"]) == ("no_network", 1)
    assert "No Wi-Fi. serre is not heard." in stick.said
    (stick.folder / "wifi.off").unlink()
    assert stick.wake()["late_delivered"] == 1


def test_a_wrong_wifi_password_is_told(stick: Stick) -> None:
    stick.write("wifi.json", {"connect_ms": 20, "networks": [{"ssid": "serre", "key": "another one"}]})
    assert stick.wake()["trouble"] == "wrong_password"
    assert "serre refuses it." in stick.said


def test_an_access_point_that_was_replaced_is_found_in_the_same_wake(stick: Stick) -> None:
    (stick.folder / "reset").write_text("reset")  # somebody pressed it: it looks for the strongest one
    assert stick.wake()["delivered"]
    assert stick.known["bssid"] == "020000000001"
    another = {"ssid": "serre", "key": "simulated", "bssid": "020000000002"}
    stick.write("wifi.json", {"connect_ms": 20, "networks": [another]})
    assert stick.wake()["delivered"]
    assert stick.known["bssid"] == ""


def test_the_lease_is_reused_for_six_hours(stick: Stick) -> None:
    stick.configure(period=3600)
    life = stick.live("--pace", "4000")  # so that a hub on a busy machine keeps up with it
    try:
        until(lambda: len(stick.wakes) >= 9)
    finally:
        life.kill()
        life.wait()
    assert stick.known["leased"] < 6 * 3600 + 3600
    assert all(one["delivered"] for one in stick.wakes)


def test_a_hub_that_moved_is_asked_for_again(hub: Hub, stick: Stick) -> None:
    stick.configure(hub={"host": "localhost", "port": hub.port})
    stick.wake()
    assert stick.known["hub"] == "127.0.0.1"
    hub.stop()
    stick.wake()
    assert stick.known["hub"] == ""
    assert stick.known["lease"] is None


def test_a_name_that_nobody_has_is_told(stick: Stick) -> None:
    stick.configure(hub={"host": "sigacs-1.invalid", "port": 1883})
    assert stick.wake()["trouble"] == "hub_name"
    assert "Nobody is called sigacs-1.invalid." in stick.said


def test_a_plus2_that_is_switched_off_between_wakes_remembers_in_flash(hub: Hub, stick: Stick) -> None:
    stick.configure(board="stickc-plus2")
    hub.stop()
    stick.wake()
    stick.wake()
    assert (stick.folder / "reset").read_text() == "power"
    assert not (stick.folder / "rtc.bin").exists()
    hub.start()
    wake = stick.wake()
    assert (wake["late_delivered"], wake["wake"]) == (2, 3)


def test_a_power_cut_loses_what_only_the_rtc_memory_held_and_nothing_else(hub: Hub, stick: Stick) -> None:
    hub.stop()
    stick.wake()
    (stick.folder / "reset").write_text("power")
    hub.start()
    wake = stick.wake()
    assert (wake["delivered"], wake["late_delivered"]) == (True, 0)


def test_garbled_memory_is_a_fresh_start(stick: Stick) -> None:
    stick.wake()
    (stick.folder / "rtc.bin").write_bytes(b"\x00" * 200)
    assert stick.wake()["delivered"]


def test_somebody_who_switches_it_on_sees_what_it_measured(stick: Stick) -> None:
    (stick.folder / "reset").write_text("power")
    assert stick.wake()["seconds"] <= 5  # of ten, the other five were to be looked at
    assert any((stick.folder / "screen.rgb565").read_bytes())


def test_nothing_is_drawn_on_a_wake_by_the_timer(stick: Stick) -> None:
    stick.wake()
    assert not (stick.folder / "screen.rgb565").exists()


def test_a_button_that_is_held_shows_it(stick: Stick) -> None:
    (stick.folder / "button").write_text("A")
    stick.wake()
    assert (stick.folder / "screen.rgb565").exists()


def test_a_board_that_loses_its_power_at_any_moment_starts_again(hub: Hub, stick: Stick) -> None:
    stick.configure(board="stickc-plus2")
    stick.wake()
    for moment in range(12):
        stick.asleep()
        life = stick.live("--once")
        time.sleep(0.04 + 0.02 * moment)
        life.kill()
        life.wait()
        hub.stop()
        if moment % 2:
            hub.start()
    hub.stop()
    hub.start()
    last = stick.wake()
    assert (last["delivered"], last["kept"]) == (True, 0)
