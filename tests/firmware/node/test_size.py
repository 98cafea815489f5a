import json
from pathlib import Path
import subprocess

import pytest

from provision.firmware import role_code
from tests.firmware.node.stick import FIRMWARE, HERE, Hub, Stick


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a node's slot holds of code, compiled as provisioning does it."""
    folder = tmp_path_factory.mktemp("compiled")
    for path, content in role_code("node").items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_a_nodes_program_is_small(compiled: Path) -> None:
    assert sum(file.stat().st_size for file in compiled.rglob("*.mpy")) <= 16 * 1024


def test_a_wake_fits_into_the_memory_of_a_stick(hub: Hub, stick: Stick, micropython: Path, compiled: Path) -> None:
    stick.asleep()
    command = [micropython, HERE / "heap.py", FIRMWARE, compiled, stick.folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["delivered"]
    assert result["most"] <= 56 * 1024
