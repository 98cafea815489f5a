"""Where a broker is, who we are to it, and the TLS context that follows from both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import os
from pathlib import Path
import ssl
import tempfile


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """All that a connection needs; certificates and key are PEM text. Secrets stay out of the repr."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    ca_certificate: str = field(repr=False)
    client_certificate: str = field(repr=False)
    client_key: str = field(repr=False)


def client_context(settings: BrokerSettings) -> ssl.SSLContext:
    """Build a context for TLS 1.2 or newer that trusts this CA alone and checks the broker's name or address.

    Writes a file and reads it: run it in the executor. Raises ssl.SSLError or ValueError when certificate and key
    cannot be used together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=settings.ca_certificate)
    # OpenSSL takes a key from a file only: 0600 in a private folder, gone right after.
    with _private_file(f"{settings.client_certificate}\n{settings.client_key}") as pair:
        context.load_cert_chain(pair, password=_no_passphrase)
    return context


def _no_passphrase() -> str:
    """Answer for an encrypted key: without an answer OpenSSL would ask on the terminal and wait for ever."""
    return ""


@contextmanager
def _private_file(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sigacs-") as folder:
        path = Path(folder, "pair.pem")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        yield path
