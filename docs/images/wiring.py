"""Draws how probes are wired to an M5StickC: wiring-NAME.svg, and wiring-NAME-fr.svg, beside this file.

Run it after a change of the tables below; tests/firmware/test_wiring.py compares them with the firmware's pins, the
pictures with them, and both with what docs/devices.md says.
"""  # noqa: INP001 - lies beside what it draws

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

HAT: Final = ("GND", "5V OUT", "G26", "G36", "G0", "BAT", "3V3", "5V IN")
GROVE: Final = {"GND": "black", "5V": "red", "G32": "yellow", "G33": "white"}
SOIL, AIR = "soil", "air"


class End(NamedTuple):
    """Where a wire ends: on which device, at which of its pins."""

    device: str
    pin: str


@dataclass(frozen=True)
class Wiring:
    """What hangs on the two connectors, by the Stick's own pins."""

    hat: Mapping[str, End]
    grove: Mapping[str, End]


_AIR_ON_HAT: Final = {"GND": End(AIR, "GND"), "G26": End(AIR, "SCL"), "G0": End(AIR, "SDA"), "3V3": End(AIR, "VCC")}
WIRINGS: Final = {
    "usual": Wiring(_AIR_ON_HAT, {"GND": End(SOIL, "GND"), "5V": End(SOIL, "VCC"), "G33": End(SOIL, "AO")}),
    "soil-alone": Wiring({}, {"GND": End(SOIL, "GND"), "5V": End(SOIL, "VCC"), "G33": End(SOIL, "AO")}),
    "air-on-grove": Wiring(
        {"GND": End(SOIL, "GND"), "5V OUT": End(SOIL, "VCC"), "G36": End(SOIL, "AO")},
        {"GND": End(AIR, "GND"), "5V": End(AIR, "VCC"), "G32": End(AIR, "SDA"), "G33": End(AIR, "SCL")},
    ),
    "fed-by-a-pin": Wiring(_AIR_ON_HAT, {"GND": End(SOIL, "GND"), "G32": End(SOIL, "VCC"), "G33": End(SOIL, "AO")}),
}

WORDS: Final = {
    "en": {
        SOIL: "Soil probe",
        AIR: "Air sensor",
        "hat": "HAT connector (top)",
        "grove": "Grove connector (bottom)",
        "usual": "The soil probe on the Grove connector, the air sensor on the HAT connector",
        "soil-alone": "The soil probe alone, on the Grove connector",
        "air-on-grove": "The air sensor on the Grove connector, the soil probe on the HAT connector",
        "fed-by-a-pin": "The soil probe on the Grove connector, fed by pin G32; the air sensor on the HAT connector",
        "wire": "{pin} to {to} of the {device}",
        **{colour: colour for colour in GROVE.values()},
    },
    "fr": {
        SOIL: "Sonde de sol",
        AIR: "Capteur d'air",
        "hat": "Connecteur HAT (en haut)",
        "grove": "Connecteur Grove (en bas)",
        "usual": "La sonde de sol sur le connecteur Grove, le capteur d'air sur le connecteur HAT",
        "soil-alone": "La sonde de sol seule, sur le connecteur Grove",
        "air-on-grove": "Le capteur d'air sur le connecteur Grove, la sonde de sol sur le connecteur HAT",
        "fed-by-a-pin": "La sonde de sol sur le connecteur Grove, alimentée par la broche G32 ; "
        "le capteur d'air sur le connecteur HAT",
        "wire": "{pin} vers {to}, {device}",
        "black": "noir",
        "red": "rouge",
        "yellow": "jaune",
        "white": "blanc",
    },
}

_WIDTH, _HEIGHT = 580, 520
_STICK, _DEVICE = 190, 356  # x of the pads
_HAT_TOP, _GROVE_TOP, _ROW = 84, 378, 30
_COLOURS: Final = {
    "black": "#30353a",
    "red": "#d0342c",
    "yellow": "#f2b91d",
    "white": "#ffffff",
    "GND": "#30353a",
    "5V OUT": "#d0342c",
    "3V3": "#d0342c",
    "G26": "#7d4bc3",
    "G0": "#1b7fc4",
    "G36": "#1f9254",
}
_STYLE: Final = """\
    text { font: 16px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1c2126; }
    .name { font-weight: 600; }
    .free, .colour { fill: #5d6670; }
    .colour { font-size: 13px; text-anchor: middle; }
    .right { text-anchor: end; }
    .board { fill: #f4f5f7; stroke: #30353a; stroke-width: 2; }
    .soil { fill: #f3e9df; stroke: #8a5a2b; stroke-width: 2; }
    .air { fill: #e6f1fb; stroke: #1b6ca8; stroke-width: 2; }
    .edge { stroke: #30353a; stroke-width: 7; }
    .core { stroke-width: 4; }
    .pad { fill: #ffffff; stroke: #30353a; stroke-width: 2; }"""


