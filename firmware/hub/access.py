"""Who may do what at the greenhouse's broker.

A planter's user is `bac-<b>`; its password follows from the hub's key, so that the hub can check every planter of its
own without a list, and a new planter needs nothing new on the hub.
"""

import hashlib

from shared import wire

OBSERVER = "observer"  # reads everything, publishes nothing: for diagnosis
_BLOCK = 64  # bytes, of SHA-256


def password(key: bytes, user: str) -> bytes:
    """Return 32 hexadecimal digits of HMAC-SHA256 (RFC 2104) of the user under a key of at most 64 bytes."""
    key += bytes(_BLOCK - len(key))
    inner = hashlib.sha256(bytes([byte ^ 0x36 for byte in key]) + user.encode()).digest()
    return hashlib.sha256(bytes([byte ^ 0x5C for byte in key]) + inner).digest().hex()[:32].encode()  # noqa: FURB181 - there is no hexdigest() on a board


class Greenhouse:
    """The policy of one greenhouse: a planter reads and writes below its own topic, the observer reads."""

    def __init__(self, greenhouse: str, node_key: bytes, refused=()) -> None:
        """Take the name, the 32 bytes that the passwords follow from, and the planters that are no longer let in."""
        self._bacs = wire.planter_topic(greenhouse, "", "")[:-1]
        self._key = node_key
        self._refused = refused

    def login(self, _client_id: str, user: str | None, given: bytes | None) -> bool:
        """Tell whether user and password belong together; the time that takes does not tell how much of it is right."""
        if user is None or given is None:
            return False
        planter = user[4:]
        if user != OBSERVER and not (user[:4] == "bac-" and wire.is_name(planter) and planter not in self._refused):
            return False
        expected = password(self._key, user)
        difference = len(given) ^ len(expected)
        for one, other in zip(given, expected):
            difference |= one ^ other
        return difference == 0

    def may_publish(self, user: str, topic: str) -> bool:
        """Tell whether this is a topic of the user's own."""
        return topic.startswith(self._bacs + user[4:] + "/") and user != OBSERVER

    def may_subscribe(self, user: str, topic_filter: str) -> bool:
        """Tell whether all that the filter matches is the user's own."""
        return user == OBSERVER or self.may_publish(user, topic_filter)
