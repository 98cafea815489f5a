"""The codec, with exact bytes. Runs on both interpreters."""

from shared import mqtt


def _packets(data: bytes, largest: int = 4096, step: int = 0) -> list:
    packets = mqtt.Packets(largest)
    found = []
    for at in range(0, len(data), step or len(data)):
        found.extend(packets.feed(data[at : at + (step or len(data))]))
    return found


def _is_refused(data: bytes, largest: int = 4096) -> bool:
    try:
        _packets(data, largest)
    except mqtt.ProtocolError:
        return True
    return False


def test_connect_with_everything() -> None:
    packet = mqtt.connect("hub-1", "hub-1", "secret", 60, ("/serre/1/etat", "offline"))
    assert packet == (
        b"\x10\x38\x00\x04MQTT\x04\xe6\x00\x3c"
        b"\x00\x05hub-1\x00\x0d/serre/1/etat\x00\x07offline\x00\x05hub-1\x00\x06secret"
    )


def test_connect_with_nothing() -> None:
    assert mqtt.connect("a", keepalive_s=300, clean=False) == b"\x10\x0d\x00\x04MQTT\x04\x00\x01\x2c\x00\x01a"


def test_publish_at_each_qos() -> None:
    assert mqtt.publish("t", "65.0") == b"\x30\x07\x00\x01t65.0"
    assert mqtt.publish("t", b"65.0", qos=1, packet_id=0xABCD) == b"\x32\x09\x00\x01t\xab\xcd65.0"
    assert mqtt.publish("t", "", qos=2, retain=True, packet_id=1) == b"\x35\x05\x00\x01t\x00\x01"


def test_lengths_count_bytes_and_not_characters() -> None:
    assert mqtt.publish("é", "€") == b"\x30\x07\x00\x02\xc3\xa9\xe2\x82\xac"


def test_remaining_length_at_its_borders() -> None:
    for length, header in (
        (0, b"\x00"),
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (16383, b"\xff\x7f"),
        (16384, b"\x80\x80\x01"),
    ):
        packet = mqtt.packet(0x30, bytes(length))
        assert packet == b"\x30" + header + bytes(length)
        assert _packets(packet, 20000) == [(0x30, bytes(length))]


def test_packets_come_whole_from_pieces_of_any_size() -> None:
    stream = mqtt.publish("t", "x") + mqtt.PINGREQ + mqtt.publish("t", "y" * 200, qos=1, packet_id=7) + mqtt.DISCONNECT
    whole = [
        (0x30, b"\x00\x01tx"),
        (0xC0, b""),
        (0x32, b"\x00\x01t\x00\x07" + b"y" * 200),
        (0xE0, b""),
    ]
    for step in range(len(stream) + 1):
        assert _packets(stream, 4096, step) == whole


def test_a_packet_that_is_not_whole_waits() -> None:
    packets = mqtt.Packets(100)
    assert list(packets.feed(b"\x30")) == []
    assert list(packets.feed(b"\x05\x00\x01t")) == []
    assert list(packets.feed(b"xy\xc0")) == [(0x30, b"\x00\x01txy")]
    assert list(packets.feed(b"\x00")) == [(0xC0, b"")]


def test_packets_before_a_malformed_one_are_given_out() -> None:
    packets = mqtt.Packets(10).feed(mqtt.PINGREQ + b"\x30\x0b")
    assert next(packets) == (0xC0, b"")
    try:
        next(packets)
        raise AssertionError("taken")
    except mqtt.ProtocolError:
        pass


def test_what_is_larger_than_agreed_is_refused_by_its_header() -> None:
    assert _packets(b"\x30\x0a" + bytes(10), 10)
    assert _is_refused(b"\x30\x0b", 10)
    assert _is_refused(b"\x30\xff\xff\xff\x7f")


def test_a_remaining_length_of_more_than_four_bytes_is_refused() -> None:
    assert _is_refused(b"\x30\x80\x80\x80\x80")
    assert _is_refused(b"\x30\x80\x80\x80\x80\x00")
    assert not _is_refused(b"\x30\x80\x80\x80")


def test_noise_ends_in_packets_or_in_a_refusal() -> None:
    state = 311
    for _ in range(300):
        noise = bytearray()
        for _ in range(60):
            state = state * 1103515245 + 12345 & 0x7FFFFFFF
            noise.append(state >> 16 & 0xFF)
        packets = mqtt.Packets(50)
        try:
            for first, body in packets.feed(bytes(noise)):
                assert 0 <= first <= 0xFF
                assert len(body) <= 50
        except mqtt.ProtocolError:
            pass
