"""What the broker keeps is bounded, and what the application stores comes before what a client is told."""

from hub.broker import Broker
from shared import mqtt

from tests.firmware.broker.conftest import ACCEPTED, connect_packet, field
from tests.firmware.broker.sans_io import App, Client, Policy

PERSISTENT = 0x00
CLEAN = 0x02


def _broker(**limits: int) -> Broker:
    return Broker(Policy(), App(), **limits)


def _client(broker: Broker, client_id: str, flags: int = CLEAN) -> Client:
    client = Client(broker)
    assert client.says(connect_packet(client_id, 0, flags))[:1] == b"\x20"
    return client


def _subscribe(client: Client, topic_filter: str, qos: int) -> bytes:
    return client.says(mqtt.packet(0x82, b"\x00\x01" + field(topic_filter) + bytes([qos])))[4:5]


def _returns(broker: Broker, client_id: str) -> bytes:
    """Return what a client gets behind its CONNACK when it comes back."""
    return Client(broker).says(connect_packet(client_id, 0, PERSISTENT))[len(ACCEPTED) :]


def test_a_client_that_is_away_gets_the_first_messages_that_found_room() -> None:
    broker = _broker(queue=3)
    away, speaker = _client(broker, "away", PERSISTENT), _client(broker, "speaker")
    _subscribe(away, "t", 1)
    away.lost()
    for number in b"12345":
        speaker.says(mqtt.publish("t", bytes([number]), qos=1, packet_id=1))
    assert _returns(broker, "away") == b"".join(mqtt.publish("t", b"%d" % n, qos=1, packet_id=n) for n in (1, 2, 3))
    assert broker.counts == {"dropped": 2}


def test_acknowledged_messages_give_their_room_back() -> None:
    broker = _broker(queue=2, memory=300)
    client = _client(broker, "client")
    _subscribe(client, "t", 2)
    for number in range(1, 100):
        client.takes(mqtt.publish("t", bytes(30), qos=1 + number % 2, packet_id=number))
        packet = client.hears()
        ours = packet[packet.index(b"\x00\x01t") + 3 :][:2]
        if number % 2:
            client.takes(b"\x50\x02" + ours + b"\x70\x02" + ours)
            client.takes(mqtt.packet(0x62, number.to_bytes(2, "big")))
        else:
            client.takes(b"\x40\x02" + ours)
    assert broker.counts == {}
    assert broker.memory == 300


def test_all_that_is_kept_together_is_bounded() -> None:
    broker = _broker(memory=700)
    away, speaker = _client(broker, "away", PERSISTENT), _client(broker, "speaker")
    _subscribe(away, "t", 1)
    away.lost()
    for number in range(20):
        speaker.says(
            mqtt.publish("t", bytes(40), qos=1, packet_id=1) + mqtt.publish(f"kept/{number}", bytes(40), retain=True)
        )
    assert 0 <= broker.memory < 115
    kept = len(_returns(broker, "away")) // len(mqtt.publish("t", bytes(40), 1))
    assert 0 < kept < 20
    assert broker.counts == {"dropped": 40 - kept - len(broker.retained)}


def test_a_session_that_ends_gives_its_room_back() -> None:
    broker = _broker(memory=300)
    client, speaker = _client(broker, "client"), _client(broker, "speaker")
    _subscribe(client, "t", 2)
    speaker.says(mqtt.publish("t", bytes(40), qos=1, packet_id=1) + mqtt.publish("t", bytes(40), qos=2, packet_id=2))
    assert broker.memory < 300
    client.lost()
    assert broker.memory == 300


def test_nothing_is_kept_for_a_client_that_will_not_come_back() -> None:
    broker = _broker(memory=300)
    client, speaker = _client(broker, "client"), _client(broker, "speaker")
    _subscribe(client, "t", 1)
    speaker.says(mqtt.publish("t", bytes(40), qos=1, packet_id=1))
    client.lost()
    speaker.says(mqtt.publish("t", bytes(40), qos=1, packet_id=1))
    assert broker.memory == 300


def test_identifiers_that_are_in_use_are_passed_over_when_they_come_round_again() -> None:
    broker = _broker()
    client = _client(broker, "client")
    _subscribe(client, "t", 1)
    numbers = []
    for number in range(1, 65540):
        answer = client.says(mqtt.publish("t", "", qos=1, packet_id=1))
        numbers.append(int.from_bytes(answer[-2:], "big"))
        if number > 2:
            client.takes(b"\x40\x02" + answer[-2:])
    assert numbers[:65535] == list(range(1, 65536))
    assert numbers[65535:] == [3, 4, 5, 6]


def test_the_last_retained_message_of_a_topic_needs_no_second_place() -> None:
    broker = _broker(memory=150)
    speaker = _client(broker, "speaker")
    for number in range(50):
        speaker.says(mqtt.publish("t", b"%40d" % number, retain=True))
    speaker.says(mqtt.publish("u", b"one too many", retain=True))
    assert list(broker.retained) == ["t"]
    assert broker.counts == {"dropped": 1}
    speaker.says(mqtt.publish("t", b"", retain=True))
    assert broker.memory == 150


def test_filters_beyond_the_limit_are_refused_and_known_ones_may_be_renewed() -> None:
    client = _client(_broker(subscriptions=2), "client")
    assert [_subscribe(client, name, 1) for name in ("a", "b", "c", "b")] == [b"\x01", b"\x01", b"\x80", b"\x01"]


