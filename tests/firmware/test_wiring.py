"""Whoever wires a Stick as the pictures and tables say has each probe where the firmware reads it."""

import ast
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
import re
import tomllib
from types import ModuleType
from typing import Any
import xml.etree.ElementTree as ET

import pytest

from provision.settings import for_planter
from tests.documents.markdown import ROOT

type Wires = dict[tuple[str, str], tuple[str, str]]

IMAGES = ROOT / "docs/images"
DEVICES = {"en": {"soil probe": "soil", "air sensor": "air"}, "fr": {"sonde de sol": "soil", "capteur d'air": "air"}}
SVG = "{http://www.w3.org/2000/svg}"


def drawn() -> ModuleType:
    spec = spec_from_file_location("wiring", IMAGES / "wiring.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WIRING = drawn()
LANGUAGES = tuple(WIRING.WORDS)
ALL = [(name, language) for name in WIRING.WIRINGS for language in LANGUAGES]


def section(name: str, language: str) -> str:
    """What a document says below the heading of this wiring."""
    document = ROOT / "docs" / ("devices.md" if language == "en" else f"devices.{language}.md")
    text = document.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    (found,) = [
        part for part in re.split(r"^#+ ", text, flags=re.MULTILINE) if WIRING.file(name, language).name in part
    ]
    return found


def told(name: str, language: str) -> Wires:
    """The wires of its table, by connector and pin; and each has the colour of its cable."""
    wires = {}
    for row in re.findall(r"^\| ((?:HAT|Grove), .*) \|$", section(name, language), re.MULTILINE):
        here, colour, there = (cell.strip() for cell in row.split("|"))
        connector, pin = here.split(", ")
        device, end = there.split(", ")
        cable = WIRING.GROVE[pin] if connector == "Grove" else None
        assert colour == (WIRING.WORDS[language][cable] if cable else ""), row
        wires[connector, pin] = DEVICES[language][device], end
    return wires


def firmware_pins(settings: dict[str, Any]) -> tuple[dict[str, int | None], str | None]:
    """What hal_probe.py takes, with the board's settings laid over it; and the kind of air sensor."""
    source = ast.parse((ROOT / "firmware/node/hal_probe.py").read_text(encoding="utf-8"))
    (pins,) = [
        ast.literal_eval(line.value)
        for line in source.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id == "_PINS"
    ]
    node = for_planter({"node": settings}, "1", "1")["node"]
    return pins | node["pins"], node["air"]


def settings(name: str, language: str) -> dict[str, Any]:
    shown = re.findall(r"`((?:pins|air) = [^`]+)`", section(name, language))
    return tomllib.loads("\n".join(shown))


@pytest.mark.parametrize(("name", "language"), ALL)
def test_the_picture_shows_what_the_tables_of_its_program_say(name: str, language: str) -> None:
    assert WIRING.file(name, language).read_text(encoding="utf-8") == WIRING.drawing(name, language)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_picture_and_table_show_the_same_wires(name: str, language: str) -> None:
    root = ET.parse(WIRING.file(name, language)).getroot()
    wires = {}
    for wire in root.iter(f"{SVG}g"):
        below = int(wire.find(f"{SVG}text").get("y")) > WIRING._GROVE_TOP  # type: ignore[union-attr, arg-type]
        connector = "Grove" if below else "HAT"
        wires[connector, wire.get("data-pin")] = wire.get("data-device"), wire.get("data-to")
    assert wires == told(name, language)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_signal_is_on_the_pin_that_the_firmware_uses_with_these_settings(name: str, language: str) -> None:
    pins, air = firmware_pins(settings(name, language))
    wanted = {f"G{pins['soil']}": ("soil", "AO")}
    if air:
        wanted |= {f"G{pins['scl']}": ("air", "SCL"), f"G{pins['sda']}": ("air", "SDA")}
    if pins["power"]:
        wanted[f"G{pins['power']}"] = ("soil", "VCC")
    assert {pin: end for (_, pin), end in told(name, language).items() if re.match(r"G\d", pin)} == wanted


@pytest.mark.parametrize(("name", "language"), ALL)
def test_every_device_has_ground_and_supply_and_no_pin_has_two(name: str, language: str) -> None:
    wires = told(name, language)
    for device in {device for device, _ in wires.values()}:
        assert {"GND", "VCC"} <= {end for one, end in wires.values() if one == device}
    assert len(set(wires.values())) == len(wires)
    for (_, pin), (_, end) in wires.items():
        assert (pin == "GND") == (end == "GND")
        assert end == "VCC" or not re.match("[35]V", pin), "no supply on a signal"


@pytest.mark.parametrize("picture", sorted(IMAGES.glob("wiring-*.svg")), ids=lambda path: path.stem)
def test_a_picture_says_in_words_what_it_shows(picture: Path) -> None:
    root = ET.parse(picture).getroot()
    for part in ("title", "desc"):
        found = root.find(f"{SVG}{part}")
        assert found is not None
        assert found.text
        assert part in str(root.get("aria-labelledby"))
    background = root.find(f"{SVG}rect")
    assert background is not None
    assert background.get("fill") == "#ffffff", "readable on a dark page too"
