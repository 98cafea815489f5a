"""Foreign clients at the hub's broker: Eclipse Paho, and Mosquitto's where they are installed."""

from queue import Queue
import shutil
import subprocess

from paho.mqtt import client as paho
import pytest

PATIENCE_S = 30
HISTO = '{"format":1,"measurements":[' + ",".join(['[1795356000,"air/temp","22.5"]'] * 100) + "]}"


class Paho:
    """A Paho client whose messages can be waited for."""

    def __init__(self, port: int, client_id: str, *, clean: bool = True) -> None:
        self.messages: Queue[tuple[str, bytes, int, bool]] = Queue()
        self.connected: Queue[bool] = Queue()
        self.subscribed: Queue[list[int]] = Queue()
        self.client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id, clean_session=clean, protocol=paho.MQTTv311
        )
        self.client.on_message = lambda _c, _u, one: self.messages.put((one.topic, one.payload, one.qos, one.retain))
        self.client.on_connect = lambda _c, _u, flags, _r, _p: self.connected.put(flags.session_present)
        self.client.on_subscribe = lambda _c, _u, _m, codes, _p: self.subscribed.put([code.value for code in codes])
        self._port = port

    def start(self) -> bool:
        """Return Session Present."""
        self.client.connect("127.0.0.1", self._port, keepalive=10)
        self.client.loop_start()
        return self.connected.get(timeout=PATIENCE_S)

    def subscribe(self, *filters: tuple[str, int]) -> list[int]:
        self.client.subscribe(list(filters))
        return self.subscribed.get(timeout=PATIENCE_S)

    def publish(self, topic: str, payload: str, qos: int, *, retain: bool = False) -> None:
        """Publish, and wait until the handshake of its QoS is done."""
        self.client.publish(topic, payload, qos, retain).wait_for_publish(PATIENCE_S)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_paho_gets_what_paho_publishes_in_order(port: int, qos: int) -> None:
    reader, writer = Paho(port, "reader"), Paho(port, "writer")
    assert reader.start() is False
    assert reader.subscribe(("/serre/+/bac/+/#", qos)) == [qos]
    writer.start()
    for number in range(200):
        writer.publish("/serre/1/bac/1/sol", str(number), qos)
    for number in range(200):
        expected = ("/serre/1/bac/1/sol", str(number).encode(), qos, False)
        assert reader.messages.get(timeout=PATIENCE_S) == expected
    writer.publish("/serre/1/bac/1/histo", HISTO, qos)
    assert reader.messages.get(timeout=PATIENCE_S)[1] == HISTO.encode()
    reader.stop()
    writer.stop()


def test_paho_comes_back_to_its_session(port: int) -> None:
    away, writer = Paho(port, "away", clean=False), Paho(port, "writer")
    away.start()
    away.subscribe(("t", 2))
    away.stop()
    writer.start()
    for payload, qos in (("1", 1), ("2", 2), ("3", 1)):
        writer.publish("t", payload, qos)
    again = Paho(port, "away", clean=False)
    assert again.start() is True
    got = {again.messages.get(timeout=PATIENCE_S) for _ in range(3)}  # Paho hands QoS 2 on at PUBREL
    assert got == {("t", b"1", 1, False), ("t", b"2", 2, False), ("t", b"3", 1, False)}
    again.stop()
    writer.stop()


def test_paho_publishes_many_qos_2_messages_at_once(port: int) -> None:
    reader, writer = Paho(port, "reader"), Paho(port, "writer")
    reader.start()
    reader.subscribe(("t", 0))
    writer.client.max_inflight_messages_set(100)
    writer.start()
    for handshake in [writer.client.publish("t", str(number), 2) for number in range(300)]:
        handshake.wait_for_publish(PATIENCE_S)
    assert [reader.messages.get(timeout=PATIENCE_S)[1] for _ in range(300)] == [b"%d" % n for n in range(300)]
    reader.stop()
    writer.stop()


def test_paho_learns_which_filter_is_refused(port: int) -> None:
    reader = Paho(port, "reader")
    reader.start()
    assert reader.subscribe(("a", 1), ("test/nosubscribe", 1)) == [1, 0x80]
    reader.stop()


@pytest.mark.skipif(not shutil.which("mosquitto_sub"), reason="Mosquitto's clients are not installed")
@pytest.mark.parametrize("qos", ["0", "1", "2"])
def test_mosquittos_clients(port: int, qos: str) -> None:
    who = ["-h", "127.0.0.1", "-p", str(port), "-V", "mqttv311", "-q", qos]
    subprocess.run(["mosquitto_pub", *who, "-t", "/serre/1/etat", "-m", "online", "-r"], check=True, timeout=PATIENCE_S)
    with subprocess.Popen(
        ["mosquitto_sub", *who, "-t", "/serre/1/#", "-C", "4", "-v"], stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "/serre/1/etat online\n"
        lines = "65.0\n65.1\n65.2\n"
        subprocess.run(
            ["mosquitto_pub", *who, "-t", "/serre/1/bac/1/sol", "-l"],
            input=lines,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        assert [reader.stdout.readline() for _ in range(3)] == [f"/serre/1/bac/1/sol 65.{n}\n" for n in range(3)]
        reader.wait(PATIENCE_S)
