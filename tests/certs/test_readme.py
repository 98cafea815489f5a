"""The commands that certs/README.md shows, in its order."""

from pathlib import Path
import re
import shlex

import pytest

from certs.commands import main

README = Path(__file__).resolve().parents[2] / "certs/README.md"


def test_the_commands_of_the_readme_work_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if "-m certs " in line]
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line.split("-m certs ")[1])
        if words[-1] == "broker":  # as the account that runs the tests, in a folder of theirs
            words = ["broker", "--user", Path("~").expanduser().owner()]
        assert main(words) == 0, line
    for path in re.findall(r"`(?:pki/)?((?:private|server|hub-1|mosquitto)/[\w./]*)`", README.read_text()):
        assert (tmp_path / "pki" / path).exists(), path
