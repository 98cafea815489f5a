"""Whom the reload reaches, and whom it must not."""

import os
from pathlib import Path
import subprocess
import sys

import pytest

from certs.pki import Pki
from certs.policy import HUB
from certs.reload import reload_broker
from tests.certs.greenhouse import Greenhouse


def test_without_a_broker_folder_nobody_is_told(pki: Pki) -> None:
    pki.issue_client(HUB, "2")
    assert pki.broker_told is None


@pytest.mark.parametrize("content", [None, "", "garbage", "-1", "0", "999999999", "99999999999999999999"])
def test_a_pid_file_that_is_useless_leads_to_the_command_to_type(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "mosquitto.pid").write_text(content)
    outcome = reload_broker(tmp_path)
    assert not outcome.told
    assert "sudo systemctl reload mosquitto" in outcome.sentence


def test_another_program_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        (tmp_path / "mosquitto.pid").write_text(f"{other.pid}\n")
        assert not reload_broker(tmp_path).told
        other.communicate(b"\n")
        assert other.returncode == 0


def test_a_stopped_broker_leads_to_the_command_to_type(greenhouse: Greenhouse) -> None:
    greenhouse.broker.stop()
    greenhouse.pki.renew(["server"])
    assert greenhouse.pki.broker_told is not None
    assert not greenhouse.pki.broker_told.told


def test_a_broker_of_another_account_leads_to_the_command_with_sudo(
    greenhouse: Greenhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", denied)  # as an ordinary user would find it; these tests may run as root
    outcome = reload_broker(greenhouse.pki.folder / "mosquitto")
    assert not outcome.told
    assert outcome.sentence.endswith(f"sudo kill -HUP {greenhouse.broker.pid}")
