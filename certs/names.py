"""Which names are allowed: of users, of hosts, and as addresses."""

from collections.abc import Sequence
import ipaddress
import re

from cryptography import x509

from . import policy
from .errors import RequestError

DEFAULT_HOSTS = ("sigacs.local", "localhost")
"""A name that needs no DNS server (mDNS), and what Home Assistant on the same machine would say."""
DEFAULT_ADDRESSES = ("192.168.42.66", "127.0.0.1")
"""The broker of the project's sequence diagram, and the machine itself."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,32}")  # one level of a topic, docs/protocol.md
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z)(?!.*\.[0-9]+\Z)(?![0-9]+\Z){_LABEL}(\.{_LABEL})*")


def user_name(role: policy.Role, identifier: str) -> str:
    """Give user, folder and CN in one: hub-1, dashboard, dashboard-tablet. Raises RequestError."""
    if identifier or role is not policy.DASHBOARD:
        if not _IDENTIFIER.fullmatch(identifier):
            raise RequestError(f"“{identifier}” cannot name a {role.name}: it must be 1 to 32 of A-Z a-z 0-9 _ -")
        return f"{role.name}-{identifier}"
    return role.name


def alternative_names(hosts: Sequence[str], addresses: Sequence[str]) -> list[x509.GeneralName]:
    """Turn host names and IP addresses into what a certificate holds. Raises RequestError."""
    unique_hosts = dict.fromkeys(host.lower().removesuffix(".") for host in hosts)
    return [*map(_host, unique_hosts), *map(_address, dict.fromkeys(addresses))]


def readable(names: Sequence[x509.GeneralName]) -> list[str]:
    """Turn them back into text."""
    return [str(name.value) for name in names]


def _host(host: str) -> x509.DNSName:
    if not _HOST.fullmatch(host):
        raise RequestError(
            f"“{host}” is not a host name (letters, digits and - between dots); an address goes with --ip"
        )
    return x509.DNSName(host)


def _address(address: str) -> x509.IPAddress:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        raise RequestError(
            f"“{address}” is not an IP address such as 192.168.42.66; a host name goes with --name"
        ) from None
