"""A greenhouse's hub towards the broker, as the M5Stack Core2 of the sequence diagram is one.

TLS 1.2 with client.crt, CONNECT with client id, user, password and the last will `offline`; after CONNACK `online` and
its health, retained; then the measurements, QoS 0, every period, PINGREQ in between; at last `offline`, DISCONNECT.
"""

import asyncio
from collections.abc import Iterable
import json
from pathlib import Path
import ssl
import threading
import time
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import CallbackAPIVersion, Client, ConnectFlags, DisconnectFlags, MQTTv311
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from certs.passwords import Login

from .growing import Planter

_HOST = "127.0.0.1"
PERIOD_S = 10.0
KEEPALIVE_S = 15
_CONNECT_LIMIT_S = 15.0
_RETRY_S = (1, 10)
_VERSION = "demo"


class HubError(RuntimeError):
    """The hub has no connection; the text says what the broker or TLS answered last."""


class Hub:
    """One connection to the broker for one greenhouse; paho keeps it up from a thread, and reconnects."""

    def __init__(self, greenhouse: str, credentials: Path, port: int, *, keepalive_s: int = KEEPALIVE_S) -> None:
        """Take the folder that `python -m certs hub` wrote, and the port of a broker on this machine."""
        self.greenhouse = greenhouse
        self.last_answer = "no answer yet"
        self._port, self._keepalive_s = port, keepalive_s
        self._began = time.monotonic()
        self._online = threading.Event()
        login = Login.read(credentials / "login.txt")
        self.client = client = Client(CallbackAPIVersion.VERSION2, client_id=login.user, protocol=MQTTv311)
        client.username_pw_set(login.user, login.password)
        client.tls_set_context(core2_tls(credentials))
        client.will_set(self.topic("etat"), "offline", retain=True)
        client.reconnect_delay_set(*_RETRY_S)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected

    def __enter__(self) -> Self:
        """Connect."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye."""
        self.stop()

    @property
    def online(self) -> bool:
        """Whether the broker has accepted the connection that stands now."""
        return self._online.is_set()

    def topic(self, below: str) -> str:
        """Return a topic of this greenhouse."""
        return f"/serre/{self.greenhouse}/{below}"

    def start(self) -> None:
        """Begin to connect; it goes on trying for ever."""
        self.client.connect_async(_HOST, self._port, self._keepalive_s)
        self.client.loop_start()

    def wait_online(self, within_s: float = _CONNECT_LIMIT_S) -> None:
        """Wait for the broker's yes. Raises HubError with its last answer."""
        if not self._online.wait(within_s):
            raise HubError(f"hub {self.greenhouse} is not connected to {_HOST}:{self._port}: {self.last_answer}")

    def stop(self) -> None:
        """Publish `offline`, send DISCONNECT, and end the thread."""
        if self.online:
            self.client.publish(self.topic("etat"), "offline", retain=True)
            self.client.disconnect()
        self.client.loop_stop()

    def drop(self) -> None:
        """Vanish as a hub without power does: no DISCONNECT, so that the broker publishes the last will."""
        self.client.loop_stop()
        if sock := self.client.socket():
            sock.close()
        self._online.clear()

    def publish(self, planter: str, readings: Iterable[tuple[str, str]]) -> None:
        """Publish a planter's readings, QoS 0; what is measured while the broker is away is lost."""
        if self.online:
            for leaf, payload in readings:
                self.client.publish(self.topic(f"bac/{planter}/{leaf}"), payload)

    def publish_health(self, period_s: float) -> None:
        """Publish what the hub says of itself, retained."""
        health = {
            "version": _VERSION,
            "period": int(period_s),
            "uptime": int(time.monotonic() - self._began),
            "clock": int(time.time()),
        }
        self.client.publish(self.topic("sante"), json.dumps(health), retain=True)

    async def keep_publishing(self, planters: list[Planter], period_s: float = PERIOD_S) -> None:
        """Publish all planters every period, until cancelled."""
        while True:
            at_s = time.monotonic() - self._began
            for planter in planters:
                planter.advance(at_s)
                self.publish(planter.id, planter.read())
            await asyncio.sleep(period_s - (time.monotonic() - self._began) % period_s)

    def _connected(
        self, client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self.last_answer = str(code)
        if not code.is_failure:
            client.publish(self.topic("etat"), "online", retain=True)
            self.publish_health(PERIOD_S)
            self._online.set()

    def _disconnected(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self.last_answer = str(code)
        self._online.clear()


def core2_tls(credentials: Path) -> ssl.SSLContext:
    """Return the TLS of a Core2: version 1.2 and nothing newer, the broker verified, client.crt shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(credentials / "ca.crt")
    context.load_cert_chain(credentials / "client.crt", credentials / "client.key")
    return context
