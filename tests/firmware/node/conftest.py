from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.firmware.node.stick import Hub, Stick


@pytest.fixture
def hub(micropython: Path, tmp_path: Path) -> Iterator[Hub]:
    one = Hub(micropython, tmp_path / "heard.jsonl")
    one.start()
    yield one
    one.stop()


@pytest.fixture
def stick(micropython: Path, tmp_path: Path, hub: Hub) -> Stick:
    return Stick(micropython, tmp_path / "1", hub.port)
