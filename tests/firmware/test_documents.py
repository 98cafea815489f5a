"""Whatever a screen may say stands in the documents, in the words of the screen."""

from pathlib import Path
import re
import runpy

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"


def document(language: str) -> str:
    name = "devices.fr.md" if language == "fr" else "devices.md"
    return (ROOT / "docs" / name).read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")


def explained(language: str) -> set[str]:
    """What stands in the first column of a table; a row may explain several."""
    cells = re.findall(r"^\| ([^|]+) \|", document(language), re.MULTILINE)
    return {one.strip("`") for cell in cells for one in cell.split(", ")}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_of_the_uplink_is_explained(language: str) -> None:
    words = runpy.run_path(str(FIRMWARE / "hub" / "reasons.py"))["_WORDS"].split("\n")[1:-1]
    said = {line.split("|")[2 if language == "fr" else 1] for line in words}
    assert len(said) > 20
    assert said <= explained(language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_headline_of_the_hub_is_explained(language: str) -> None:
    words = runpy.run_path(str(FIRMWARE / "hub" / "words.py"))["words"](language).split("|")
    assert set(words[:9]) <= explained(language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_trouble_of_a_node_is_explained(language: str) -> None:
    troubles = runpy.run_path(str(FIRMWARE / "node" / "words.py"))["_TROUBLES"].values()
    assert {short for short, _ in troubles} <= explained(language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_fault_of_a_probe_is_explained(language: str) -> None:
    for probe, file in (("sol", "soil.py"), ("air", "measure.py")):
        source = (FIRMWARE / "node" / file).read_text()
        faults = re.findall(r'return "([a-zV0 ]+)"', source)
        assert len(faults) > 2
        assert {f"{probe}: {fault}" for fault in (*faults, "stuck")} <= explained(language)


@pytest.mark.parametrize("folder", ["hub", "node", "shared"])
def test_the_tree_names_every_file(folder: str) -> None:
    tree = (FIRMWARE / "README.md").read_text(encoding="utf-8").partition("## The tree")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", tree))
    assert {file.stem for file in (FIRMWARE / folder).glob("*.py")} <= named
