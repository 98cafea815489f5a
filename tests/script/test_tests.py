import os
from pathlib import Path
import re
import signal
import subprocess
import sys
import time

import pytest

from script.environment import layout, tests
from script.environment.console import SetupError

GOOD = "def test_good():\n    pass\n"
BAD = "def test_bad():\n    assert 1 == 2\n"
SKIPPED = "import pytest\n\n\ndef test_later():\n    pytest.skip()\n"
PLUGIN = 'def test_the_plugin(pytestconfig):\n    assert pytestconfig.pluginmanager.hasplugin("homeassistant")\n'
NO_PLUGIN = PLUGIN.replace("assert ", "assert not ")
TWICE = """
import pytest

@pytest.fixture
def broker():
    yield
    raise OSError

def test_bad(broker):
    raise ValueError

"""
MEETING = """
import pathlib, time

def test_all_are_here():
    folder = pathlib.Path({folder!r})
    (folder / {mine!r}).touch()
    print("hello from", {mine!r})
    while not all((folder / one).exists() for one in {all!r}):
        time.sleep(0.05)
"""
SLOW = "import time\n\n\ndef test_slow(broker):\n    time.sleep(60)\n"
CLEANED_UP = """
import pathlib, time
import pytest

@pytest.fixture
def broker():
    pathlib.Path({folder!r}, "running {name}").touch()
    yield
    time.sleep(1)
    pathlib.Path({folder!r}, "cleaned up {name}").touch()
"""
RUN = """
from script.environment import setup, tests
tests.ROOT = Path({tree!r})
sys.exit(setup.as_command(lambda: tests.run_tests([])))
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tests, "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.pytest]\nasyncio_mode = "auto"\n')
    return tmp_path


def write(tree: Path, **files: str) -> None:
    for name, content in files.items():
        folder = tree / "tests" / name
        folder.mkdir(exist_ok=True)
        (folder / f"test_{name}.py").write_text(content)


def test_each_folder_runs_with_or_without_the_plugin(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tree, integration=PLUGIN, e2e=NO_PLUGIN)
    assert tests.run_tests(["tests"]) == 0
    assert capfd.readouterr().out.endswith("\n2 passed, 0 failed, 0 skipped\n")


def test_a_failure_fails_the_whole_though_the_rest_runs(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tree, certs=BAD, contract=GOOD, e2e=SKIPPED)
    assert tests.run_tests([]) == 1
    assert capfd.readouterr().out.endswith("\n1 passed, 1 failed, 1 skipped\n")


def test_a_test_that_cannot_be_imported_fails(tree: Path) -> None:
    write(tree, certs="import nowhere\n", e2e=GOOD)
    assert tests.run_tests([]) != 0


def test_a_test_that_fails_twice_counts_once(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tree, certs=TWICE + GOOD)
    assert tests.run_tests([]) == 1
    assert capfd.readouterr().out.endswith("\n1 passed, 1 failed, 0 skipped\n")


def test_arguments_choose(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tree, e2e=BAD, certs=GOOD + BAD)
    assert tests.run_tests(["tests/certs", "-k", "good"]) == 0
    assert "1 passed, 0 failed, 0 skipped" in capfd.readouterr().out


def test_a_filter_that_leaves_a_process_without_tests_is_fine(tree: Path) -> None:
    write(tree, integration=BAD, certs=GOOD)
    assert tests.run_tests(["-k", "good"]) == 0


def test_they_run_side_by_side_and_are_told_one_after_the_other(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    all_ = ["certs", "integration"]
    write(tree, **{mine: MEETING.format(folder=str(tree), mine=mine, all=all_) for mine in all_})
    assert tests.run_tests(["tests", "--capture=no"]) == 0
    order = re.findall(r"^Side by side: .*$|hello from \w+|1 passed", capfd.readouterr().out, re.MULTILINE)
    assert order == [
        "Side by side: tests/certs | tests/integration",
        *("hello from certs", "1 passed", "hello from integration", "1 passed"),
    ]


def test_what_runs_alone_is_seen_at_once(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tree, e2e=GOOD)
    assert tests.run_tests(["tests/e2e"]) == 0
    assert "Side by side" not in capfd.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_lets_the_tests_clean_up(tree: Path, number: signal.Signals) -> None:
    write(tree, integration=SLOW, certs=SLOW)
    for name in ("integration", "certs"):
        (tree / "tests" / name / "conftest.py").write_text(CLEANED_UP.format(folder=str(tree), name=name))
    run = f"import sys; sys.path.insert(0, {str(layout.ROOT)!r}); from pathlib import Path\n" + RUN.format(
        tree=str(tree)
    )
    with subprocess.Popen([sys.executable, "-c", run], start_new_session=True) as command:
        while command.poll() is None and len(list(tree.glob("running *"))) < 2:
            time.sleep(0.05)
        if number == signal.SIGINT:
            os.killpg(command.pid, number)  # as a terminal does
        else:
            command.send_signal(number)
        assert command.wait(60) == 130
    assert {path.name for path in tree.glob("cleaned up *")} == {"cleaned up integration", "cleaned up certs"}


@pytest.mark.parametrize("content", [None, SKIPPED, "x = 1\n"])
def test_a_run_without_any_test_fails_in_words(tree: Path, content: str | None) -> None:
    if content:
        write(tree, certs=content)
    with pytest.raises(SetupError, match="No test ran"):
        tests.run_tests([])
