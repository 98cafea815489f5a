"""Checks of the three files that a direct connection needs, before anything is tried with them.

Each fault is found in the order in which a person would look, so that the form can name the file and the remedy.
Reads nothing but its arguments: PEM or DER bytes, and the time.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from .const import CONF_CA_CERTIFICATE, CONF_CLIENT_CERTIFICATE, CONF_CLIENT_KEY

LARGEST_FILE: Final = 100_000
"""Bytes; a certificate has some 700, a bundle of public authorities 230,000 and is not what is asked for."""


class File(StrEnum):
    """The three files; the values are the form's fields."""

    CA = "ca_file"
    CERTIFICATE = "certificate_file"
    KEY = "key_file"


class Fault(StrEnum):
    """What can be wrong with a file; the values are translation keys."""

    UPLOAD_GONE = "upload_gone"
    TOO_LARGE = "file_too_large"
    NOT_A_CERTIFICATE = "not_a_certificate"
    KEY_INSTEAD_OF_CERTIFICATE = "key_instead_of_certificate"
    NOT_A_CA = "not_a_ca"
    NOT_A_KEY = "not_a_key"
    CERTIFICATE_INSTEAD_OF_KEY = "certificate_instead_of_key"
    KEY_ENCRYPTED = "key_encrypted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NOT_FOR_CLIENTS = "not_for_clients"
    KEY_DOES_NOT_MATCH = "key_does_not_match"
    NOT_SIGNED_BY_CA = "not_signed_by_ca"


class CertificateError(Exception):
    """A file that cannot be used."""

    def __init__(self, file: File, fault: Fault) -> None:
        """Name the file and what is wrong with it."""
        super().__init__(f"{file}: {fault}")
        self.file = file
        self.fault = fault


def check(files: Mapping[File, bytes], now: datetime) -> dict[str, str]:
    """Return the three files as PEM text, under the names of an entry's data; `now` is aware.

    CertificateError names the first fault.
    """
    authorities = _load_certificates(files[File.CA], File.CA)
    if not any(_is_authority(authority) for authority in authorities):
        raise CertificateError(File.CA, Fault.NOT_A_CA)
    chain = _load_certificates(files[File.CERTIFICATE], File.CERTIFICATE)
    private_key = _load_key(files[File.KEY])
    leaf = chain[0]
    for authority in authorities:
        _check_dates(authority, File.CA, now)
    _check_dates(leaf, File.CERTIFICATE, now)
    if not _may_be_client(leaf):
        raise CertificateError(File.CERTIFICATE, Fault.NOT_FOR_CLIENTS)
    if _public_bytes(leaf) != _public_bytes(private_key):
        raise CertificateError(File.KEY, Fault.KEY_DOES_NOT_MATCH)
    if not _is_signed_by(chain, authorities):
        raise CertificateError(File.CERTIFICATE, Fault.NOT_SIGNED_BY_CA)
    return {
        CONF_CA_CERTIFICATE: _pem(authorities),
        CONF_CLIENT_CERTIFICATE: _pem(chain),
        CONF_CLIENT_KEY: private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    }


def _load_certificates(data: bytes, file: File) -> list[x509.Certificate]:
    load: Callable[[bytes], Sequence[x509.Certificate]] = (
        x509.load_pem_x509_certificates if b"-----BEGIN" in data else lambda der: [x509.load_der_x509_certificate(der)]
    )
    try:
        return list(load(data))
    except ValueError:
        is_key = b"PRIVATE KEY-----" in data
        raise CertificateError(file, Fault.KEY_INSTEAD_OF_CERTIFICATE if is_key else Fault.NOT_A_CERTIFICATE) from None


def _load_key(data: bytes) -> PrivateKeyTypes:
    load = load_pem_private_key if b"-----BEGIN" in data else load_der_private_key
    try:
        return load(data, None)
    except TypeError:
        raise CertificateError(File.KEY, Fault.KEY_ENCRYPTED) from None
    except Exception:  # noqa: BLE001 - ValueError, UnsupportedAlgorithm and the backend's own: one answer to all
        is_certificate = b"-----BEGIN CERTIFICATE-----" in data
        raise CertificateError(
            File.KEY, Fault.CERTIFICATE_INSTEAD_OF_KEY if is_certificate else Fault.NOT_A_KEY
        ) from None


def _check_dates(certificate: x509.Certificate, file: File, now: datetime) -> None:
    if now > certificate.not_valid_after_utc:
        raise CertificateError(file, Fault.EXPIRED)
    if now < certificate.not_valid_before_utc:
        raise CertificateError(file, Fault.NOT_YET_VALID)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _may_be_client(certificate: x509.Certificate) -> bool:
    """Whether a broker may take it from a client: no purposes at all means any (RFC 5280, 4.2.1.12)."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return not _is_authority(certificate)
    return ExtendedKeyUsageOID.CLIENT_AUTH in purposes


def _is_signed_by(chain: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]) -> bool:
    """Whether the chain, the leaf first, leads to one of the authorities by signature and not by name alone."""
    issued = chain[0]
    for _ in range(len(chain)):
        if any(has_issued(authority, issued) for authority in authorities):
            return True
        issuers = [candidate for candidate in chain if candidate != issued and has_issued(candidate, issued)]
        if not issuers:
            return False
        issued = issuers[0]
    return False


def has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether one certificate was signed with the key of another, and names it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _public_bytes(holder: x509.Certificate | PrivateKeyTypes) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pem(certificates: Sequence[x509.Certificate]) -> str:
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates)
