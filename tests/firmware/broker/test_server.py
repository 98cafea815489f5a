"""The sockets: who misbehaves is cut, and the others do not notice."""

from collections.abc import Callable
import contextlib
from pathlib import Path
import random
import socket
import struct
import time

from tests.firmware.broker.conftest import ACCEPTED, Plain, broker, connect_packet, field

Connect = Callable[[], Plain]
SUBSCRIBE_ALL = b"\x82\x06\x00\x01\x00\x01#\x00"
GRANTED = b"\x90\x03\x00\x01\x00"
WILL = 0x06
STALL_S = 12  # after which a client that does not read is cut, and one turn of the sweep
GONE = b"\x30\x07\x00\x01wgone"


def _will(client_id: str, keepalive: int) -> bytes:
    return connect_packet(client_id, keepalive, WILL, field("w") + field("gone"))


def _watcher(plain: Connect, client_id: str = "watcher") -> Plain:
    watcher = plain().enters(client_id)
    watcher.says(SUBSCRIBE_ALL)
    watcher.hears(GRANTED)
    return watcher


def test_an_eighth_client_is_refused_and_may_come_when_another_has_left(plain: Connect) -> None:
    seven = [plain().enters(f"node-{number}") for number in range(7)]
    eighth = plain()
    eighth.says(connect_packet("node-8"))
    eighth.hears(bytes.fromhex("20020003"))
    assert eighth.is_closed()
    seven[0].says(b"\xe0\x00")
    seven[0].socket.close()
    plain().enters("node-8")
    for client in seven[1:]:
        client.is_served()


def test_a_client_that_comes_back_gets_in_although_all_places_are_taken_by_its_old_self(plain: Connect) -> None:
    seven = [plain().enters(f"node-{number}") for number in range(7)]
    again = plain().enters("node-3")
    assert seven[3].is_closed()
    again.is_served()
    seven[2].is_served()


def test_silent_connections_never_keep_a_client_out(plain: Connect) -> None:
    silent = [plain() for _ in range(12)]
    plain().enters("node").is_served()
    assert silent[0].is_closed()


def test_who_does_not_say_connect_is_cut(plain: Connect) -> None:
    silent, busy = plain(), plain().enters("busy")
    silent.says(connect_packet("half")[:-1])
    assert silent.is_closed()
    busy.is_served()


def test_a_will_is_published_when_the_client_goes_silent(plain: Connect) -> None:
    watcher, node = _watcher(plain), plain()
    node.says(_will("node", 1))
    node.hears(ACCEPTED)
    watcher.hears(GONE)
    assert node.is_closed()


def test_a_will_is_published_when_the_connection_is_reset(plain: Connect) -> None:
    watcher, node = _watcher(plain), plain()
    node.says(_will("node", 0))
    node.hears(ACCEPTED)
    node.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    node.socket.close()
    watcher.hears(GONE)


def test_who_never_reads_is_cut_and_the_others_are_served_all_the_time(plain: Connect) -> None:
    deaf, watcher, speaker = _watcher(plain, "deaf"), _watcher(plain), plain().enters("speaker")
    message = b"\x30\x83\x1f\x00\x01t" + bytes(0xF80)
    for _ in range(3000):  # 12 MB: more than all buffers on the way hold
        speaker.says(message)
        watcher.hears(message)
    watcher.is_served()
    time.sleep(STALL_S)
    watcher.is_served()
    assert deaf.rest() < 3000 * len(message)


def test_what_is_too_large_is_cut_by_its_header_alone(plain: Connect) -> None:
    large, other = plain().enters("large"), plain().enters("other")
    large.says(b"\x30\xff\xff\xff\x7f")
    assert large.is_closed()
    other.is_served()


def test_a_wake_of_a_node_in_one_segment_is_answered_in_one(plain: Connect) -> None:
    node = plain()
    publishes = [b"\x32\x0b\x00\x03/t%d\x00%cxxxx" % (number, number) for number in (1, 2, 3)]
    node.says(connect_packet("node") + b"".join(publishes))
    assert node.socket.recv(100) == ACCEPTED + b"".join(b"\x40\x02\x00%c" % number for number in (1, 2, 3))
    node.says(b"\xe0\x00")


def test_nothing_that_a_client_sends_harms_the_others(port: int, plain: Connect) -> None:
    watcher = plain().enters("watcher")
    generator = random.Random(311)
    valid = [
        connect_packet("fuzz", 10),
        _will("fuzz", 0),
        SUBSCRIBE_ALL,
        b"\x30\x05\x00\x01txx",
        b"\x33\x07\x00\x01t\x00\x01xx",
        b"\x34\x07\x00\x01t\x00\x02xx",
        b"\x62\x02\x00\x02",
        b"\xa2\x05\x00\x03\x00\x01#",
        b"\xc0\x00",
        b"\xe0\x00",
    ]
    for _ in range(1500):
        stream = bytearray(b"".join([valid[0], *generator.choices(valid, k=generator.randrange(1, 8))]))
        for _ in range(generator.randrange(4)):
            stream[generator.randrange(len(stream))] = generator.randrange(256)
        mutant = Plain(port)
        mutant.says(bytes(stream[: generator.randrange(1, len(stream) + 1)]))
        with contextlib.suppress(OSError):  # closed already
            mutant.socket.shutdown(socket.SHUT_WR)
        mutant.rest()
        mutant.socket.close()
    watcher.is_served()
    plain().enters("fuzz").is_served()


def test_two_thousand_wakes_of_a_node_leave_nothing_behind(micropython: Path) -> None:
    publishes = b"".join(b"\x32\x0b\x00\x03/t%d\x00%cxxxx" % (number, number) for number in (1, 2, 3))
    with broker(micropython, "--heap") as (number, process):
        assert process.stdout is not None

        def allocated_with(clients: int) -> int:
            """What it reports once that many are connected."""
            for line in process.stdout:
                allocated, connected, *_ = line.split()
                if int(connected) == clients:
                    return int(allocated)
            raise AssertionError("the broker has ended")

        def allocated_after(wakes: int) -> int:
            for _ in range(wakes):
                node = Plain(number)
                node.says(connect_packet("node") + publishes)
                node.hears(ACCEPTED + b"".join(b"\x40\x02\x00%c" % one for one in (1, 2, 3)))
                node.says(b"\xe0\x00")
                node.socket.close()
            several = [Plain(number).enters(f"node-{one}") for one in range(5)]  # no report from before says so many
            allocated_with(len(several))
            for one in several:
                one.socket.close()
            return allocated_with(0)

        before = allocated_after(100)
        assert allocated_after(2000) < before + 1024
