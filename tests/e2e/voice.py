"""What the hub of a greenhouse says to Mosquitto, with its certificate and login and its last will, said by a test.

In place of the firmware where time is moved: the clock of its interpreter, a program without libraries, cannot be.
"""

from collections.abc import Iterable, Mapping
import json
from typing import Self

from certs.passwords import Login
from certs.pki import Pki
from demo.broker import Broker
from tests.certs.greenhouse import Client

PERIOD_S = 900


class Voice(Client):
    """One hub, connected while entered."""

    def __init__(self, pki: Pki, broker: Broker, greenhouse: str, **health: object) -> None:
        credentials = pki.folder / f"hub-{greenhouse}"
        super().__init__(broker, credentials, login=Login.read(credentials / "login.txt"))
        self.path = f"/serre/{greenhouse}"
        self._health = {"period": PERIOD_S, **health}
        self.mqtt.will_set(f"{self.path}/etat", "offline", retain=True)

    def __enter__(self) -> Self:
        super().__enter__()
        self.publish(f"{self.path}/etat", "online", retain=True)
        self.publish(f"{self.path}/sante", json.dumps(self._health), retain=True)
        return self

    def measure(self, planter: str, **leaves: object) -> None:
        """Pass on what a node measured, in its order; an underscore stands for a slash."""
        for leaf, value in leaves.items():
            self.publish(f"{self.path}/bac/{planter}/{leaf.replace('_', '/')}", str(value))

    def deliver_late(self, planter: str, measurements: Iterable[tuple[float, str, object]]) -> None:
        """Pass on what could not be sent when it was measured, with the Unix time of each."""
        listed = [[int(at), leaf, str(value)] for at, leaf, value in measurements]
        for begin in range(0, len(listed), 80):
            message: Mapping[str, object] = {"format": 1, "measurements": listed[begin : begin + 80]}
            self.publish(f"{self.path}/bac/{planter}/histo", json.dumps(message, separators=(",", ":")))
