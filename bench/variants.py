"""What is compared: three ways from the same topics to the same sensors, as the configuration entries that each needs.

All three reach the broker over mutual TLS with the same kind of certificate, user and password. Core's MQTT speaks
MQTT 5, which its form proposes and to which it moves every older entry by itself; all else is as it comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from certs.passwords import Login

type Entry = dict[str, Any]

_CREATED: Final = "2026-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Access:
    """How a subscriber reaches the broker on this machine."""

    port: int
    login: Login
    pem: Mapping[str, str]

    @classmethod
    def at(cls, port: int, credentials: Path) -> Self:
        """Read the folder that `python -m certs dashboard` wrote."""
        pem = {name: (credentials / name).read_text() for name in ("ca.crt", "client.crt", "client.key")}
        return cls(port, Login.read(credentials / "login.txt"), pem)


@dataclass(frozen=True)
class Variant:
    """One way, and whether its sensors must be announced by discovery messages."""

    key: str
    title: str
    entries: Callable[[Access, int], list[Entry]]
    by_discovery: bool = False


def _core_mqtt(access: Access) -> Entry:
    data = {
        "broker": "127.0.0.1",
        "port": access.port,
        "protocol": "5",
        "transport": "tcp",
        "username": access.login.user,
        "password": access.login.password,
        "certificate": access.pem["ca.crt"],
        "client_cert": access.pem["client.crt"],
        "client_key": access.pem["client.key"],
    }
    return _entry("mqtt", data, version=2)


def _sigacs_over_core(planters: int) -> Entry:
    return _entry("sigacs", {"transport": "home_assistant"}, unique_id="home_assistant", options=_options(planters))


def _sigacs_direct(access: Access, planters: int) -> Entry:
    data = {
        "transport": "direct",
        "host": "127.0.0.1",
        "port": access.port,
        "username": access.login.user,
        "password": access.login.password,
        "ca_certificate": access.pem["ca.crt"],
        "client_certificate": access.pem["client.crt"],
        "client_key": access.pem["client.key"],
    }
    return _entry("sigacs", data, unique_id=f"127.0.0.1:{access.port}", options=_options(planters))


def _options(planters: int) -> dict[str, int]:
    return {"max_planters": planters}


def _entry(
    domain: str, data: Mapping[str, Any], *, version: int = 1, unique_id: str | None = None, options: object = None
) -> Entry:
    """Spell an entry as Home Assistant stores it."""
    return {
        "created_at": _CREATED,
        "data": dict(data),
        "disabled_by": None,
        "discovery_keys": {},
        "domain": domain,
        "entry_id": f"bench{domain}".ljust(26, "0"),
        "minor_version": 1,
        "modified_at": _CREATED,
        "options": options or {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [],
        "title": domain,
        "unique_id": unique_id,
        "version": version,
    }


VARIANTS: Final = (
    Variant("a", "core mqtt, discovery", lambda access, _planters: [_core_mqtt(access)], by_discovery=True),
    Variant("b", "SIGACS over core mqtt", lambda access, planters: [_core_mqtt(access), _sigacs_over_core(planters)]),
    Variant("c", "SIGACS, own client", lambda access, planters: [_sigacs_direct(access, planters)]),
)
