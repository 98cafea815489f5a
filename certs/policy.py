"""Who may do what with a certificate, and for how long: one row per role.

Dates are checked by clocks that may be wrong. A device without battery and
network counts from 2000, and a broker that was off for the winter is behind;
so everything is valid from 2000: a start date protects nothing, and one in the
future locks out everybody. UIFlow2 2.4.2 hands its TLS library a date 30 years
ahead; so authority and server, which devices check, last far beyond that, and
what expires are the clients, which the broker checks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365.2425)

AUTHORITY_LIFETIME = 50 * _YEAR
"""20 years of service, even on a device whose clock runs 30 years ahead."""

START = datetime(2000, 1, 1, tzinfo=UTC)
"""First moment of every certificate and revocation list; the ledger knows when they were issued."""

RENEW_WITHIN = 60 * _DAY
"""From here on `status` asks for a renewal: two months in which somebody finds the time."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a certificate of this role may be used for, and how long."""

    name: str
    usage: ObjectIdentifier
    files: tuple[str, str]
    lifetime: timedelta | None
    """None: as long as the authority. Nothing ever outlives the authority."""


SERVER = Role(
    name="server",
    usage=ExtendedKeyUsageOID.SERVER_AUTH,
    files=("server.crt", "server.key"),
    lifetime=None,
)
HUB = Role(
    name="hub",
    usage=ExtendedKeyUsageOID.CLIENT_AUTH,
    files=("client.crt", "client.key"),
    lifetime=365 * _DAY + RENEW_WITHIN,  # renewed once a year, before the season, with time to be late
)
DASHBOARD = Role(
    name="dashboard",
    usage=ExtendedKeyUsageOID.CLIENT_AUTH,
    files=("client.crt", "client.key"),
    lifetime=365 * _DAY + RENEW_WITHIN,
)
ROLES = {role.name: role for role in (SERVER, HUB, DASHBOARD)}


def expiry(role: Role, now: datetime, authority_end: datetime) -> datetime:
    """Give the last moment (UTC, whole seconds) of a certificate issued now."""
    if role.lifetime is None:
        return authority_end
    return min(now.replace(microsecond=0) + role.lifetime, authority_end)


def leaf_key_usage() -> x509.KeyUsage:
    """ECDHE signs the handshake and nothing else, so the key may do nothing else."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def authority_key_usage() -> x509.KeyUsage:
    """The authority signs certificates and the revocation list, and takes part in no handshake."""
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
