"""A made-up authority, a real Mosquitto that uses it, and MQTT clients that look like hubs and dashboards."""

from collections.abc import Callable
from pathlib import Path
import queue
import socket
import ssl
from typing import Self

import paho.mqtt.client as mqtt

from certs.passwords import Login
from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from demo.broker import Broker
from demo.program import ProgramError

PATIENCE_S = 10.0  # how long a test waits for something that must come


class Client:
    """One MQTT 3.1.1 client over TLS, as a hub or a dashboard: always verifies the server."""

    def __init__(  # noqa: PLR0913 - one for each thing that can be wrong with a client
        self,
        broker: Broker,
        folder: Path,
        *,
        login: Login | None = None,
        ca: Path | None = None,
        certificate: Path | None = None,
        version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        host: str = "127.0.0.1",
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(ca or folder / "ca.crt")
        context.minimum_version = context.maximum_version = version
        certificate = certificate or folder / "client.crt"
        if certificate.exists():
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        self.messages: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._answers: queue.Queue[str] = queue.Queue()
        self._ends: queue.Queue[str] = queue.Queue()
        self._address = (host, broker.port)
        self.mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="some id", reconnect_on_failure=False)
        self.mqtt.tls_set_context(context)
        if login is not None:
            self.mqtt.username_pw_set(login.user, login.password)
        self.mqtt.on_connect = lambda *args: self._answers.put(str(args[3]))
        self.mqtt.on_subscribe = lambda *_: self._answers.put("subscribed")
        self.mqtt.on_publish = lambda *_: self._answers.put("published")
        self.mqtt.on_disconnect = lambda *args: self._ends.put(str(args[3]))
        self.mqtt.on_message = lambda _c, _u, message: self.messages.put((message.topic, message.payload))

    def connect(self) -> str:
        """Connect; give the broker's answer in words. TLS refusals raise OSError."""
        self.mqtt.connect(*self._address)
        self.mqtt.loop_start()
        return self._answers.get(timeout=PATIENCE_S)

    def subscribe(self, topic: str) -> None:
        self.mqtt.subscribe(topic)
        assert self._answers.get(timeout=PATIENCE_S) == "subscribed"

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Publish with QoS 1, so that it has been dealt with when this returns."""
        self.mqtt.publish(topic, payload, qos=1, retain=retain)
        assert self._answers.get(timeout=PATIENCE_S) == "published"

    def next_message(self) -> tuple[str, bytes]:
        return self.messages.get(timeout=PATIENCE_S)

    def vanish(self) -> None:
        """Go without a word, as when the power fails."""
        connection = self.mqtt.socket()
        assert isinstance(connection, ssl.SSLSocket)
        connection.shutdown(socket.SHUT_RDWR)

    def wait_until_cut_off(self) -> str:
        return self._ends.get(timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        assert self.connect() == "Success"
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()


class Greenhouse:
    """An authority in a folder, everything issued, and the broker that serves it."""

    def __init__(self, folder: Path, account: str) -> None:
        self.pki = Pki(folder)
        self.pki.init()
        self.pki.issue_server(["greenhouse.test"], ["127.0.0.1"])
        self.pki.issue_client(HUB, "1")
        self.pki.issue_client(HUB, "2")
        self.pki.issue_client(DASHBOARD)
        self.broker = Broker(self.pki.configure_broker(free_port(), "127.0.0.1", account))
        self._clients: list[Client] = []

    def login(self, who: str) -> Login:
        return Login.read(self.pki.folder / who / "login.txt")

    def client(self, who: str, **changes: object) -> Client:
        """A client with the files and login of `who`, but for the changes."""
        changes = {"login": self.login(who)} | changes if "login" not in changes else changes
        client = Client(self.broker, self.pki.folder / who, **changes)  # type: ignore[arg-type]
        self._clients.append(client)
        return client

    def applying(self, change: Callable[[], object]) -> None:
        """Make a change of the authority, and wait until the running broker has taken it up."""
        before = self.broker.log_size()
        change()
        assert self.pki.broker_told is not None
        assert self.pki.broker_told.told, self.pki.broker_told.sentence
        try:
            self.broker.wait_for_log("Reloading config", since=before, within_s=1)
        except ProgramError:  # Mosquitto forgets a request that comes while it works off the one before
            self.broker.reload()

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        self.broker.stop()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
