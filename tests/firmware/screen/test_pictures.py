"""The screen, pixel by pixel. To accept a change: scenes.py."""

from pathlib import Path
import subprocess

import pytest

HERE = Path(__file__).parent
KEPT = sorted(file.stem for file in (HERE / "reference").glob("*.png"))


@pytest.fixture(scope="module")
def drawn(micropython: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screen")
    done = subprocess.run([micropython, HERE / "scenes.py", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_scene_that_is_kept_has_its_picture(drawn: Path) -> None:
    assert sorted(file.stem for file in drawn.iterdir()) == KEPT


@pytest.mark.parametrize("scene", KEPT)
def test_the_screen_looks_as_it_was_reviewed(drawn: Path, scene: str) -> None:
    new, reviewed = drawn / f"{scene}.png", HERE / "reference" / f"{scene}.png"
    assert new.read_bytes() == reviewed.read_bytes(), f"look at {new}; if that is how it should be, see scenes.py"


@pytest.mark.parametrize(("document", "scene"), [("hub-screen", ""), ("hub-screen-fr", "_fr")])
def test_the_documents_show_the_screen_as_it_is(document: str, scene: str) -> None:
    picture = HERE.parents[2] / "docs" / "images" / f"{document}.png"
    assert picture.read_bytes() == (HERE / "reference" / f"three_of_seven_thirsty{scene}.png").read_bytes()
