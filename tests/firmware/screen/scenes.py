"""What the screen looks like: `micropython tests/firmware/screen/scenes.py FOLDER [SCENE ...]` draws it as PNG.

It is drawn with what a hub draws with, all on one simulated panel, so that each scene has to cover the one before.
Those of three thirsty planters stand in the documents too.

The reference pictures (KEPT) are drawn anew, after a change that is meant to be seen, by

    .venv/bin/micropython tests/firmware/screen/scenes.py tests/firmware/screen/reference

and then looked at, each that has changed, and copied to docs/images.
"""

import os
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/../../../firmware")

from hub import reasons
from hub.greenhouse import Greenhouse
from hub.screen import Screen
from hub.words import words
from sim import display, png

PERIOD = 900
NOW = 10000
CLOCK = 1795357765  # 2026-11-22 14:29 UTC
ADDRESS = "192.168.1.20"
MOISTURE = (64.2, 41, 52.8, 77, 38.4, 35, 70.1, 44.9, 59, 66.6, 48, 81)
WELL = ("online", None, ADDRESS, CLOCK, 312, "")


def planters(count: int, moisture: dict[str, float], now: int = NOW) -> Greenhouse:
    """Return planters that were heard within the last minutes."""
    greenhouse = Greenhouse(PERIOD)
    for index in range(count):
        name = str(index + 1)
        at = now - 40 - 67 * index % PERIOD
        greenhouse.measured(name, "sol", moisture.get(name, MOISTURE[index % 12]), at)
        greenhouse.measured(name, "air/temp", 21.5 + index * 7 % 11 / 10, at)
        greenhouse.measured(name, "air/hum", 52.0 + index * 5 % 13, at)
    return greenhouse


def one_fell_silent() -> Greenhouse:
    """Return four planters that speak, and one whose last word is two hours old."""
    greenhouse = planters(4, {})
    for leaf, value in (("sol", 12.0), ("air/temp", 24.5), ("air/hum", 48.0)):
        greenhouse.measured("5", leaf, value, NOW - 7200)
    return greenhouse


def one_probe_fails() -> Greenhouse:
    """Return three planters, the probe of one of which has said nothing for an hour but why."""
    greenhouse = planters(3, {})
    for leaf, value, at in (("sol", 55.0, NOW - 3600), ("air/temp", 24.5, NOW), ("air/hum", 48.0, NOW)):
        greenhouse.measured("4", leaf, value, at)
    greenhouse.fault("4", "sol: 0 V", NOW)
    return greenhouse


def odd_names() -> Greenhouse:
    """Return the longest names, and the widest values."""
    greenhouse = Greenhouse(PERIOD)
    for name, soil, air, at in (
        ("tomatoes-south", 5.0, -12.5, NOW),
        ("A_very_long_name_of_32_characters", 100.0, 85.0, NOW),
        ("b", 100.0, -40.0, NOW - 200000),
    ):
        greenhouse.measured(name, "sol", soil, at)
        greenhouse.measured(name, "air/temp", air, at)
        greenhouse.measured(name, "air/hum", 100.0, at)
    return greenhouse


# language, uptime, planters, the hub's own state (as Screen.show, but with the uplink's code); every five seconds the
# next headline and the next page have their turn
SCENES = {
    "nothing_yet": ("en", 12, planters(0, {}), ("start", 0, ADDRESS, None, None, "")),
    "one_fine": ("en", NOW, planters(1, {}), WELL),
    "one_of_four_thirsty": ("en", NOW, planters(4, {"3": 18.4}), WELL),
    "one_of_four_thirsty_fr": ("fr", NOW, planters(4, {"3": 18.4}), WELL),
    "three_of_seven_thirsty": ("en", NOW, planters(7, {"3": 18.4, "6": 27, "7": 0.0}), WELL),
    "three_of_seven_thirsty_fr": ("fr", NOW, planters(7, {"3": 18.4, "6": 27, "7": 0.0}), WELL),
    "twelve": ("en", NOW + 5, planters(12, {}), WELL),
    "thirty_two_page_3": ("en", NOW + 50, planters(32, {str(n): float(n) for n in range(12, 30)}), WELL),
    "silent": ("en", NOW, one_fell_silent(), WELL),
    "silent_since_start_fr": ("fr", 2400, Greenhouse(PERIOD, 30, ("1", "2", "north-east")), WELL),
    "probe_fault_fr": ("fr", NOW, one_probe_fails(), WELL),
    "probe_fault_why_fr": ("fr", NOW + 5, one_probe_fails(), WELL),
    "refused": ("en", NOW + 5, planters(4, {}), ("tls-client", 1500, ADDRESS, CLOCK, 312, "")),
    "refused_fr": ("fr", NOW + 5, planters(4, {}), ("tls-client", 1500, ADDRESS, CLOCK, 312, "")),
    "no_wifi": ("en", NOW + 5, planters(4, {}), ("wifi", 9200, None, CLOCK, 312, "")),
    "no_clock_fr": ("fr", NOW + 5, planters(4, {}), ("online", None, ADDRESS, None, None, "")),
    "certificate_fr": ("fr", NOW + 5, planters(4, {}), ("online", None, ADDRESS, CLOCK, 12, "")),
    "certificate_ended": ("en", NOW, planters(4, {}), ("tls-client", 1500, ADDRESS, CLOCK, -3, "")),
    "crashed_fr": (
        "fr",
        905,
        planters(4, {}, 900),
        ("online", None, ADDRESS, CLOCK, 312, "RuntimeError: uplink stood still"),
    ),
    "odd_names": ("en", NOW, odd_names(), WELL),
}
KEPT = (
    "certificate_ended",
    "nothing_yet",
    "odd_names",
    "probe_fault_why_fr",
    "refused_fr",
    "silent",
    "three_of_seven_thirsty",
    "three_of_seven_thirsty_fr",
)


def main(folder: str, scenes: list[str]) -> None:
    """Draw scenes, and leave only their pictures."""
    panel = display.Display(folder + "/panel.rgb565")
    sys.modules["M5"] = type("M5", (), {"Display": panel})
    from hub.hal_display import cell  # noqa: PLC0415 - needs the panel

    for scene in scenes:
        language, now, greenhouse, hub = SCENES[scene]
        uplink = (reasons.words(hub[0], language),)
        Screen(cell, words(language), "1").show(now, greenhouse, uplink + hub[1:])
        png.main(folder + "/panel.rgb565", folder + "/" + scene + ".png")
    os.remove(folder + "/panel.rgb565")  # noqa: PTH107 - MicroPython has no pathlib


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or KEPT)
