"""The state of the link to a broker, and every way in which it can fail that we can tell apart.

The members' values are translation keys: each failure has a sentence in every language, saying what to do next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import socket
import ssl
from typing import Final


class Problem(StrEnum):
    """Why there is no link."""

    REFUSED = "connection_refused"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    NOT_TLS = "not_tls"
    OUTDATED_TLS = "outdated_tls"
    UNKNOWN_CA = "unknown_ca"
    WRONG_HOST = "wrong_host"
    SERVER_EXPIRED = "server_expired"
    SERVER_NOT_YET_VALID = "server_not_yet_valid"
    SERVER_NOT_TRUSTED = "server_not_trusted"
    CLIENT_EXPIRED = "client_certificate_expired"
    CLIENT_REVOKED = "client_certificate_revoked"
    CLIENT_UNKNOWN_CA = "client_certificate_unknown_ca"
    CLIENT_REJECTED = "client_certificate_rejected"
    BAD_CREDENTIALS = "bad_credentials"
    UNUSABLE_CERTIFICATE = "unusable_certificate"
    NOT_ALLOWED = "not_allowed"
    TAKEN_OVER = "taken_over"
    LOST = "connection_lost"
    CORE_DISCONNECTED = "core_disconnected"
    CORE_MISSING = "mqtt_required"


NEEDS_NEW_CREDENTIALS: Final = frozenset(
    {
        Problem.BAD_CREDENTIALS,
        Problem.CLIENT_EXPIRED,
        Problem.CLIENT_REVOKED,
        Problem.CLIENT_UNKNOWN_CA,
        Problem.CLIENT_REJECTED,
        Problem.UNUSABLE_CERTIFICATE,
    }
)
"""The problems that only a person with a new password or certificate can solve."""


@dataclass(frozen=True, slots=True)
class Link:
    """The link as it is now; `problem` is None while it is up."""

    problem: Problem | None = None

    @property
    def up(self) -> bool:
        """Whether messages can arrive."""
        return self.problem is None


class LinkError(Exception):
    """The link could not be made, or broke."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        """Keep the problem; `detail` is the library's own text, for the log."""
        super().__init__(f"{problem}: {detail}" if detail else str(problem))
        self.problem = problem


# Verification results of OpenSSL, x509_vfy.h.
_VERIFY: Final[Mapping[int, Problem]] = {
    9: Problem.SERVER_NOT_YET_VALID,
    10: Problem.SERVER_EXPIRED,
    18: Problem.UNKNOWN_CA,  # self-signed certificate
    19: Problem.UNKNOWN_CA,  # self-signed certificate in chain
    20: Problem.UNKNOWN_CA,  # issuer not found
    21: Problem.UNKNOWN_CA,  # first certificate not verifiable
    7: Problem.UNKNOWN_CA,  # signature does not match: a CA of the same name
    30: Problem.UNKNOWN_CA,  # authority key identifier does not match: likewise
    62: Problem.WRONG_HOST,
    64: Problem.WRONG_HOST,  # IP address mismatch
}

# Alerts that a broker sends about the client's certificate (RFC 8446, 6.2), as OpenSSL names them. Mosquitto answers a
# certificate from an unknown CA with "unknown ca", one whose issuer only has the name of its own with "decrypt error".
_ALERTS: Final[tuple[tuple[str, Problem], ...]] = (
    ("ALERT_CERTIFICATE_EXPIRED", Problem.CLIENT_EXPIRED),
    ("ALERT_CERTIFICATE_REVOKED", Problem.CLIENT_REVOKED),
    ("ALERT_UNKNOWN_CA", Problem.CLIENT_UNKNOWN_CA),
    ("ALERT_DECRYPT_ERROR", Problem.CLIENT_UNKNOWN_CA),
    ("CERTIFICATE_REQUIRED", Problem.CLIENT_REJECTED),
    ("ALERT_CERTIFICATE", Problem.CLIENT_REJECTED),
    ("ALERT_BAD_CERTIFICATE", Problem.CLIENT_REJECTED),
    ("ALERT_UNSUPPORTED_CERTIFICATE", Problem.CLIENT_REJECTED),
    ("ALERT_HANDSHAKE_FAILURE", Problem.CLIENT_REJECTED),
    ("ALERT_PROTOCOL_VERSION", Problem.OUTDATED_TLS),
    ("UNSUPPORTED_PROTOCOL", Problem.OUTDATED_TLS),
    ("WRONG_VERSION_NUMBER", Problem.NOT_TLS),
    ("HTTP_REQUEST", Problem.NOT_TLS),
    ("UNEXPECTED_EOF", Problem.NOT_TLS),
)


# Looked through in this order: each type before those it derives from.
_ERRORS: Final[tuple[tuple[type[BaseException], Problem], ...]] = (
    (TimeoutError, Problem.NO_ANSWER),
    (socket.gaierror, Problem.UNKNOWN_HOST),
    (ConnectionRefusedError, Problem.REFUSED),
    (ConnectionError, Problem.LOST),
    (OSError, Problem.UNREACHABLE),
    (ValueError, Problem.UNKNOWN_HOST),  # a name that cannot be one
)


def problem_of(error: BaseException) -> Problem:
    """Name what a failed connection attempt means; `LOST` when the error says nothing more."""
    if isinstance(error, LinkError):
        return error.problem
    if isinstance(error, ExceptionGroup):  # a name with several addresses: the last is the plainest, as a rule IPv4
        return problem_of(error.exceptions[-1])
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(error.verify_code, Problem.SERVER_NOT_TRUSTED)
    if isinstance(error, ssl.SSLError):
        reason = error.reason or ""
        return next((problem for mark, problem in _ALERTS if mark in reason), Problem.LOST)
    return next((problem for kind, problem in _ERRORS if isinstance(error, kind)), Problem.LOST)
