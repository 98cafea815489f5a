"""Files: whole, closed, one run at a time."""

import fcntl
import os
from pathlib import Path
import stat

import pytest

from certs.errors import BusyError, FolderError
from certs.pki import Pki
from certs.policy import HUB
from certs.store import PUBLIC, File, Store

SECRETS = ("private/ca.key", "passwords", "server/server.key", "hub-1/client.key", "hub-1/login.txt")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, lambda: None)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_closed_to_others_even_where_files_are_open_by_habit(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        pki = Pki(tmp_path / "pki")
        pki.init()
        pki.issue_server()
        pki.issue_client(HUB, "1")
        pki.renew(["hub-1", "server"])
        pki.configure_broker(user=Path("~").expanduser().owner())
    finally:
        os.umask(before)
    for secret in SECRETS:
        assert mode(pki.folder / secret) == 0o600, secret
    for path in pki.folder.rglob("*"):
        if path.is_dir():
            assert mode(path) == 0o700, path
        elif path.suffix in (".crt", ".pem", ".csv") and "mosquitto" not in path.parts:
            assert mode(path) == 0o644, path
        else:
            assert mode(path) == 0o600, path


def test_a_key_is_closed_from_its_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    created: list[int] = []
    real = os.open

    def watched(path: str, flags: int, mode: int = 0o777, **rest: int) -> int:
        descriptor = real(path, flags, mode, **rest)
        if flags & os.O_CREAT and str(path).endswith((".key", "login.txt", "passwords", "server.pem")):
            created.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    test_keys_are_closed_to_others_even_where_files_are_open_by_habit(tmp_path)
    assert created
    assert set(created) == {0o600}


def test_a_change_is_there_whole_and_leaves_nothing_behind(store: Store) -> None:
    with store.locked():
        store.commit({"a": File(b"1", PUBLIC), "b/c/d": File(b"2")})
    assert (store.read("a"), store.read("b/c/d"), store.read("e")) == (b"1", b"2", None)
    assert sorted(path.name for path in store.folder.iterdir()) == ["a", "b"]


def test_files_that_are_not_ours_stay(store: Store) -> None:
    (store.folder / "b").mkdir()
    (store.folder / "b/notes").write_text("mine")
    with store.locked():
        store.commit({"b/c": File(b"2")})
    assert (store.folder / "b/notes").read_text() == "mine"


def test_a_disk_that_fills_up_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.locked():
        store.commit({"a": File(b"1")})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"), store.locked():
            store.commit({"a": File(b"2")})
    with store.locked():
        assert store.read("a") == b"1"
        store.commit({"a": File(b"3")})
    assert store.read("a") == b"3"


def test_a_second_run_at_the_same_time_is_sent_away(pki: Pki) -> None:
    holder = os.open(pki.folder, os.O_RDONLY)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="another run is at work"):
            pki.issue_client(HUB, "9")
    finally:
        os.close(holder)
    pki.issue_client(HUB, "9")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"there is no folder .*/nowhere: .*--dir"):
        Pki(tmp_path / "nowhere").status()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_when_root_works_in_somebodys_folder_the_files_are_somebodys(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 23456)
    pki = Pki(tmp_path / "pki")
    pki.init()
    os.chown(pki.folder, 12345, 23456)
    pki.issue_server()
    pki.issue_client(HUB, "1")
    pki.renew(["hub-1"])
    for path in (pki.folder / "hub-1").rglob("*"):
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456), path
