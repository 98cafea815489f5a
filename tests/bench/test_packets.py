from bench import packets


def test_a_publish_is_topic_and_payload_and_nothing_else() -> None:
    assert packets.publish("/serre/1/bac/7/sol", "65.0") == b"\x30\x18\x00\x12/serre/1/bac/7/sol65.0"


def test_a_retained_publish_says_so_in_its_first_byte() -> None:
    assert packets.publish("a", "", retain=True) == b"\x31\x03\x00\x01a"


def test_a_packet_identifier_makes_it_qos_1() -> None:
    assert packets.publish("a", "x", packet_id=258) == b"\x32\x06\x00\x01a\x01\x02x"


def test_a_length_beyond_127_takes_a_second_byte() -> None:
    assert packets.publish("a", "x" * 125)[:5] == b"\x30\x80\x01\x00\x01"


def test_connect_asks_for_a_clean_session_without_keepalive() -> None:
    assert packets.connect("me", "me", "pw") == b"\x10\x16\x00\x04MQTT\x04\xc2\x00\x00\x00\x02me\x00\x02me\x00\x02pw"
