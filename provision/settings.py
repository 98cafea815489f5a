"""sigacs.toml, in the authority's folder: what a person decides about the devices, once for all of them.

It holds the Wi-Fi password, so it is readable for its owner only. What is said for one greenhouse or one planter counts
before what is said for all:

    period = 900                   [node]  board = "stickc-plus2"      [greenhouse.1.hub]  host = "192.168.42.50"
    [wifi]  ssid = "..." ...       [node.soil]  dry_mv = 2900 ...      [greenhouse.1.planter.3.soil]  dry_mv = 2750 ...
"""

from collections.abc import Iterator, Mapping
import json
import os
from pathlib import Path
import stat
import tomllib
from typing import Any

from .errors import ProvisionError

FILE = "sigacs.toml"
Settings = Mapping[str, Any]

_DEFAULTS: Settings = {
    "period": 900,
    "language": "en",
    "ntp": [],
    "broker": {"port": 8883},
    "hub": {"port": 1883, "dry": 30},
    "node": {"air": "sht30", "soil": {"dry_mv": 2900, "wet_mv": 1630}, "pins": {}},  # M5's own for its Unit Earth
}
_PIN_NAMES: Settings = dict.fromkeys(("soil", "scl", "sda", "power"))
_NODE: Settings = {"board": None, "air": None, "soil": {"dry_mv": None, "wet_mv": None}, "pins": _PIN_NAMES}
_SHAPE: Settings = {
    "period": None,
    "language": None,
    "ntp": None,
    "wifi": {"ssid": None, "password": None},
    "broker": {"host": None, "port": None, "name": None},
    "hub": {"host": None, "port": None, "dry": None},
    "node": _NODE,
}
_GREENHOUSE: Settings = {**_SHAPE, "refused_nodes": None, "planter": {"*": _NODE}}
_WHOLE: Settings = {**_SHAPE, "greenhouse": {"*": _GREENHOUSE}}

_TEMPLATE = """\
# What the devices are told: `script/provision` reads it. It holds a password: for nobody's eyes but yours.
period = 900          # seconds between two measurements of a planter
language = "en"       # of the hub's screen: en or fr
ntp = ["pool.ntp.org"]  # who tells the hubs the time, best one in your own network first

[wifi]                # 2.4 GHz
ssid = {ssid}
password = {password}

[broker]              # Mosquitto, as the hubs reach it: a name or address of its certificate
host = {broker}
port = 8883

[hub]
host = {hub}          # the hub's own address, where its planters find it: give it a fixed one in your router
dry = 30              # per cent of soil moisture below which the screen calls for water

[node]
air = "sht30"         # or "sht40", or "none"
soil = {{ dry_mv = 2900, wet_mv = 1630 }}   # the probe's voltage in dry air and in water

# What differs for one greenhouse, or for one planter:
# [greenhouse.2.hub]
# host = "192.168.42.51"
# [greenhouse.1.planter.3.soil]
# dry_mv = 2750
# wet_mv = 1500
"""
QUESTIONS = {
    "ssid": "Name of the Wi-Fi (2.4 GHz)",
    "password": "Its password",
    "broker": "Name or address of the machine that Mosquitto runs on, as in its certificate",
    "hub": "Address that the hub has, or is to have, in this Wi-Fi",
}


def read(authority: Path) -> Settings:
    """Return the settings of the authority's folder. Raises ProvisionError."""
    path = authority / FILE
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ProvisionError(f"{path} holds a password and others can read it: chmod 600 {path}")
        return tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProvisionError(f"{path} cannot be read: {error}") from None
    except OSError as error:
        raise ProvisionError(f"{path}: {error.strerror}") from error


def create(authority: Path, answers: Mapping[str, str]) -> None:
    """Write the first sigacs.toml from the answers to QUESTIONS."""
    text = _TEMPLATE.format(**{name: json.dumps(answer, ensure_ascii=False) for name, answer in answers.items()})
    tomllib.loads(text)
    with os.fdopen(os.open(authority / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def for_greenhouse(settings: Settings, greenhouse: str) -> dict[str, Any]:
    """Return what counts for a greenhouse: defaults, what is said for all, what is said for this one.

    Raises ProvisionError for settings that do not exist.
    """
    if wrong := "; ".join(_complaints(settings, _WHOLE)):
        raise ProvisionError(f"{FILE}: {wrong}. Mend that, and run this again.")
    general = {key: value for key, value in settings.items() if key != "greenhouse"}
    return _laid_over(_laid_over(_DEFAULTS, general), settings.get("greenhouse", {}).get(greenhouse, {}))


def for_planter(settings: Settings, greenhouse: str, planter: str) -> dict[str, Any]:
    """Return the same, with what is said for this planter in `node`."""
    merged = for_greenhouse(settings, greenhouse)
    node = _laid_over(merged["node"], merged.get("planter", {}).get(planter, {}))
    if node["air"] == "none":
        node["air"] = None  # TOML has no word for it
    return {**merged, "node": node}


def _laid_over(below: Settings, above: Settings) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both_tables = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _laid_over(merged[key], value) if both_tables else value
    return merged


def _complaints(settings: Settings, shape: Settings, prefix: str = "") -> Iterator[str]:
    for key, value in settings.items():
        below = shape.get(key, shape.get("*"))
        if key not in shape and "*" not in shape:
            yield f"there is no setting {prefix}{key}"
        elif isinstance(below, Mapping) != isinstance(value, Mapping):
            yield f"{prefix}{key} must be {'a table' if isinstance(below, Mapping) else 'a value, not a table'}"
        elif isinstance(below, Mapping):
            yield from _complaints(value, below, f"{prefix}{key}.")
