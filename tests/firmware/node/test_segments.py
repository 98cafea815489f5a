"""What a node's wake costs on the network: one segment out, one back, and leave taken."""

import json
from pathlib import Path
import socket
import subprocess

import pytest

from tests.firmware.node.stick import FIRMWARE, Stick

CONNECT, PUBLISH, DISCONNECT = 0x10, 0x32, 0xE0
CONNACK = b"\x20\x02\x00\x00"


class Silent:
    """A hub that says what it is told to, when it is told to."""

    def __init__(self, stick: Stick, micropython: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        stick.configure(hub={"host": "127.0.0.1", "port": self._listener.getsockname()[1]})
        stick.asleep()
        command = [micropython, FIRMWARE / "sim/run.py", "--once", "node", stick.folder]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.peer, _ = self._listener.accept()
        self.peer.settimeout(5)

    def end(self) -> None:
        self.peer.close()
        self._listener.close()
        assert self._process.wait(15) == 0


def packets(data: bytes) -> list[tuple[int, bytes]]:
    cut = []
    while data:
        assert data[1] < 0x80
        cut.append((data[0], data[2 : 2 + data[1]]))
        data = data[2 + data[1] :]
    return cut


def acknowledge(count: int) -> bytes:
    return b"".join(b"\x40\x02" + number.to_bytes(2) for number in range(1, count + 1))


def test_everything_goes_out_in_one_segment_and_is_acknowledged_by_one(stick: Stick, micropython: Path) -> None:
    stick.world(moisture=65.0, temperature=22.5, humidity=58.0, battery_mv=3910, rssi=-61)
    hub = Silent(stick, micropython)
    first = hub.peer.recv(65536)
    connect, *published = packets(first)
    assert connect == (
        CONNECT,
        b"\x00\x04MQTT\x04\xc2\x00\x0a\x00\x05bac-1\x00\x05bac-1\x00\x20"
        + json.loads((stick.folder / "flash/config.json").read_text())["login"]["password"].encode(),
    )
    assert published[0] == (PUBLISH, b"\x00\x12/serre/1/bac/1/sol\x00\x0165.0")
    assert [first for first, _ in published] == [PUBLISH] * 7
    assert len(first) < 536  # what any path takes in one piece
    hub.peer.settimeout(0)
    with pytest.raises(BlockingIOError):
        hub.peer.recv(1)  # it waits for the answer
    hub.peer.settimeout(5)
    hub.peer.sendall(CONNACK + acknowledge(7))
    rest = b""
    while chunk := hub.peer.recv(100):
        rest += chunk
    assert rest == bytes((DISCONNECT, 0))
    hub.end()
    assert stick.wakes[-1]["delivered"]


def test_an_answer_in_single_bytes_is_understood(stick: Stick, micropython: Path) -> None:
    hub = Silent(stick, micropython)
    hub.peer.recv(65536)
    hub.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in CONNACK + acknowledge(7):
        hub.peer.sendall(bytes((byte,)))
    assert hub.peer.recv(10) == bytes((DISCONNECT, 0))
    hub.end()
    assert stick.wakes[-1]["delivered"]


def test_what_was_not_acknowledged_is_kept_and_only_that(stick: Stick, micropython: Path) -> None:
    stick.world(moisture=65.0)
    hub = Silent(stick, micropython)
    hub.peer.recv(65536)
    hub.peer.sendall(CONNACK + acknowledge(6))
    hub.end()
    assert (stick.wakes[-1]["delivered"], stick.wakes[-1]["trouble"]) == (False, "hub_hung_up")
    ((age, numbers),) = stick.known["late"]
    assert (age, numbers) == (0, [None] * 6 + [2074])


@pytest.mark.parametrize(("answer", "trouble"), [(4, "login"), (5, "login"), (3, "hub_hung_up")])
def test_a_refusal_is_told_by_its_code(stick: Stick, micropython: Path, answer: int, trouble: str) -> None:
    hub = Silent(stick, micropython)
    hub.peer.recv(65536)
    hub.peer.sendall(b"\x20\x02\x00" + bytes((answer,)))
    hub.end()
    assert stick.wakes[-1]["trouble"] == trouble


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\xff\xff\xff\xff\xff", bytes(300)])
def test_whatever_else_answers_does_not_hurt(stick: Stick, micropython: Path, nonsense: bytes) -> None:
    hub = Silent(stick, micropython)
    hub.peer.recv(65536)
    hub.peer.sendall(nonsense)
    hub.end()
    assert not stick.wakes[-1]["delivered"]
    assert stick.wakes[-1]["kept"] == 1
