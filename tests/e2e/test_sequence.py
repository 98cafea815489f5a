"""The project's sequence diagram, phase by phase, on real parts: node, hub, Mosquitto, dashboard, Home Assistant.

Node and hub are the firmware under MicroPython, on simulated boards. Two wiretaps see what a capture would show: one
between node and hub, one between hub and broker.
"""

from collections.abc import Iterator
import socket
import ssl

import pytest

from certs.pki import Pki
from demo.boards import Nodes, settings
from demo.broker import Broker
from tests.certs.greenhouse import Client
from tests.e2e.greenhouse import PERIOD_S, Hub, tls_1_2
from tests.e2e.house import House, eventually
from tests.e2e.wiretap import Wiretap, handshake, mqtt_packets

ADDRESS = "127.0.0.1"
DIAGRAM = {"/serre/1/bac/1/sol": b"65.0", "/serre/1/bac/1/air/temp": b"22.5", "/serre/1/bac/1/air/hum": b"58.0"}

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE = 1, 2, 11, 12
CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE = 13, 14, 15, 16
CONNECT, CONNACK, PUBLISH_QOS_1, PUBACK, DISCONNECT = 0x10, 0x20, 0x32, 0x40, 0xE0


@pytest.fixture(scope="module")
def uplink(broker: Broker) -> Iterator[Wiretap]:
    """The way from the hub to the broker."""
    with Wiretap(broker.port) as wiretap:
        yield wiretap


@pytest.fixture(scope="module")
def tapped(pki: Pki, hub: Hub, uplink: Wiretap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Hub 1, as it comes out of its box, in place of the session's; its uplink leads through the wiretap."""
    hub.stop()
    with Hub(pki, "1", uplink.port, tmp_path_factory.mktemp("hub")) as tapped:
        tapped.wait_online()
        yield tapped
    since = hub.log_size()
    hub.start()
    hub.wait_online(since)


@pytest.fixture(scope="module")
def local(tapped: Hub) -> Iterator[Wiretap]:
    """The way from the nodes to the hub."""
    with Wiretap(tapped.port) as wiretap:
        yield wiretap


@pytest.fixture(scope="module")
def node(pki: Pki, broker: Broker, local: Wiretap, tmp_path_factory: pytest.TempPathFactory) -> Nodes:
    """The node of planter 1, whose probes show what the diagram says; not yet switched on."""
    there = settings(broker.port, local.port, PERIOD_S)
    world = {"moisture": 65.0, "temperature": 22.5, "humidity": 58.0}
    return Nodes(pki, "1", {"1": world}, there, tmp_path_factory.mktemp("nodes"))


def test_phase_1_hub_and_node_join_the_wifi_and_get_an_address(tapped: Hub, node: Nodes) -> None:
    # What shows here is the firmware's part, with a simulated radio. That "Serre" gives addresses, and that
    # 192.168.42.66 is the broker's, shows on site only.
    tapped.wait_for_log("wifi: connected as 192.168.")
    with node:
        node.wait_for_log("wifi: connected to Serre")


def test_phase_2_tls_1_2_with_both_certificates_verified(
    pki: Pki, broker: Broker, uplink: Wiretap, tapped: Hub
) -> None:
    hub, server = handshake(uplink.sent), handshake(uplink.answered)
    assert server[:5] == [SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST, SERVER_HELLO_DONE]
    assert hub[:4] == [CLIENT_HELLO, CERTIFICATE, CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY]
    assert uplink.answered[1:3] == b"\x03\x03"  # TLS 1.2
    for certificate, captured in (("server/server.crt", uplink.answered), ("hub-1/client.crt", uplink.sent)):
        der = ssl.PEM_cert_to_DER_cert((pki.folder / certificate).read_text().partition("-----END")[0] + _END)
        assert der in bytes(captured)
    assert b"MQTT" not in uplink.sent  # all that follows is ciphered

    # Each demands the other's. Without client.crt there is no tunnel; tests/firmware/uplink shows the other way round.
    mark = broker.log_size()
    bare = ssl.create_default_context(cafile=pki.folder / "hub-1" / "ca.crt")
    bare.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection((ADDRESS, broker.port), timeout=10) as connection,
        pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"),
    ):
        bare.wrap_socket(connection, server_hostname=ADDRESS)
    broker.wait_for_log("peer did not return a certificate", since=mark)
    with (
        socket.create_connection((ADDRESS, broker.port), timeout=10) as connection,
        tls_1_2(pki.folder / "hub-1").wrap_socket(connection, server_hostname=ADDRESS) as tunnel,
    ):
        assert tunnel.version() == "TLSv1.2"


