"""What is written on the wire: topics and decimal payloads, as docs/protocol.md has them.

`contract/*.json` holds the same grammar as vectors; tests run this file against them on the boards' interpreter.
"""

LONGEST_NAME = 32  # characters of a greenhouse, a planter, or one level of a leaf
LONGEST_PAYLOAD = 32  # bytes of a measurement
_MOST_LEVELS = 4  # of a leaf

# leaf: lowest, highest, decimals that we write
MEASURES = {
    "sol": (0, 100, 1),
    "air/temp": (-40, 85, 1),
    "air/hum": (0, 100, 1),
    "batterie": (0, 100, 0),
    "tension": (0, 30, 2),
    "rssi": (-130, 0, 0),
    "sol/brut": (0, 5000, 0),
}
LATE = "histo"  # from a hub: what comes late, with Unix times
WAITING = "retard"  # from a node to its hub alone: what could not be delivered, with its age
FAULT = "defaut"  # from a node to its hub alone: why a probe says nothing
NOT_MEASURES = (LATE, WAITING, FAULT)


class RefusedError(ValueError):
    """A payload that is no measurement; the text is the reason that docs/protocol.md names."""


def is_name(text: str) -> bool:
    """Tell whether this may stand for a greenhouse, a planter, or one level of a leaf."""
    return 0 < len(text) <= LONGEST_NAME and all(
        "a" <= one <= "z" or "A" <= one <= "Z" or "0" <= one <= "9" or one in "_-" for one in text
    )


def hub_topic(greenhouse: str, word: str) -> str:
    """Return the topic of a hub's own word: `etat` or `sante`."""
    return "/serre/" + greenhouse + "/" + word


def planter_topic(greenhouse: str, planter: str, leaf: str) -> str:
    """Return the topic of a planter's leaf."""
    return "/serre/" + greenhouse + "/bac/" + planter + "/" + leaf


def planter_and_leaf(topic: str, greenhouse: str) -> tuple[str, str] | None:
    """Return whose leaf this topic of the greenhouse is; None if it is none."""
    parts = topic.split("/")
    if parts[:4] != ["", "serre", greenhouse, "bac"] or not 6 <= len(parts) <= 5 + _MOST_LEVELS:
        return None
    return (parts[4], "/".join(parts[5:])) if all(map(is_name, parts[4:])) else None


def decode(leaf: str, payload: bytes) -> float:
    """Return the number that a payload means. Raises RefusedError."""
    if not payload:
        raise RefusedError("empty")
    if len(payload) > LONGEST_PAYLOAD:
        raise RefusedError("too_long")
    digits = payload[1:] if payload[0] in b"+-" else payload
    whole, point, fraction = digits.partition(b".")
    if not whole.isdigit() or (point and not fraction.isdigit()):
        raise RefusedError("not_decimal")
    value = float(payload) or 0.0  # -0 is 0
    lowest, highest = MEASURES.get(leaf, (value, value))[:2]
    if not lowest <= value <= highest:
        raise RefusedError("out_of_range")
    return value


def encode(leaf: str, value: float) -> str:
    """Return a measurement as it is published, rounded to what its probe can tell."""
    text = "%.*f" % (MEASURES[leaf][2], value)
    return text[1:] if float(text) == 0 and text[0] == "-" else text
