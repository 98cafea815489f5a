"""Reads config.json, and says in words what is wrong with it. Needed at start-up only: main.py drops it afterwards.

Provisioning runs this same file over what it is about to write, so that a person hears it at the computer first.
"""

import json

_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"  # a level of a topic, docs/protocol.md
# field, kind or all that it may be, the most (of a number, of a text's bytes, of a list's items); text is the smallest
_COMMON = (
    "greenhouse name 32 "
    "period number 86400 "
    "wifi.ssid text 32 "
    "wifi.password passphrase 63 "
    "login.user text 64 "
    "login.password secret 64 "
)
_FIELDS = {
    "hub": "broker.host host 253 "
    "broker.port number 65535 "
    "node_key key 64 "
    "refused_nodes names 200 "
    "ntp hosts 4 "
    "language 'en'|'fr' 0 "
    "listen number 65535 "
    "dry number 99",
    "node": "planter name 32 "
    "hub.host host 253 "
    "hub.port number 65535 "
    "board 'stickc'|'stickc-plus'|'stickc-plus2' 0 "
    "air 'sht30'|'sht40'|None 0 "  # None: no such probe on this planter
    "soil.dry_mv number 5000 "
    "soil.wet_mv number 5000 "
    "pins pins 39",
}
_WORDS = {
    "name": "1 to %d of A-Z a-z 0-9 _ -",
    "number": "a number from 1 to %d",
    "text": "1 to %d bytes",
    "secret": "1 to %d bytes",
    "passphrase": "8 to %d bytes, or empty",
    "host": "a machine's name or address",
    "key": "%d hexadecimal digits",
    "names": "a list of names",
    "hosts": "a list of at most %d machines",
    "pins": "a table of GPIO numbers from 0 to %d",
}


class ConfigError(ValueError):
    """A configuration that no device can run with; the text names the field, what is wrong, and what to do."""


def load(path: str) -> dict:
    """Return the configuration, checked. Raises ConfigError."""
    try:
        with open(path) as file:
            config = json.loads(file.read())  # three times as fast as load, which asks for each character
    except (OSError, ValueError) as error:
        raise ConfigError("%s cannot be read (%r). Run script/provision again." % (path, error))
    check(config)
    return config


def check(config: dict) -> None:
    """Raise ConfigError unless every field is there and is what it must be."""
    role = config.get("role") if isinstance(config, dict) else None
    if role not in ("hub", "node"):
        raise ConfigError("role: must be hub or node. Run script/provision again.")
    fields = (_COMMON + _FIELDS[role]).split()
    for at in range(0, len(fields), 3):
        field, kind, most = fields[at], fields[at + 1], int(fields[at + 2])
        words = _WORDS.get(kind, kind)
        complaint = "must be " + (words % most if "%" in words else words)
        try:
            value = config
            for key in field.split("."):
                value = value[key]
            if _fits(value, kind, most):
                continue
            if kind not in ("secret", "passphrase", "key"):
                complaint += ", not %r" % (value,)
        except (KeyError, TypeError):
            complaint = "is missing"
        raise ConfigError("%s: %s. Put it right in sigacs.toml and run script/provision again." % (field, complaint))


def _fits(value: object, kind: str, most: int) -> bool:
    if kind in ("names", "hosts"):
        fits = isinstance(value, list) and len(value) <= most and all(_fits(one, kind[:-1], 64) for one in value)
    elif kind == "pins":
        fits = isinstance(value, dict) and all(not one or _fits(one, "number", most) for one in value.values())
    elif kind == "number":
        fits = isinstance(value, int) and value is not True and 1 <= value <= most
    elif not isinstance(value, str):
        fits = value is None and "None" in kind
    elif "'" in kind:
        fits = repr(value) in kind
    elif kind == "passphrase":
        fits = not value or 8 <= len(value.encode()) <= most
    else:
        # strip stops at the first that is not allowed
        allowed = {"name": _NAME, "host": _NAME + ".", "key": "0123456789abcdef"}.get(kind, value)
        fits = (most if kind == "key" else 1) <= len(value.encode()) <= most and not value.strip(allowed)
    return fits
