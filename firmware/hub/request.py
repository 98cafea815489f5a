"""What the packets of a client ask for, parsed at the door: beyond it only checked values travel.

Pure. Topics follow section 4.7 of MQTT 3.1.1. The text of each ProtocolError is the number of the normative statement,
or of the section, that the client broke.
"""

from shared.mqtt import ProtocolError


def text(raw: bytes) -> str:
    """Return the string that well-formed UTF-8 says. Raises ProtocolError: MicroPython alone would let much pass."""
    try:
        string = str(raw, "utf-8")
    except UnicodeError:
        raise ProtocolError("1.5.3-1") from None
    if "\0" in string:
        raise ProtocolError("1.5.3-2")
    if len(string) != len(raw):  # beyond ASCII: neither surrogates, nor more bytes than needed, nor beyond Unicode
        for one in string:
            code = ord(one)
            needed = 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
            if len(one.encode()) != needed or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
                raise ProtocolError("1.5.3-1")
    return string


def checked(raw: bytes, wildcards=False) -> str:
    """Return the topic name, or with wildcards the topic filter, that this is. Raises ProtocolError."""
    topic = text(raw)
    if not topic:
        raise ProtocolError("4.7.3-1")
    if "+" in topic or "#" in topic:
        if not wildcards:
            raise ProtocolError("3.3.2-2")
        levels = topic.split("/")
        if "#" in levels[:-1]:
            raise ProtocolError("4.7.1-2")
        for level in levels:
            if len(level) > 1 and ("#" in level or "+" in level):
                raise ProtocolError("4.7.1-3")
    return topic


def matches(wanted: str, topic: str) -> bool:
    """Tell whether a subscription to the filter `wanted` gets this topic."""
    if topic[0] == "$" and wanted[0] in "+#":  # [MQTT-4.7.2-1]
        return False
    levels = topic.split("/")
    count = 0
    for level in wanted.split("/"):
        if level == "#":  # the level above too: `sport/#` gets `sport` [4.7.1.2]
            return True
        if count == len(levels) or level not in ("+", levels[count]):
            return False
        count += 1
    return count == len(levels)


def field(body: bytes, at: int) -> tuple[bytes, int]:
    """Return the bytes behind the two-byte length at `at`, and where the next field begins. Raises ProtocolError."""
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    if len(body) < max(at + 2, end):
        raise ProtocolError("1.5.3")
    return body[at + 2 : end], end


def identifier(body: bytes) -> int:
    """Return the packet identifier that a body begins with. Raises ProtocolError."""
    packet_id = int.from_bytes(body[:2], "big")
    if len(body) < 2 or not packet_id:
        raise ProtocolError("2.3.1-1")
    return packet_id


def connect(body: bytes) -> tuple | None:  # noqa: C901 - the checks of one packet, in its order
    """Return (client id, user, password, will, keep alive in s, clean); None for a version that is not 3.1.1.

    A will is (topic, payload, QoS, retain). Raises ProtocolError.
    """
    protocol, at = field(body, 0)
    if protocol != b"MQTT":
        raise ProtocolError("3.1.2-1")
    if len(body) < at + 4:
        raise ProtocolError("3.1.2")
    if body[at] != 4:
        return None
    flags = body[at + 1]
    if flags & 0x01:
        raise ProtocolError("3.1.2-3")
    if flags & 0x18 == 0x18 or (flags & 0x38 and not flags & 0x04):
        raise ProtocolError("3.1.2-14")
    if flags & 0xC0 == 0x40:
        raise ProtocolError("3.1.2-22")
    client_id, end = field(body, at + 4)
    user = password = will = None
    if flags & 0x04:
        topic, end = field(body, end)
        payload, end = field(body, end)
        checked(topic)
        will = (topic, payload, flags >> 3 & 3, flags & 0x20)
    if flags & 0x80:
        user, end = field(body, end)
        user = text(user)
    if flags & 0x40:
        password, end = field(body, end)
    if end != len(body):
        raise ProtocolError("3.1.3")
    return text(client_id), user, password, will, body[at + 2] << 8 | body[at + 3], flags & 0x02


def filters(body: bytes, with_qos: int) -> list:
    """Return [(filter, QoS)] of a SUBSCRIBE, or of an UNSUBSCRIBE, in which no QoS stands. Raises ProtocolError."""
    found = []
    end = 2
    while end < len(body):
        topic, end = field(body, end)
        qos = 0
        if with_qos:
            qos = body[end] if end < len(body) else 3
            end += 1
            if qos > 2:
                raise ProtocolError("3.8.3-4")
        found.append((checked(topic, True), qos))
    if not found:
        raise ProtocolError("3.8.3-3")
    return found
