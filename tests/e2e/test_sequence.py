"""The project's sequence diagram, phase by phase, on real parts: hub, Mosquitto, dashboard, and Home Assistant."""

from collections.abc import Iterator
import queue
import re
import socket
import ssl
import time

import pytest

from certs.pki import Pki
from demo.broker import Broker
from demo.hub import Hub, core2_tls
from tests.certs.greenhouse import Client
from tests.e2e.house import PATIENCE_S, House

ADDRESS = "127.0.0.1"
DIAGRAM = {"/serre/1/bac/1/sol": b"65.0", "/serre/1/bac/1/air/temp": b"22.5", "/serre/1/bac/1/air/hum": b"58.0"}


class Recorder:
    """A hub whose MQTT packets are noted as paho tells them, in both directions."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._packets: queue.Queue[str] = queue.Queue()
        hub.client.on_log = lambda _client, _data, _level, text: self._packets.put(text)

    def wait_for(self, packet: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while packet not in (text := self._packets.get(timeout=PATIENCE_S)):
            assert time.monotonic() < deadline, packet
        return text


@pytest.fixture
def recorder(pki: Pki, broker: Broker, hub: Hub) -> Iterator[Recorder]:
    """Hub 1 before it connects, in place of the session's; its keep-alive is short enough to wait for."""
    hub.stop()
    recorder = Recorder(Hub("1", pki.folder / "hub-1", broker.port, keepalive_s=2))
    yield recorder
    recorder.hub.stop()
    hub.start()
    hub.wait_online()


def test_phase_1_both_sides_reach_the_address_of_the_broker(broker: Broker) -> None:
    # A desk has no "Serre" Wi-Fi and no DHCP: that a Core2 gets an address, and that 192.168.42.66 is the broker's,
    # shows on site only. What shows here: the broker's address is reached from both sides.
    for _side in ("hub", "dashboard"):
        with socket.create_connection((ADDRESS, broker.port), timeout=10) as connection:
            assert connection.getpeername() == (ADDRESS, broker.port)


def test_phase_2_tls_1_2_with_both_certificates_verified(pki: Pki, broker: Broker) -> None:
    context = core2_tls(pki.folder / "hub-1")
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    with (
        socket.create_connection((ADDRESS, broker.port), timeout=10) as connection,
        context.wrap_socket(connection, server_hostname=ADDRESS) as tunnel,
    ):
        assert tunnel.version() == "TLSv1.2"
        certificate = tunnel.getpeercert()
        assert certificate is not None
        assert ("IP Address", ADDRESS) in certificate["subjectAltName"]

    # The broker demands the other one: without client.crt there is no tunnel.
    mark = broker.log_size()
    bare = ssl.create_default_context(cafile=pki.folder / "hub-1" / "ca.crt")
    bare.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection((ADDRESS, broker.port), timeout=10) as connection,
        pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"),
    ):
        bare.wrap_socket(connection, server_hostname=ADDRESS)
    broker.wait_for_log("peer did not return a certificate", since=mark)


def test_phase_3_connect_with_client_id_user_and_password_is_answered_by_connack_0(
    recorder: Recorder, broker: Broker
) -> None:
    mark = broker.log_size()
    recorder.hub.start()
    sent = recorder.wait_for("Sending CONNECT")
    assert "u1, p1" in sent  # user and password are there
    assert "client_id=b'hub-1'" in sent
    assert recorder.wait_for("Received CONNACK").endswith("(0, 0)")  # no session kept, code 0: accepted
    tunnel = recorder.hub.client.socket()
    assert isinstance(tunnel, ssl.SSLSocket)
    assert tunnel.version() == "TLSv1.2"
    # MQTT 3.1.1, a clean session, the keep-alive, the user:
    broker.wait_for_log("as hub-1 (p2, c1, k2, u'hub-1')", since=mark)


def test_phase_4_a_dashboard_subscribes_beside_home_assistant(
    house: House, pki: Pki, broker: Broker, listener: Client
) -> None:
    mark = broker.log_size()
    listener.subscribe("/serre/1/bac/1/#")  # waits for the SUBACK
    broker.wait_for_log("Sending SUBACK to dashboard-terminal", since=mark)
    assert "Client dashboard disconnected" not in broker.log(mark)


async def test_phase_5_three_measurements_reach_the_dashboard_and_home_assistant(
    house: House, hub: Hub, listener: Client
) -> None:
    listener.subscribe("/serre/1/bac/1/#")
    hub.publish("1", [("sol", "65.0"), ("air/temp", "22.5"), ("air/hum", "58.0")])
    assert dict(listener.next_message() for _ in DIAGRAM) == DIAGRAM
    for topic, payload in DIAGRAM.items():
        await house.until(await house.entity(topic), payload.decode())


def test_phase_6_the_connection_is_kept_alive_and_closed_in_order(recorder: Recorder, broker: Broker) -> None:
    recorder.hub.start()
    recorder.hub.wait_online()
    recorder.wait_for("Sending PINGREQ")
    recorder.wait_for("Received PINGRESP")
    mark = broker.log_size()
    recorder.hub.stop()
    broker.wait_for_log("Received DISCONNECT from hub-1", since=mark)
    assert re.search(r"Client hub-1 disconnected\.", broker.log(mark))
    assert "Sending PUBLISH" not in broker.log(mark).partition("Received DISCONNECT")[2]  # no last will after that
