"""Runs pytest, once with Home Assistant's plugin and once without it.

The plugin blocks the network for every test of its process, and the tests of the wire need real sockets.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path
import signal
import subprocess
import tempfile
from xml.etree import ElementTree as ET

from .console import SetupError
from .layout import DEVELOPMENT, ROOT
from .mosquitto import path_with_mosquitto

_WITH_PLUGIN = ROOT / "tests" / "integration"
_WITHOUT_PLUGIN = ("-p", "no:homeassistant")
_NO_TEST_COLLECTED = 5  # pytest's exit code


@dataclass(frozen=True)
class Outcome:
    """What one pytest process came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    code: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.code or other.code,
        )


def run_tests(arguments: Sequence[str]) -> int:
    """Run the tests that the arguments name, or all; return the exit code. Raises SetupError if no test ran at all."""
    paths = [argument for argument in arguments if argument.removeprefix("./").startswith("tests/")]
    options = [argument for argument in arguments if argument not in (*paths, "tests")]
    total = Outcome()
    for plugin, chosen in _by_plugin(paths or _test_places()):
        if chosen:
            total += _pytest([*plugin, *options, *chosen])
    if not total.code and not total.passed + total.failed:
        raise SetupError(f"No test ran: nothing below {ROOT / 'tests'} matches, or all of it was skipped.")
    print(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return total.code


def _test_places() -> list[str]:
    """Return what lies directly below tests/ and holds tests, so that a new folder needs no entry anywhere."""
    places = (ROOT / "tests").glob("*")
    return sorted(str(place.relative_to(ROOT)) for place in places if _holds_tests(place))


def _holds_tests(place: Path) -> bool:
    return any(place.rglob("test_*.py")) if place.is_dir() else place.match("test_*.py")


def _by_plugin(paths: Sequence[str]) -> tuple[tuple[Sequence[str], list[str]], ...]:
    with_plugin = [path for path in paths if _WITH_PLUGIN in (ROOT / path, *(ROOT / path).parents)]
    return (
        (_WITHOUT_PLUGIN, [path for path in paths if path not in with_plugin]),
        ((), with_plugin),
    )


def _pytest(arguments: Sequence[str]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = _run_to_its_end([DEVELOPMENT / "bin" / "python", "-m", "pytest", f"--junit-xml={report}", *arguments])
        counts = _counted(report) if report.exists() else Outcome()
    # a filter (-k, -m) may leave one of the two processes without any test
    return counts + Outcome(code=0 if code == _NO_TEST_COLLECTED else code)


def _run_to_its_end(command: Sequence[str | Path]) -> int:
    """Return the exit code; when stopped, let the tests stop what they have started, then raise KeyboardInterrupt."""
    # without compiled files, pytest rewrites every assertion of every plugin at each start: seconds
    environment = {**os.environ, "PATH": path_with_mosquitto(), "PYTHONDONTWRITEBYTECODE": ""}
    process: subprocess.Popen[bytes] | None = None
    stopped = False

    def stop(number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        if number == signal.SIGTERM and process:  # has come to us alone; the terminal sends Ctrl-C to both
            process.send_signal(signal.SIGINT)

    # Before pytest begins: a signal that is ignored, as a shell ignores Ctrl-C for what it runs in the background,
    # stays ignored in a new process, while one that has a handler does not.
    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
        code = process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if stopped:
        raise KeyboardInterrupt
    return code


def _counted(report: Path) -> Outcome:
    """Count each test once: one that fails and then fails to clean up is reported twice."""
    worst: dict[tuple[str | None, str | None], str] = {}
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 (pytest wrote it a moment ago)
        told = {child.tag for child in case}
        result = "failed" if told & {"failure", "error"} else "skipped" if "skipped" in told else "passed"
        test = (case.get("classname"), case.get("name"))
        worst[test] = min(result, worst.get(test, result))  # "failed" < "passed" < "skipped"
    counts = Counter(worst.values())
    return Outcome(counts["passed"], counts["failed"], counts["skipped"])