def test_a_filter_that_is_too_long_is_refused() -> None:
    assert _subscribe(_client(_broker(), "client"), 129 * "x", 1) == b"\x80"


def test_the_oldest_sessions_of_absent_clients_make_room() -> None:
    broker = _broker(clients=2)
    for number in range(20):
        _client(broker, f"client-{number}", PERSISTENT).lost()
    assert broker.counts == {"forgotten": 16}
    assert _returns(broker, "client-19") == b""


def test_more_qos_2_messages_than_a_client_may_leave_unreleased_end_its_connection() -> None:
    client = _client(_broker(), "client")
    for number in range(1, 1026):
        client.takes(mqtt.publish("t", "", qos=2, packet_id=number))
    assert client.closed


def test_a_slow_client_loses_qos_0_messages_beyond_its_backlog() -> None:
    broker = _broker()
    slow, speaker = _client(broker, "slow"), _client(broker, "speaker")
    _subscribe(slow, "t", 0)
    slow.writing = True
    for _ in range(100):
        speaker.takes(mqtt.publish("t", bytes(1000)))
    assert 16384 < len(slow.out) < 18000
    assert broker.counts["dropped"] > 80


def test_the_way_of_a_topic_is_worked_out_again_when_subscriptions_change() -> None:
    broker = _broker()
    one, other = _client(broker, "one"), _client(broker, "other")
    message = mqtt.publish("t", "x")
    assert one.says(message + message) == b""
    _subscribe(other, "t", 0)
    one.takes(message + message)
    assert other.hears() == message + message
    other.takes(mqtt.packet(0xA2, b"\x00\x02" + field("t")))
    other.hears()
    one.takes(message)
    assert other.hears() == b""
    assert len(broker.app.messages) == 5


def test_a_known_topic_is_nobody_elses() -> None:
    broker = _broker()
    owner, thief = _client(broker, "owner"), _client(broker, "thief")
    owner.takes(mqtt.publish("mine", "1") + mqtt.publish("mine", "2"))
    broker.policy.may_publish = lambda _user, _topic: False
    thief.takes(mqtt.publish("mine", "3"))
    Client(broker).takes(mqtt.publish("mine", "4"))
    assert [payload for _, payload, _ in broker.app.messages] == [b"1", b"2"]
    assert broker.counts == {"denied": 1, "3.1.0-1": 1}


def test_a_lying_topic_length_does_not_slip_through_as_a_known_topic() -> None:
    broker = _broker()
    client = _client(broker, "client")
    client.takes(mqtt.publish("topic", "x"))
    client.takes(b"\x30\x05\x00\x05top\x30\x03ic")
    assert client.closed
    assert len(broker.app.messages) == 1


def test_acknowledgements_leave_once_a_read_and_after_the_application_has_stored() -> None:
    broker = _broker()
    client = _client(broker, "client")
    client.writes = 0
    stored = []
    broker.app.settle = lambda: stored.append((len(broker.app.messages), client.writes))
    client.takes(b"".join(mqtt.publish("t", "x", qos=1, packet_id=number) for number in (1, 2, 3)))
    assert stored == [(3, 0)]
    assert client.writes == 1


def test_what_cannot_be_stored_is_told_to_nobody() -> None:
    broker = _broker()
    client, other = _client(broker, "client"), _client(broker, "other")
    broker.app.fails = True
    client.takes(mqtt.publish("t", "x", qos=1, packet_id=1) + mqtt.PINGREQ)
    assert client.closed
    assert client.hears() == b""
    assert broker.counts == {"unstored": 1}
    assert other.says(mqtt.publish("t", "x", qos=1, packet_id=1)) == b"\x40\x02\x00\x01"


def test_the_hub_publishes_by_itself_and_does_not_hear_itself() -> None:
    broker = _broker()
    client = _client(broker, "client")
    _subscribe(client, "#", 2)
    broker.publish("/serre/1/etat", b"online", retain=True)
    assert client.hears() == mqtt.publish("/serre/1/etat", "online")
    assert broker.app.messages == []
    assert _subscribe(_client(broker, "late"), "#", 0) == b"\x00"


def test_what_the_application_publishes_while_it_is_told_waits_until_it_has_stored() -> None:
    broker = _broker()
    client = _client(broker, "client")
    _subscribe(client, "answer", 0)
    writes = []
    broker.app.message = lambda *_: broker.publish("answer", b"x")
    broker.app.settle = lambda: writes.append(client.writes)
    before = client.writes
    assert client.says(mqtt.publish("t", "x", qos=1, packet_id=1)) == b"\x40\x02\x00\x01" + mqtt.publish("answer", "x")
    assert writes == [before]


def test_clients_with_the_same_id_and_different_users_do_not_share_a_session() -> None:
    broker = _broker()
    one, other = Client(broker), Client(broker)
    assert one.says(connect_packet("same", 0, CLEAN | 0x80, field("one"))) == ACCEPTED
    assert other.says(connect_packet("same", 0, CLEAN | 0x80, field("other"))) == ACCEPTED
    assert not one.closed
    assert broker.clients == 2
    assert Client(broker).says(connect_packet("same", 0, CLEAN | 0x80, field("one"))) == ACCEPTED
    assert one.closed
    assert broker.clients == 2
    assert broker.counts == {"replaced": 1}
