"""Who may do what with a certificate, and for how long: one row per role.

The broker checks the dates of clients with a clock that is kept right. Devices
check the dates of the authority and the server with clocks that are not: one
starts in 2000 when its battery is flat, and UIFlow2 2.4.2 hands its TLS library
a date 30 years ahead. So those two are valid from 2000 and far beyond the next
30 years, and expiry is enforced where it can be, on the clients.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

ONE_DAY = timedelta(days=1)
_YEAR = timedelta(days=365.2425)

AUTHORITY_LIFETIME = 50 * _YEAR
"""20 years of service, even on a device whose clock runs 30 years ahead."""

DEVICE_CLOCK_START = datetime(2000, 1, 1, tzinfo=UTC)
"""Where a device without battery and network begins to count; an early start weakens nothing."""

RENEW_WITHIN = 60 * ONE_DAY
"""From here on `status` asks for a renewal: two months in which somebody finds the time."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a certificate of this role may be used for, and its dates."""

    name: str
    usage: ObjectIdentifier
    files: tuple[str, str]
    lifetime: timedelta | None
    """None: as long as the authority. Nothing ever outlives the authority."""
    valid_from: datetime | None
    """None: one day before it is issued, for a clock in another time zone or a little slow."""


SERVER = Role(
    name="server",
    usage=ExtendedKeyUsageOID.SERVER_AUTH,
    files=("server.crt", "server.key"),
    lifetime=None,
    valid_from=DEVICE_CLOCK_START,
)
HUB = Role(
    name="hub",
    usage=ExtendedKeyUsageOID.CLIENT_AUTH,
    files=("client.crt", "client.key"),
    lifetime=365 * ONE_DAY + RENEW_WITHIN,  # renewed once a year, before the season, with time to be late
    valid_from=None,
)
DASHBOARD = Role(
    name="dashboard",
    usage=ExtendedKeyUsageOID.CLIENT_AUTH,
    files=("client.crt", "client.key"),
    lifetime=365 * ONE_DAY + RENEW_WITHIN,
    valid_from=None,
)
ROLES = {role.name: role for role in (SERVER, HUB, DASHBOARD)}


def validity(role: Role, now: datetime, authority_end: datetime) -> tuple[datetime, datetime]:
    """Give first and last moment (UTC, whole seconds) of a certificate issued now."""
    now = now.replace(microsecond=0)
    start = role.valid_from or now - ONE_DAY
    end = authority_end if role.lifetime is None else min(now + role.lifetime, authority_end)
    return start, end


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
