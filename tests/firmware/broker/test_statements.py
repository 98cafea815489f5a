"""statements.txt, case by case, with every stream both whole and in single bytes."""

from pathlib import Path
import re
import subprocess

import pytest

from tests.firmware.broker.sans_io import Play, cases

HERE = Path(__file__).parent
TEXT = (HERE / "statements.txt").read_text(encoding="utf-8")
CASES = cases(TEXT)
# appendix B, by sections
STATEMENTS = (
    "1.5.3-1..3 2.2.2-1..2 2.3.1-1..7 3.1.0-1..2 3.1.2-1..24 3.1.3-1..11 3.1.4-1..5 3.2.0-1 3.2.2-1..6 3.3.1-1..12"
    " 3.3.2-1..3 3.3.4-1 3.3.5-1..2 3.6.1-1 3.8.1-1 3.8.3-1..4 3.8.4-1..6 3.9.3-1..2 3.10.1-1 3.10.3-1..2 3.10.4-1..6"
    " 3.12.4-1 3.14.1-1 3.14.4-1..3 4.1.0-1..2 4.3.1-1 4.3.2-1..2 4.3.3-1..2 4.4.0-1 4.5.0-1..2 4.6.0-1..6 4.7.1-1..3"
    " 4.7.2-1 4.7.3-1..4 4.8.0-1..2 6.0.0-1..4 7.0.0-1..2 7.1.1-1 7.1.2-1"
)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "bytewise"])
@pytest.mark.parametrize(("title", "lines"), CASES, ids=[title for title, _ in CASES])
def test_statement(title: str, lines: list[str], *, whole: bool) -> None:
    Play(whole=whole).all(title, lines)


def test_all_statements_on_the_boards_interpreter(micropython: Path) -> None:
    command = [micropython, HERE / "sans_io.py", HERE.parents[2] / "firmware", HERE / "statements.txt"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_statement_of_the_specification_is_forgotten() -> None:
    expected = set()
    for section in STATEMENTS.split():
        first, _, last = section.partition("..")
        prefix, number = first.rsplit("-", 1)
        expected |= {f"{prefix}-{one}" for one in range(int(number), int(last or number) + 1)}
    named = re.findall(r"^(?:==|--) ([^:]*):", TEXT.split("\n\n\n", 1)[1], re.MULTILINE)
    assert expected == {one for line in named for one in line.split(", ")}
