"""The exact bytes of a session, as a broker reads them behind TLS."""

from collections.abc import Callable, Iterator
import contextlib
import json
import socket
import ssl

import pytest

from tests.certs.greenhouse import Greenhouse
from tests.firmware.uplink.hub import PATIENCE_S, Hub

CONNACK = b"\x20\x02\x00\x00"
PINGREQ = b"\xc0\x00"
PINGRESP = b"\xd0\x00"
DISCONNECT = b"\xe0\x00"


def field(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def publish(topic: str, payload: str, *, retain: bool = False) -> bytes:
    body = field(topic) + payload.encode()
    assert len(body) < 128
    return bytes((0x30 | retain, len(body))) + body


class Broker:
    """Takes one TLS connection at a time, checks the client's certificate, and lets the test read and answer."""

    def __init__(self, greenhouse: Greenhouse) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(greenhouse.pki.folder / "mosquitto" / "server.pem")
        self._context.load_verify_locations(greenhouse.pki.folder / "ca.crt")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self.port = self._listener.getsockname()[1]
        self.tls: ssl.SSLSocket

    def accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(PATIENCE_S)
        self.tls = self._context.wrap_socket(connection, server_side=True)

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            chunk = self.tls.recv(count - len(data))
            assert chunk, f"it ended after {data!r}"
            data += chunk
        return data

    def read_packet(self) -> bytes:
        header = self.read(2)
        length, shift = header[1] & 0x7F, 7
        while header[-1] & 0x80:
            header += self.read(1)
            length |= (header[-1] & 0x7F) << shift
            shift += 7
        return header + self.read(length)

    def let_in(self) -> None:
        """Take a connection as far as the hub's first PINGREQ, which is answered."""
        self.accept()
        self.read_packet()
        self.tls.sendall(CONNACK)
        while self.read_packet() != PINGREQ:
            pass
        self.tls.sendall(PINGRESP)

    def close(self) -> None:
        self._listener.close()
        if hasattr(self, "tls"):
            with contextlib.suppress(OSError):
                self.tls.close()


@pytest.fixture
def broker(greenhouse: Greenhouse) -> Iterator[Broker]:
    broker = Broker(greenhouse)
    yield broker
    broker.close()


@pytest.fixture
def hub(new_hub: Callable[..., Hub], broker: Broker) -> Hub:
    hub = new_hub(limits={"idle": 1, "answer": 2})
    hub.config["broker"]["port"] = broker.port
    hub.config["login"] = {"user": "hub-1", "password": "secret"}
    hub.start()
    return hub


def test_connect_and_what_follows_up_to_disconnect(hub: Hub, broker: Broker) -> None:
    broker.accept()
    body = b"\x00\x04MQTT\x04\xe6\x00\x3c" + b"".join(
        map(field, ("hub-1", "/serre/1/etat", "offline", "hub-1", "secret"))
    )
    assert broker.read_packet() == bytes((0x10, len(body))) + body
    assert broker.tls.version() == "TLSv1.2"
    subject = dict(entry[0] for entry in (broker.tls.getpeercert() or {})["subject"])
    assert subject["commonName"] == "hub-1"

    broker.tls.settimeout(0.5)  # nothing may come before CONNACK [3.1.4]
    with pytest.raises(TimeoutError):
        broker.tls.recv(1)
    broker.tls.settimeout(PATIENCE_S)
    hub.measure(("1", "sol", "65.0", 0))
    broker.tls.sendall(CONNACK)
    assert broker.read_packet() == publish("/serre/1/etat", "online", retain=True)
    health = broker.read_packet()
    topic = field("/serre/1/sante")
    assert (health[0], topic in health) == (0x31, True)
    assert json.loads(health.split(topic)[1])["queue"] == 1
    assert broker.read_packet() == publish("/serre/1/bac/1/sol", "65.0")
    assert broker.read_packet() == PINGREQ
    assert hub.tell()["waiting"] == 1  # until the answer
    broker.tls.sendall(PINGRESP)
    hub.wait_for_state("online")
    hub.wait_until_left(0)

    hub.measure(("1", "air/temp", "22.5", 0), ("1", "air/hum", "58.0", 0))
    assert broker.read_packet() == publish("/serre/1/bac/1/air/temp", "22.5")
    assert broker.read_packet() == publish("/serre/1/bac/1/air/hum", "58.0")
    assert broker.read_packet() == PINGREQ
    broker.tls.sendall(PINGRESP)
    assert broker.read_packet() == PINGREQ  # idle
    broker.tls.sendall(PINGRESP)
    assert hub.stop()["waiting"] == 0
    while (packet := broker.read_packet()) == PINGREQ:
        broker.tls.sendall(PINGRESP)
    assert packet == publish("/serre/1/etat", "offline", retain=True)
    assert broker.read_packet() == DISCONNECT
    assert broker.tls.recv(1) == b""


def test_what_was_not_answered_is_sent_again(hub: Hub, broker: Broker) -> None:
    broker.let_in()
    hub.measure(("1", "sol", "65.0", 0))
    assert broker.read_packet() == publish("/serre/1/bac/1/sol", "65.0")
    assert broker.read_packet() == PINGREQ  # never answered
    hub.wait_for_state("frozen")
    broker.accept()
    broker.read_packet()
    broker.tls.sendall(CONNACK)
    packets = []
    while (packet := broker.read_packet()) != PINGREQ:
        packets.append(packet)
    assert packets[-1] == publish("/serre/1/bac/1/sol", "65.0")
    broker.tls.sendall(PINGRESP)
    hub.wait_until_left(0)


def test_an_end_while_idle_is_noticed_at_once(hub: Hub, broker: Broker) -> None:
    broker.let_in()
    hub.wait_for_state("online")
    broker.tls.close()
    assert hub.wait_for_next_state() == "lost"
    broker.let_in()
    hub.wait_for_state("online")


@pytest.mark.parametrize("nonsense", [b"\x30\x05\x00\x01a65", b"\xff\xff\xff\xff\xff\xff", b"\x00\x00"])
def test_a_broker_that_says_what_nobody_asked_for_is_left(hub: Hub, broker: Broker, nonsense: bytes) -> None:
    broker.let_in()
    hub.wait_for_state("online")
    broker.tls.sendall(nonsense)
    assert hub.wait_for_next_state() == "lost"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"\x20\x02\x00\x01", "mqtt"),
        (b"\x20\x02\x00\x02", "mqtt"),
        (b"\x20\x02\x00\x04", "login"),
        (b"\x20\x02\x00\x05", "login"),
        (b"\xd0\x00\x00\x00", "mqtt"),
        (b"", "mqtt"),
    ],
)
def test_each_answer_to_connect(hub: Hub, broker: Broker, answer: bytes, state: str) -> None:
    broker.accept()
    broker.read_packet()
    broker.tls.sendall(answer)
    if not answer:
        broker.tls.close()
    hub.wait_for_state(state)


def test_the_health_says_what_was_lost(new_hub: Callable[..., Hub], broker: Broker) -> None:
    hub = new_hub(limits={"idle": 1}, room=8192)
    hub.config["broker"]["port"] = broker.port
    hub.start()
    hub.tell(measure=[("1", "sol", f"{n}.0", 0) for n in range(2000)])
    assert hub.tell()["dropped"] > 0
    broker.accept()
    broker.read_packet()
    broker.tls.sendall(CONNACK)
    broker.read_packet()
    assert json.loads(broker.read_packet().split(field("/serre/1/sante"))[1])["dropped"] == hub.tell()["dropped"]
