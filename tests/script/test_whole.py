from pathlib import Path
import subprocess
import sys
import textwrap

import pytest

from script.environment.layout import ROOT
from script.environment.whole import fingerprint, is_whole, make_whole


def test_a_folder_is_whole_for_what_it_was_made_from_only(tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    assert not is_whole(folder, "a")
    make_whole(folder, "a", lambda new: (new / "content").touch())
    assert (folder / "content").exists()
    assert is_whole(folder, "a")
    assert not is_whole(folder, "b")


def test_a_new_folder_replaces_the_old_one_entirely(tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    make_whole(folder, "a", lambda new: (new / "old").touch())
    make_whole(folder, "b", lambda new: (new / "new").touch())
    assert not (folder / "old").exists()
    assert is_whole(folder, "b")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failure_keeps_the_old_folder_and_the_next_try_starts_afresh(tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    make_whole(folder, "a", lambda new: (new / "old").touch())

    def fail(new: Path) -> None:
        (new / "half").touch()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        make_whole(folder, "b", fail)
    assert is_whole(folder, "a")
    assert (folder / "old").exists()

    make_whole(folder, "b", lambda new: (new / "new").touch())
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == ["new"]


def test_a_killed_setup_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    killed = f"""
        import os, signal, sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from script.environment.whole import make_whole

        def fill(new):
            (new / "half").touch()
            os.kill(os.getpid(), signal.SIGKILL)

        make_whole(Path({str(folder)!r}), "a", fill)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(killed)], check=False)
    assert not is_whole(folder, "a")
    make_whole(folder, "a", lambda new: (new / "content").touch())
    assert is_whole(folder, "a")
    assert not (folder / "half").exists()


def test_two_setups_at_once_work_one_after_the_other(tmp_path: Path) -> None:
    worker = f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from script.environment.whole import alone

        log = Path({str(tmp_path / "log")!r})
        with alone(Path({str(tmp_path / "lock")!r}), waiting="waiting"):
            for _ in range(20):
                with log.open("a") as file:
                    file.write(sys.argv[1])
                time.sleep(0.01)
    """
    command = [sys.executable, "-c", textwrap.dedent(worker)]
    workers = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [worker.wait(30) for worker in workers] == [0, 0]
    assert (tmp_path / "log").read_text() in ("a" * 20 + "b" * 20, "b" * 20 + "a" * 20)


def test_a_fingerprint_changes_with_any_ingredient_and_with_a_file_s_content(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("a==1\n")
    before = fingerprint(file, "3.14")
    assert before == fingerprint(file, "3.14")
    assert before != fingerprint(file, "3.15")
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    file.write_text("a==2\n")
    assert before != fingerprint(file, "3.14")
