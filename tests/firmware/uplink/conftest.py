from collections.abc import Callable, Iterator
import getpass
from pathlib import Path
from typing import Any

import pytest

from tests.certs.greenhouse import Greenhouse
from tests.firmware.uplink.hub import Hub


@pytest.fixture(scope="session")
def greenhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Greenhouse]:
    """One authority and one broker for all tests; who changes it puts it right again."""
    greenhouse = Greenhouse(tmp_path_factory.mktemp("pki"), getpass.getuser())
    (greenhouse.pki.folder / "mosquitto" / "conf.d" / "tests.conf").write_text("log_type all\n")
    greenhouse.broker.start()
    yield greenhouse
    greenhouse.stop()


@pytest.fixture
def new_hub(micropython: Path, greenhouse: Greenhouse, tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Makes hubs, and ends those that are left."""
    hubs: list[Hub] = []

    def make(**settings: Any) -> Hub:
        hub = Hub(micropython, greenhouse, tmp_path / f"flash{len(hubs)}", **settings)
        hubs.append(hub)
        return hub

    yield make
    for hub in hubs:
        if hasattr(hub, "_process"):
            hub.kill()