_END = "-----END CERTIFICATE-----\n"


def test_phase_3_connect_with_client_id_user_and_password_is_answered_by_connack_0(broker: Broker, tapped: Hub) -> None:
    # MQTT 3.1.1, a clean session, the keep-alive, the user; then no session kept, code 0: accepted
    log = broker.log()
    assert "as hub-1 (p2, c1, k" in log
    assert "u'hub-1'" in log
    assert "Sending CONNACK to hub-1 (0, 0)" in log


def test_phase_4_a_dashboard_subscribes_beside_home_assistant(
    house: House, pki: Pki, broker: Broker, listener: Client
) -> None:
    mark = broker.log_size()
    listener.subscribe("/serre/1/bac/1/#")  # waits for the SUBACK
    broker.wait_for_log("Sending SUBACK to dashboard-terminal", since=mark)
    assert "Client dashboard disconnected" not in broker.log(mark)


async def test_phase_5_three_measurements_go_from_node_to_hub_to_dashboard_and_home_assistant(  # noqa: PLR0913, PLR0917
    house: House, broker: Broker, tapped: Hub, local: Wiretap, node: Nodes, listener: Client
) -> None:
    mark = broker.log_size()
    listener.subscribe("/serre/1/bac/1/#")
    heard = {}
    sent_before, answered_before = len(local.sent), len(local.answered)  # phase 1 may have ended in a connection
    with node:
        while heard.keys() < DIAGRAM.keys():
            topic, payload = listener.next_message()
            if topic in DIAGRAM:
                heard[topic] = payload
    assert heard == DIAGRAM

    sent, answered = mqtt_packets(local.sent[sent_before:]), mqtt_packets(local.answered[answered_before:])
    assert sent[0][0] == CONNECT
    assert b"bac-1" in sent[0]
    published = {one[4 : 4 + one[3]].decode(): one[6 + one[3] :] for one in sent if one[0] == PUBLISH_QOS_1}
    assert DIAGRAM.items() <= published.items()
    assert answered[0] == bytes((CONNACK, 2, 0, 0))
    assert sum(one[0] == PUBACK for one in answered) >= len(DIAGRAM)
    assert sent[-1] == bytes((DISCONNECT, 0))

    for topic, payload in DIAGRAM.items():
        broker.wait_for_log(f"Received PUBLISH from hub-1 (d0, q0, r0, m0, '{topic}'", since=mark)
        await house.until(await house.entity(topic), payload.decode())

    async def shown() -> bool:
        return tapped.pixels_lit() > 0

    await eventually(shown, "something on the hub's screen")


def test_phase_6_the_connection_is_kept_alive_and_closed_in_order(broker: Broker, tapped: Hub) -> None:
    broker.wait_for_log("Received PINGREQ from hub-1")
    broker.wait_for_log("Sending PINGRESP to hub-1")
    mark = broker.log_size()
    tapped.stop()
    broker.wait_for_log("Received DISCONNECT from hub-1", since=mark)
    broker.wait_for_log("Client hub-1 disconnected.", since=mark)
    assert "Sending PUBLISH" not in broker.log(mark).partition("Received DISCONNECT")[2]  # no last will after that
