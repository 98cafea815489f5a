from collections.abc import Callable
from pathlib import Path
import runpy

import pytest

from provision.errors import ProvisionError
from provision.firmware import FIRMWARE
from provision.flash import FolderFlash
from provision.install import Files, Image, install

FIRST = {"slots.mpy": b"which slot", "main.py": b"the role", "boot.py": b"first of all"}


def image(word: str, **first: bytes) -> Image:
    slot = {
        "hub/main.mpy": word.encode() * 300,
        "shared/mqtt.mpy": b"the same in all",
        "config.json": b'{"word": "%s"}' % word.encode(),
        "pki/client.key": word.encode(),
    }
    return Image({name: first.get(name.partition(".")[0], content) for name, content in FIRST.items()}, slot)


class PowerCutError(Exception):
    """The device has gone, in the middle of a call."""


class FailingFlash(FolderFlash):
    """Counts what changes the device; the call with the number `fails_at` is done by half."""

    def __init__(self, folder: Path, fails_at: int = 0) -> None:
        super().__init__(folder)
        self.calls: list[tuple[str, ...]] = []
        self._fails_at = fails_at

    def _call(self, *what: str) -> bool:
        self.calls.append(what)
        return len(self.calls) == self._fails_at

    def write(self, path: str, content: bytes) -> None:
        cut = self._call("write", path)
        super().write(path, content[: len(content) // 2] if cut else content)
        if cut:
            raise PowerCutError

    def rename(self, old: str, new: str) -> None:
        if self._call("rename", old, new):
            raise PowerCutError
        super().rename(old, new)

    def remove(self, path: str) -> None:
        if self._call("remove", path):
            raise PowerCutError
        super().remove(path)


def held(flash: Path, slot: str) -> Files:
    return {
        path.relative_to(flash / slot).as_posix(): path.read_bytes()
        for path in (flash / slot).rglob("*")
        if path.is_file()
    }


@pytest.fixture
def flash(tmp_path: Path) -> Path:
    return tmp_path / "flash"


@pytest.fixture
def boot(flash: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the device itself chooses: its own file decides."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "firmware" / "cpython"))
    after_boot = runpy.run_path(str(FIRMWARE / "slots.py"))["after_boot"]

    def start() -> str:
        line = (flash / "slot").read_text() if (flash / "slot").exists() else ""
        slot, line = after_boot(line)
        if slot:
            (flash / "slot").write_text(line)
        return slot or ("a" if (flash / "a").exists() else "b")

    return start


def test_a_new_device_gets_slot_a_and_boot_py_last_but_for_the_switch(flash: Path) -> None:
    writer = FailingFlash(flash)
    done = install(writer, image("one"))
    assert (done.slot, done.trial, done.written) == ("a", False, 7)
    assert held(flash, "a") == image("one").slot
    assert {name: (flash / name).read_bytes() for name in FIRST} == FIRST
    assert (flash / "slot").read_text() == "a"
    assert writer.calls[-3:] == [
        ("rename", "boot.py.new", "boot.py"),
        ("write", "slot.new"),
        ("rename", "slot.new", "slot"),
    ]


def test_an_update_goes_to_the_other_slot_and_leaves_this_one_alone(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    done = install(FolderFlash(flash), image("two"))
    assert (done.slot, done.trial) == ("b", True)
    assert (held(flash, "a"), held(flash, "b")) == (image("one").slot, image("two").slot)
    assert (flash / "slot").read_text() == "b 0"


def test_an_update_on_top_of_one_that_has_not_proved_itself_keeps_the_slot_that_has(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    install(FolderFlash(flash), image("two"))
    (flash / "slot").write_text("b 2")
    done = install(FolderFlash(flash), image("three"))
    assert (done.slot, done.trial) == ("b", True)
    assert (held(flash, "a"), held(flash, "b")) == (image("one").slot, image("three").slot)
    assert (flash / "slot").read_text() == "b 0"


def test_only_what_differs_is_written(flash: Path) -> None:
    for word in ("one", "two"):
        install(FolderFlash(flash), image(word))
        (flash / "slot").write_text((flash / "slot").read_text()[0])
    writer = FailingFlash(flash)
    assert install(writer, image("three")).written == 3
    assert ("write", "a/shared/mqtt.mpy") not in writer.calls
    assert not any(path.endswith(".py.new") for _, path, *_ in writer.calls)


def test_the_same_again_writes_nothing(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    writer = FailingFlash(flash)
    done = install(writer, image("one"))
    assert (done.slot, done.trial, done.written) == ("a", False, 0)
    assert writer.calls == []


def test_going_back_to_what_ran_before_ends_a_trial(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    install(FolderFlash(flash), image("two"))
    done = install(FolderFlash(flash), image("one"))
    assert (done.slot, done.trial) == ("a", False)
    assert (flash / "slot").read_text() == "a"


def test_files_of_an_older_version_are_removed_and_the_devices_own_are_kept(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    (flash / "b" / "hub").mkdir(parents=True)
    (flash / "b" / "hub" / "abandoned.mpy").touch()
    (flash / "queue").mkdir()
    (flash / "queue" / "00000001").write_bytes(b"measurements")
    (flash / "planters.txt").write_text("3")
    install(FolderFlash(flash), image("two"))
    assert held(flash, "b") == image("two").slot
    assert (flash / "queue" / "00000001").read_bytes() == b"measurements"
    assert (flash / "planters.txt").read_text() == "3"


def test_new_first_code_replaces_the_old(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    install(FolderFlash(flash), image("two", boot=b"newer"))
    assert (flash / "boot.py").read_bytes() == b"newer"
    assert not list(flash.glob("*.new"))


@pytest.mark.parametrize("before", ["nothing", "a", "a !", "b 1"])
def test_whenever_the_cable_is_pulled_a_whole_slot_runs_and_the_next_run_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "firmware" / "cpython"))
    after_boot = runpy.run_path(str(FIRMWARE / "slots.py"))["after_boot"]
    fails_at = 0
    while True:
        fails_at += 1
        flash = tmp_path / f"{fails_at}"
        if before != "nothing":
            install(FolderFlash(flash), image("one"))
            install(FolderFlash(flash), image("two"))
            (flash / "slot").write_text(before)
        writer = FailingFlash(flash, fails_at)
        try:
            install(writer, image("new", slots=b"newer slots", boot=b"newer"))
            break
        except PowerCutError:
            pass
        line = (flash / "slot").read_text() if (flash / "slot").exists() else ""
        slot = after_boot(line)[0]
        if before != "nothing":
            assert held(flash, slot) in [image(word).slot for word in ("one", "two", "new")], (
                fails_at,
                line,
                writer.calls[-1],
            )
            # on trial: the slot to go back to is whole, too
            assert held(flash, "a") == image("one").slot
        elif slot or (flash / "boot.py").exists():  # before that the board shows UIFlow2's own menu, as it did
            assert held(flash, slot or "a") == image("new").slot
        install(FolderFlash(flash), image("new", slots=b"newer slots", boot=b"newer"))
        line = (flash / "slot").read_text()
        assert held(flash, line[0]) == image("new").slot
        assert line == ("a" if before == "nothing" else "b 0")
    assert fails_at >= 10


def test_what_is_read_back_wrong_is_refused_and_does_not_run(flash: Path) -> None:
    class WornOut(FolderFlash):
        def write(self, path: str, content: bytes) -> None:
            super().write(path, content.replace(b"two", b"tvo"))

    install(FolderFlash(flash), image("one"))
    with pytest.raises(
        ProvisionError, match=r"b/config\.json, b/hub/main\.mpy, b/pki/client\.key is not what was written"
    ):
        install(WornOut(flash), image("two"))
    assert (flash / "slot").read_text() == "a"


def test_a_device_without_room_is_told_before_anything_is_written(flash: Path) -> None:
    class Full(FailingFlash):
        def free_bytes(self) -> int:
            return 8192

    writer = Full(flash)
    with pytest.raises(ProvisionError, match="has 8 KiB left, and 28 KiB are to be written"):
        install(writer, image("one"))
    assert writer.calls == []


def test_after_an_update_that_was_taken_back_the_person_hears_of_it(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    install(FolderFlash(flash), image("two"))
    (flash / "slot").write_text("a !")
    (flash / "crash.txt").write_text("3\nRuntimeError: the pump is dry")
    done = install(FolderFlash(flash), image("three"))
    assert done.failed_before == "3\nRuntimeError: the pump is dry"
    assert install(FolderFlash(flash), image("four")).failed_before is None


def test_a_whole_life(flash: Path, boot: Callable[[], str]) -> None:
    install(FolderFlash(flash), image("one"))
    assert boot() == "a"
    install(FolderFlash(flash), image("two"))
    assert [boot() for _ in range(5)] == ["b", "b", "b", "a", "a"]
    install(FolderFlash(flash), image("three"))
    assert boot() == "b"
    assert held(flash, "b") == image("three").slot


def test_what_is_written_is_for_its_owners_eyes_only(flash: Path) -> None:
    install(FolderFlash(flash), image("one"))
    assert {path.stat().st_mode & 0o777 for path in flash.rglob("*") if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (flash, flash / "a", flash / "a" / "pki")} == {0o700}


def test_progress_names_each_file(flash: Path) -> None:
    told: list[str] = []
    install(FolderFlash(flash), image("one"), told.append)
    assert told[:2] == ["1/4 a/hub/main.mpy", "2/4 a/shared/mqtt.mpy"]
