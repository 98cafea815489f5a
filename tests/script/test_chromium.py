from pathlib import Path

import pytest

from script.environment import chromium, console, private_program, setup, whole


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; the folder is on its PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_APPLICATIONS", ())
    monkeypatch.setattr(chromium, "_FOLDER", tmp_path / "tools" / "chromium")
    return tmp_path


def install(folder: Path, name: str) -> Path:
    program = folder / name
    program.touch(mode=0o755)
    return program


def bring() -> None:
    folder = chromium._FOLDER
    made_from = private_program._made_from(folder, [chromium._PROGRAM], chromium._PACKAGES)
    whole.make_whole(folder, made_from, lambda new: (new / "usr/lib/x86_64-linux-gnu/pulseaudio").mkdir(parents=True))


def test_where_there_is_no_browser_none_is_found(bare: Path) -> None:
    assert chromium.find_chromium() is None


def test_a_browser_on_the_path_is_taken_as_it_is(bare: Path) -> None:
    program = install(bare, "google-chrome")
    assert chromium.find_chromium() == (program, {})


def test_debian_s_own_goes_before_another_one(bare: Path) -> None:
    install(bare, "google-chrome")
    program = install(bare, "chromium")
    assert chromium.find_chromium() == (program, {})


def test_an_application_of_macos_is_found(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(bare))
    monkeypatch.setattr(chromium, "_APPLICATIONS", ("Chromium.app/Contents/MacOS/Chromium",))
    (bare / "Applications/Chromium.app/Contents/MacOS").mkdir(parents=True)
    program = install(bare / "Applications/Chromium.app/Contents/MacOS", "Chromium")
    assert chromium.find_chromium() == (program, {})


def test_what_was_unpacked_finds_its_fonts_and_libraries_where_it_lies(bare: Path) -> None:
    bring()
    found = chromium.find_chromium()
    assert found
    assert found.program.is_relative_to(chromium._FOLDER)
    assert found.environment == {
        "FONTCONFIG_FILE": str(chromium._FOLDER / "fonts.conf"),
        "LD_LIBRARY_PATH": str(chromium._FOLDER / "usr/lib/x86_64-linux-gnu/pulseaudio"),
    }


def test_the_machine_s_own_goes_before_what_was_unpacked(bare: Path) -> None:
    bring()
    program = install(bare, "chromium")
    assert chromium.find_chromium() == (program, {})


def test_setup_goes_on_where_a_browser_cannot_be_brought(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise console.SetupError("The mirror does not answer.")

    setup._try(refuse)
    said = capsys.readouterr().out
    assert "The mirror does not answer." in said
    assert "will be skipped" in said
