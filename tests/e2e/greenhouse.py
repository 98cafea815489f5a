"""A greenhouse of the tests: its hub is a real one; what the nodes say, a test may say in their place."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
import ssl

from paho.mqtt.client import CallbackAPIVersion, Client as MqttClient

from certs.passwords import Login
from certs.pki import Pki
from demo import boards
from demo.broker import Broker
from demo.home_assistant import free_port
from provision.keys import node_key, node_password
from tests.certs.greenhouse import Client

PERIOD_S = 10
_PATIENCE_S = 10.0


class Hub(boards.Hub):
    """A hub to which the test speaks as its nodes do: any MQTT client with a node's login may be one."""

    def __init__(self, pki: Pki, greenhouse: str, broker_port: int, folder: Path) -> None:
        self.credentials = pki.folder / f"hub-{greenhouse}"
        self._broker_port = broker_port
        super().__init__(pki, greenhouse, boards.settings(broker_port, free_port(), PERIOD_S), folder)
        self._key = node_key(pki.folder, greenhouse)

    def publish(self, planter: str, readings: Iterable[tuple[str, str]]) -> None:
        """Publish a planter's readings at the hub, each acknowledged, so that the hub has stored them."""
        user = f"bac-{planter}"
        client = MqttClient(CallbackAPIVersion.VERSION2, client_id=user)
        client.username_pw_set(user, node_password(self._key, user))
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        try:
            for leaf, payload in readings:
                told = client.publish(f"/serre/{self.greenhouse}/bac/{planter}/{leaf}", payload, qos=1)
                told.wait_for_publish(_PATIENCE_S)
                assert told.is_published(), f"hub {self.greenhouse} did not acknowledge {leaf}:\n{self.log()}"
        finally:
            client.disconnect()
            client.loop_stop()

    def pixels_lit(self) -> int:
        """Count the bytes of its screen that are not black."""
        return sum(map(bool, (self.folder / "screen.rgb565").read_bytes()))

    @contextmanager
    def replaced(self, broker: Broker) -> Iterator[Client]:
        """Stop it, and give the test a client in its place at Mosquitto: for what the firmware never does."""
        self.stop()
        try:
            with Client(broker, self.credentials, login=Login.read(self.credentials / "login.txt")) as client:
                yield client
        finally:
            self.start()
            self.wait_online(self.log_size())


def tls_1_2(credentials: Path) -> ssl.SSLContext:
    """TLS as a Core2 has it: version 1.2 and nothing newer, the broker verified, client.crt shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(credentials / "ca.crt")
    context.load_cert_chain(credentials / "client.crt", credentials / "client.key")
    return context
