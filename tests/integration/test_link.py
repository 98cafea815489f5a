"""What errors mean, also those that no test can bring about for real."""

import errno
import socket
import ssl

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.transport.link import Link, LinkError, Problem, problem_of


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] (_ssl.c:1000)")
    error.reason = reason
    return error


def verify_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Problem.REFUSED),
        (OSError(errno.ENETUNREACH, "no network"), Problem.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "no route"), Problem.UNREACHABLE),
        (PermissionError(errno.EACCES, "broadcast"), Problem.UNREACHABLE),
        (TimeoutError(errno.ETIMEDOUT, "timed out"), Problem.NO_ANSWER),
        (TimeoutError(), Problem.NO_ANSWER),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Problem.UNKNOWN_HOST),
        (socket.gaierror(socket.EAI_AGAIN, "no name server"), Problem.UNKNOWN_HOST),
        (UnicodeError("label too long"), Problem.UNKNOWN_HOST),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Problem.LOST),
        (BrokenPipeError(errno.EPIPE, "pipe"), Problem.LOST),
        (LinkError(Problem.TAKEN_OVER), Problem.TAKEN_OVER),
        (tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Problem.CLIENT_REJECTED),
        (tls_error("SSLV3_ALERT_BAD_CERTIFICATE"), Problem.CLIENT_REJECTED),
        (tls_error("SSLV3_ALERT_CERTIFICATE_UNKNOWN"), Problem.CLIENT_REJECTED),
        (tls_error("SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"), Problem.CLIENT_REJECTED),
        (tls_error("SSLV3_ALERT_HANDSHAKE_FAILURE"), Problem.CLIENT_REJECTED),
        (tls_error("SSLV3_ALERT_CERTIFICATE_EXPIRED"), Problem.CLIENT_EXPIRED),
        (tls_error("SSLV3_ALERT_CERTIFICATE_REVOKED"), Problem.CLIENT_REVOKED),
        (tls_error("TLSV1_ALERT_UNKNOWN_CA"), Problem.CLIENT_UNKNOWN_CA),
        (tls_error("TLSV1_ALERT_DECRYPT_ERROR"), Problem.CLIENT_UNKNOWN_CA),
        (tls_error("WRONG_VERSION_NUMBER"), Problem.NOT_TLS),
        (verify_error(7), Problem.UNKNOWN_CA),
        (verify_error(18), Problem.UNKNOWN_CA),
        (verify_error(62), Problem.WRONG_HOST),
        (verify_error(64), Problem.WRONG_HOST),
        (verify_error(9), Problem.SERVER_NOT_YET_VALID),
        (verify_error(10), Problem.SERVER_EXPIRED),
        (verify_error(26), Problem.SERVER_NOT_TRUSTED),
        (verify_error(999), Problem.SERVER_NOT_TRUSTED),
        (RuntimeError("what nobody thought of"), Problem.LOST),
        (
            ExceptionGroup("", [ConnectionRefusedError(111, "::1"), ConnectionRefusedError(111, "127.0.0.1")]),
            Problem.REFUSED,
        ),
    ],
    ids=repr,
)
def test_an_error_has_its_name(error: Exception, problem: Problem) -> None:
    assert problem_of(error) is problem


@given(st.integers(0, 100), st.text(max_size=40))
def test_every_error_has_some_name(number: int, text: str) -> None:
    for error in (OSError(number, text), tls_error(text), verify_error(number)):
        assert problem_of(error) in Problem


def test_a_link_is_up_when_it_has_no_problem() -> None:
    assert Link().up
    assert not Link(Problem.LOST).up
    assert Link(Problem.LOST) == Link(Problem.LOST) != Link(Problem.REFUSED)
