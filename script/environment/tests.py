"""Runs pytest in two processes side by side: what is in tests/integration, and all the rest.

Home Assistant's plugin blocks the network for every test of its process, and the tests of the wire need real sockets.
What the first process says is seen at once, what the other says when both have ended. Not more than two: on two
processors a third would keep the programs waiting that tests wait for.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import tempfile
from xml.etree import ElementTree as ET

from .console import SetupError
from .layout import DEVELOPMENT, ROOT
from .mosquitto import path_with_mosquitto

_WITHOUT_PLUGIN = ("-p", "no:homeassistant")
_LANES = {"": _WITHOUT_PLUGIN, "integration": ()}  # folder below tests/, pytest's options
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
    lanes = _in_lanes(paths or _test_places())
    if len(lanes) > 1:
        print(f"Side by side: {' | '.join(' '.join(places) for places in lanes.values())}", flush=True)
    runs = [
        # for --lf: each process knows what failed in it
        ["-o", f"cache_dir=.pytest_cache/{lane}", *_LANES[lane], *options, *places]
        for lane, places in lanes.items()
    ]
    total = sum(_side_by_side(runs), Outcome())
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


def _in_lanes(paths: Sequence[str]) -> dict[str, list[str]]:
    lanes: dict[str, list[str]] = {lane: [] for lane in _LANES}
    for path in paths:
        below = Path(path).parts[1:2]  # tests/<this>/...
        lanes[below[0] if below and below[0] in _LANES else ""].append(path)
    return {lane: places for lane, places in lanes.items() if places}


def _side_by_side(runs: Sequence[Sequence[str]]) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder, f"{number}.xml") for number in range(len(runs))]
        python = (DEVELOPMENT / "bin" / "python", "-m", "pytest")
        codes = _run_to_their_end(
            [[*python, f"--junit-xml={report}", *arguments] for report, arguments in zip(reports, runs, strict=True)]
        )
        return [_outcome(code, report) for code, report in zip(codes, reports, strict=True)]


def _run_to_their_end(commands: Sequence[Sequence[str | Path]]) -> list[int]:
    """Return the exit codes; when stopped, let the tests stop what they have started, then raise KeyboardInterrupt."""
    # without compiled files, pytest rewrites every assertion of every plugin at each start: seconds
    environment = {**os.environ, "PATH": path_with_mosquitto(), "PYTHONDONTWRITEBYTECODE": ""}
    processes: list[subprocess.Popen[bytes]] = []
    stopped = False

    def stop(number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        if number == signal.SIGTERM:  # has come to us alone; the terminal sends Ctrl-C to all
            for process in processes:
                process.send_signal(signal.SIGINT)

    # Before pytest begins: a signal that is ignored, as a shell ignores Ctrl-C for what it runs in the background,
    # stays ignored in a new process, while one that has a handler does not.
    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    with ExitStack() as said:
        try:
            outputs = [
                said.enter_context(tempfile.TemporaryFile()) if index else None for index in range(len(commands))
            ]
            for command, output in zip(commands, outputs, strict=True):
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=environment,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output and subprocess.STDOUT,
                    )
                )
            codes = [process.wait() for process in processes]
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        for output in filter(None, outputs):
            output.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(output, sys.stdout.buffer)
    if stopped:
        raise KeyboardInterrupt
    return codes


def _outcome(code: int, report: Path) -> Outcome:
    counts = _counted(report) if report.exists() else Outcome()
    # a filter (-k, -m) may leave one of the two processes without any test
    return counts + Outcome(code=0 if code == _NO_TEST_COLLECTED else code)


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
