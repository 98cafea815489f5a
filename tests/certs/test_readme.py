"""The commands that certs/README.md shows, typed as they stand."""

from collections.abc import Iterator
from pathlib import Path
import re
import shlex
import sys

import pytest

from tests.documents.commands import block
from tests.documents.machine import Machine
from tests.documents.markdown import ROOT

README = ROOT / "certs/README.md"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """One on which Python finds `certs`, and what it needs, wherever one is."""
    with Machine(tmp_path) as made:
        python = f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)}"
        made.run(f'python() {{ {python} "$@"; }}\npython3() {{ python "$@"; }}')
        yield made


def test_the_commands_work_in_the_documents_order(machine: Machine) -> None:
    said = machine.run(block("certs/README.md", "Begin"))
    assert "for the names greenhouse.lan, 192.168.42.66" in said
    said = machine.run(block("certs/README.md", "Every year"))
    assert "hub-1" in said
    assert "nothing ends within 60 days" in said
    said = machine.run(block("certs/README.md", "Revoke"))
    assert "hub-1: revoked" in said
    assert "user hub-1 and a new password" in said


def test_debians_service_runs_with_what_the_tool_wrote(machine: Machine) -> None:
    machine.run(block("certs/README.md", "Begin", instead={"-m certs": "-m certs --dir /etc/sigacs"}))
    machine.run(block("certs/README.md", "Install on the broker"))
    pid = (machine.system / "etc/sigacs/mosquitto/mosquitto.pid").read_text().strip()
    said = machine.run("python -m certs --dir /etc/sigacs renew server")
    assert f"(process {pid}) was told to read its files anew" in said


def test_every_file_that_it_names_is_there(machine: Machine) -> None:
    machine.run(block("certs/README.md", "Begin"))
    machine.run("python -m certs broker")
    named = re.findall(r"`(?:pki/)?((?:private|server|hub-1|mosquitto)/[\w./]*)`", README.read_text(encoding="utf-8"))
    assert len(named) > 5
    for path in named:
        assert (machine.home / "pki" / path).exists(), path
