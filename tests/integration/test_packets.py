from contextlib import suppress

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.transport import Message
from custom_components.sigacs.transport.packets import MalformedError, PacketStream, is_plain_publish, read_publish
from tests.integration.packets import publish, remaining_length

topics = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
messages = st.builds(Message, topics, st.binary(max_size=400), st.booleans())


def packet_of(message: Message) -> bytes:
    return publish(message.topic.encode(), message.payload, retain=message.retained)


def taken(stream: PacketStream) -> list[tuple[bytes, int]]:
    """All packets that have arrived whole."""
    return list(iter(stream.take, None))  # type: ignore[arg-type]


def test_a_publish_is_read_byte_for_byte() -> None:
    stream = PacketStream()
    stream.feed(b"\x31\x0b\x00\x05/a/b/\x0065.")
    assert taken(stream) == [(b"\x31\x0b\x00\x05/a/b/\x0065.", 2)]
    assert read_publish(b"\x31\x0b\x00\x05/a/b/\x0065.", 2) == Message("/a/b/", b"65.", retained=True)


@pytest.mark.parametrize("length", [1, 127, 128, 16_384])
def test_what_properties_say_of_a_message_is_passed_over(length: int) -> None:
    packet = publish(b"/a", b"65.0", properties=b"x" * length)
    stream = PacketStream()
    stream.feed(packet)
    assert [read_publish(*one) for one in taken(stream)] == [Message("/a", b"65.0", retained=False)]


@pytest.mark.parametrize(
    "rest", [b"", b"\x01", b"\x05xxxx", b"\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\xff\x00" + b"x" * 40]
)
def test_properties_longer_than_their_packet_are_malformed(rest: bytes) -> None:
    with pytest.raises(MalformedError):
        read_publish(b"\x30" + remaining_length(4 + len(rest)) + b"\x00\x02/a" + rest, 2)


@pytest.mark.parametrize("length", [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
def test_every_length_of_the_length_is_read(length: int) -> None:
    packet = b"\xd0" + remaining_length(length) + b"x" * length
    stream = PacketStream()
    stream.feed(packet + b"\xc0\x00")
    assert taken(stream) == [(packet, len(packet) - length), (b"\xc0\x00", 2)]


def test_the_largest_packet_of_all_is_waited_for() -> None:
    stream = PacketStream()
    stream.feed(b"\x30\xff\xff\xff\x7f" + b"x" * 100)
    assert stream.take() is None


@pytest.mark.parametrize("rest", [b"", b"x", b"x" * 100])
def test_a_length_of_five_bytes_is_malformed(rest: bytes) -> None:
    stream = PacketStream()
    stream.feed(b"\x30\xff\xff\xff\xff" + rest)
    with pytest.raises(MalformedError):
        stream.take()


@pytest.mark.parametrize("packet", [b"\x30\x00", b"\x30\x01\x00", b"\x30\x02\x00\x01", b"\x30\x05\x00\x04abc"])
def test_a_topic_longer_than_its_packet_is_malformed(packet: bytes) -> None:
    with pytest.raises(MalformedError):
        read_publish(packet, 2)


@pytest.mark.parametrize("topic", [b"\xff", b"/serre/\xc3\x28", b"\xed\xa0\x80"])
def test_a_topic_that_is_no_utf_8_is_told_apart_from_bytes_that_are_no_mqtt(topic: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        read_publish(publish(topic, b"65.0"), 2)


def test_only_a_publish_that_wants_no_answer_is_read_here() -> None:
    assert [kind for kind in range(0x100) if is_plain_publish(bytes([kind, 0]))] == [0x30, 0x31]


@given(st.lists(messages, max_size=12), st.lists(st.integers(1, 60), min_size=1))
def test_messages_come_whole_however_the_bytes_were_cut(sent: list[Message], cuts: list[int]) -> None:
    data, stream, received = b"".join(map(packet_of, sent)), PacketStream(), []
    turn = 0
    while data:
        piece, data = data[: cuts[turn % len(cuts)]], data[cuts[turn % len(cuts)] :]
        turn += 1
        stream.feed(piece)
        received += [read_publish(packet, body) for packet, body in taken(stream)]
    assert received == sent


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_byte_is_lost_or_made_up(pieces: list[bytes]) -> None:
    stream, out = PacketStream(), b""
    try:
        for piece in pieces:
            stream.feed(piece)
            out += b"".join(packet for packet, _body in taken(stream))
    except MalformedError:
        return
    assert b"".join(pieces).startswith(out)


@given(st.binary(min_size=2, max_size=80), st.integers(2, 5))
def test_nothing_but_malformed_comes_of_a_wrong_publish(packet: bytes, body: int) -> None:
    with suppress(MalformedError, UnicodeDecodeError):
        assert packet.endswith(read_publish(packet, body).payload)
