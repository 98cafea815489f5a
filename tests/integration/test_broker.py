"""The TLS context of our own connection."""

from dataclasses import replace
from pathlib import Path
import ssl
import tempfile

import pytest

from custom_components.sigacs.transport.broker import BrokerSettings, client_context
from tests.integration.papers import CLIENT, Paper, issue

CA = issue("Greenhouses", None, authority=True)
MINE = issue("dashboard", CA, usage=CLIENT)


def settings(paper: Paper = MINE, key: bytes | None = None) -> BrokerSettings:
    pem = (CA.pem, paper.pem, key or paper.key_bytes())
    return BrokerSettings("broker.test", 8883, "dashboard", "secret", *(one.decode() for one in pem))


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where temporary files would lie."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_broker_is_always_verified_by_this_authority_alone() -> None:
    context = client_context(settings())
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert [int(one["serialNumber"], 16) for one in context.get_ca_certs()] == [CA.certificate.serial_number]


def test_the_key_is_on_disk_for_a_moment_only_and_for_nobody_else(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    load = ssl.SSLContext.load_cert_chain

    def look(self: ssl.SSLContext, pair: Path, *arguments: object, **named: object) -> None:
        seen.append((pair.stat().st_mode & 0o777, pair.parent.stat().st_mode & 0o777))
        load(self, pair, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", look)
    client_context(settings())
    assert seen == [(0o600, 0o700)]
    assert list(empty_folder.iterdir()) == []


@pytest.mark.parametrize(
    "unusable",
    [
        settings(key=issue("other", CA).key_bytes()),
        settings(key=MINE.key_with_passphrase),
        settings(key=b"nothing"),
        settings(issue("weak", CA, usage=CLIENT, rsa_bits=1024)),
        replace(settings(), client_certificate=""),
        replace(settings(), ca_certificate="nothing"),
        replace(settings(), client_key="clé"),
    ],
)
def test_files_that_cannot_be_used_together_are_refused_and_leave_nothing(
    unusable: BrokerSettings, empty_folder: Path
) -> None:
    with pytest.raises((ssl.SSLError, ValueError)):
        client_context(unusable)
    assert list(empty_folder.iterdir()) == []


def test_nothing_secret_is_in_the_text_of_the_settings() -> None:
    text = repr(settings())
    assert "secret" not in text
    assert "BEGIN" not in text
