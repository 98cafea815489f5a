"""The certificate authority as an object: PEM in, PEM out, no files, no clock.

Everything is EC P-256 with SHA-256: small and quick enough for the M5Stack, and
known to every TLS library in use.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from . import policy
from .errors import FolderError, RequestError


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both as PEM."""

    certificate_pem: bytes
    key_pem: bytes

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate, parsed."""
        return x509.load_pem_x509_certificate(self.certificate_pem)


@dataclass(frozen=True)
class Revocation:
    """A serial number that the broker must refuse, and since when."""

    serial: int
    when: datetime


@dataclass(frozen=True)
class Authority:
    """The authority's own certificate and key; signs for the roles of `policy`."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, now: datetime) -> Self:
        """Make a new self-signed authority. Its name holds the date, so that two are told apart."""
        now = now.replace(microsecond=0)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"SIGACS CA {now:%Y-%m-%d}")
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(policy.START)
            .not_valid_after(now + policy.AUTHORITY_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(policy.authority_key_usage(), critical=True)
            .add_extension(_subject_key_id(key), critical=False)
            .add_extension(_authority_key_id(key), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, key)

    @classmethod
    def load(cls, certificate_pem: bytes, key_pem: bytes) -> Self:
        """Read an authority back. Raises FolderError when the two are unreadable or not a pair."""
        certificate = read_certificate(certificate_pem, "ca.crt")
        try:
            key = serialization.load_pem_private_key(key_pem, password=None)
        except (ValueError, TypeError) as error:
            raise FolderError(f"private/ca.key cannot be read ({error}): restore it from your backup") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise FolderError("ca.crt and private/ca.key are no pair: restore both from the same backup")
        return cls(certificate, key)

    @property
    def pair(self) -> Pair:
        """The authority's own certificate and key as PEM."""
        return Pair(self.certificate.public_bytes(serialization.Encoding.PEM), _key_pem(self.key))

    @property
    def end(self) -> datetime:
        """Last moment of the authority, and so of everything it signs."""
        return self.certificate.not_valid_after_utc

    def issue(
        self,
        role: policy.Role,
        common_name: str,
        now: datetime,
        alternative_names: Sequence[x509.GeneralName] = (),
    ) -> Pair:
        """Sign a new key for this role. Raises RequestError when the authority has expired."""
        end = policy.expiry(role, now, self.end)
        if end <= now:
            raise RequestError(
                f"the authority expired on {self.end:%Y-%m-%d}: make another one with "
                "--dir ANOTHER_FOLDER init, as certs/README.md describes"
            )
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common_name))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(policy.START)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(policy.leaf_key_usage(), critical=True)
            .add_extension(x509.ExtendedKeyUsage([role.usage]), critical=False)
            .add_extension(_subject_key_id(key), critical=False)
            .add_extension(_authority_key_id(self.key), critical=False)
        )
        if alternative_names:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return Pair(certificate.public_bytes(serialization.Encoding.PEM), _key_pem(key))

    def revocation_list(self, revoked: Iterable[Revocation], number: int) -> bytes:
        """Sign the list of what the broker must refuse, as PEM.

        It begins with and lasts as long as the authority: Mosquitto refuses every client when the
        list itself is out of date, and narrow dates guard only lists that are fetched over a network.
        """
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(policy.START)
            .next_update(self.end)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(_authority_key_id(self.key), critical=False)
        )
        for entry in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(entry.serial).revocation_date(entry.when).build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def read_certificate(pem: bytes, path: str) -> x509.Certificate:
    """Parse a certificate of the folder. Raises FolderError naming its path."""
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise FolderError(f"{path} is no certificate: restore it from your backup") from error


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _subject_key_id(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _authority_key_id(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