def drawing(name: str, language: str) -> str:
    """Return the picture as SVG."""
    wiring, words = WIRINGS[name], WORDS[language]
    wires = [
        *_rows(HAT, wiring.hat, _HAT_TOP, dict(zip(HAT, HAT, strict=True))),
        *_rows(tuple(GROVE), wiring.grove, _GROVE_TOP, GROVE),
    ]
    wired = [(pin, y, colour, end) for pin, y, colour, end in wires if end]
    told = "; ".join(_told(words, pin, end) for pin, _y, _colour, end in wired)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img"',
        f'     aria-labelledby="title desc" lang="{language}">',
        f'  <title id="title">{escape(words[name])}</title>',
        f'  <desc id="desc">{escape(told)}.</desc>',
        f"  <style>\n{_STYLE}\n  </style>",
        f'  <rect width="{_WIDTH}" height="{_HEIGHT}" rx="12" fill="#ffffff"/>',
        f'  <rect class="board" x="24" y="24" width="{_STICK - 24}" height="{_HEIGHT - 48}" rx="14"/>',
        f'  <text class="name" x="{_STICK + 16}" y="50">{words["hat"]}</text>',
        f'  <text class="name" x="{_STICK + 16}" y="{_GROVE_TOP - 34}">{words["grove"]}</text>',
        '  <rect x="48" y="130" width="68" height="170" rx="6" fill="#1c2126"/>',
        '  <text class="name" x="82" y="340" text-anchor="middle">M5StickC</text>',
        '  <text x="82" y="360" text-anchor="middle">Plus, Plus2</text>',
        *(line for device in (SOIL, AIR) for line in _device(device, words, wired)),
        *(line for row in wires for line in _wire(words, *row)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _rows(
    pins: tuple[str, ...], ends: Mapping[str, End], top: int, colours: Mapping[str, str]
) -> Iterator[tuple[str, int, str, End | None]]:
    for number, pin in enumerate(pins):
        yield pin, top + number * _ROW, colours[pin], ends.get(pin)


def _told(words: Mapping[str, str], pin: str, end: End) -> str:
    return words["wire"].format(pin=pin, to=end.pin, device=words[end.device].lower())


def _device(device: str, words: Mapping[str, str], wired: list[tuple[str, int, str, End]]) -> Iterator[str]:
    rows = [y for _pin, y, _colour, end in wired if end.device == device]
    if rows:
        top, bottom = min(rows) - 20, max(rows) + 20
        yield (
            f'  <rect class="{device}" x="{_DEVICE}" y="{top}" width="{_WIDTH - 24 - _DEVICE}" '
            f'height="{bottom - top}" rx="10"/>'
        )
        yield (
            f'  <text class="name right" x="{_WIDTH - 40}" y="{(top + bottom) // 2 + 5}">{escape(words[device])}</text>'
        )


def _wire(words: Mapping[str, str], pin: str, y: int, colour: str, end: End | None) -> Iterator[str]:
    if end is None:
        yield f'  <circle class="pad" cx="{_STICK}" cy="{y}" r="6"/>'
        yield f'  <text class="free right" x="{_STICK - 16}" y="{y + 5}">{pin}</text>'
        return
    path = f"M{_STICK} {y}H{_DEVICE}"
    yield f'  <g data-pin="{pin}" data-device="{end.device}" data-to="{end.pin}">'
    yield f"    <title>{escape(_told(words, pin, end))}</title>"
    yield f'    <path class="edge" d="{path}"/><path class="core" stroke="{_COLOURS[colour]}" d="{path}"/>'
    yield f'    <circle class="pad" cx="{_STICK}" cy="{y}" r="6"/><circle class="pad" cx="{_DEVICE}" cy="{y}" r="6"/>'
    yield f'    <text class="right" x="{_STICK - 16}" y="{y + 5}">{pin}</text>'
    if colour in words:
        yield f'    <text class="colour" x="{(_STICK + _DEVICE) // 2}" y="{y - 7}">{words[colour]}</text>'
    yield f'    <text x="{_DEVICE + 16}" y="{y + 5}">{end.pin}</text>'
    yield "  </g>"


def file(name: str, language: str) -> Path:
    """Return where the picture lies."""
    return Path(__file__).with_name(f"wiring-{name}{'' if language == 'en' else f'-{language}'}.svg")


if __name__ == "__main__":
    for one in WIRINGS:
        for language in WORDS:
            file(one, language).write_text(drawing(one, language), encoding="utf-8")
