"""What the certificates say, read back from the files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
import pytest

from certs.pki import Pki
from certs.policy import DASHBOARD, HUB

NOW = datetime.now(UTC)
LEAVES = {
    "server/server.crt": ExtendedKeyUsageOID.SERVER_AUTH,
    "hub-1/client.crt": ExtendedKeyUsageOID.CLIENT_AUTH,
    "dashboard/client.crt": ExtendedKeyUsageOID.CLIENT_AUTH,
}
YEAR = timedelta(days=365)


def read(pki: Pki, path: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((pki.folder / path).read_bytes())


def extension[T: x509.ExtensionType](certificate: x509.Certificate, kind: type[T]) -> T:
    return certificate.extensions.get_extension_for_class(kind).value


@pytest.mark.parametrize("path", ["ca.crt", *LEAVES])
def test_every_key_is_on_the_curve_p256(pki: Pki, path: str) -> None:
    key = read(pki, path).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


@pytest.mark.parametrize("path", ["ca.crt", *LEAVES])
def test_every_certificate_names_its_key_and_its_issuers_key(pki: Pki, path: str) -> None:
    certificate, authority = read(pki, path), read(pki, "ca.crt")
    own = extension(certificate, x509.SubjectKeyIdentifier).digest
    issuer = extension(certificate, x509.AuthorityKeyIdentifier).key_identifier
    assert own == x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    assert issuer == extension(authority, x509.SubjectKeyIdentifier).digest
    certificate.verify_directly_issued_by(authority)


@pytest.mark.parametrize("path", ["ca.crt", *LEAVES])
def test_serial_numbers_are_long_and_random(pki: Pki, path: str) -> None:
    assert read(pki, path).serial_number.bit_length() > 64


def test_the_authority_signs_and_does_nothing_else(pki: Pki) -> None:
    authority = read(pki, "ca.crt")
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert usage.critical
    assert (usage.value.key_cert_sign, usage.value.crl_sign) == (True, True)
    assert not usage.value.digital_signature


@pytest.mark.parametrize(("path", "purpose"), LEAVES.items())
def test_a_certificate_says_one_thing_only(pki: Pki, path: str, purpose: x509.ObjectIdentifier) -> None:
    certificate = read(pki, path)
    assert list(extension(certificate, x509.ExtendedKeyUsage)) == [purpose]
    assert not extension(certificate, x509.BasicConstraints).ca
    usage = extension(certificate, x509.KeyUsage)
    assert usage.digital_signature
    assert not any((usage.key_cert_sign, usage.crl_sign, usage.key_encipherment))


def test_a_clients_name_is_its_user(pki: Pki) -> None:
    for user in ("hub-1", "dashboard"):
        (name,) = read(pki, f"{user}/client.crt").subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert name.value == user


def test_the_server_has_dns_names_and_addresses(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")
    pki.init()
    issued = pki.issue_server(["Greenhouse.LAN", "greenhouse.lan."], ["192.168.42.66", "fd00::1"])
    names = extension(read(pki, "server/server.crt"), x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.DNSName) == ["greenhouse.lan"]
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == ["192.168.42.66", "fd00::1"]
    assert issued.host_names == ("greenhouse.lan", "192.168.42.66", "fd00::1")


def test_without_being_told_the_server_has_the_address_of_the_diagram(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")
    pki.init()
    pki.issue_server()
    names = extension(read(pki, "server/server.crt"), x509.SubjectAlternativeName)
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == ["192.168.42.66", "127.0.0.1"]
    assert names.get_values_for_type(x509.DNSName) == ["sigacs.local", "localhost"]


def test_a_client_lasts_a_year_and_two_months_to_be_late(pki: Pki) -> None:
    certificate = read(pki, "hub-1/client.crt")
    assert timedelta(days=424) <= certificate.not_valid_after_utc - NOW <= timedelta(days=426)


@pytest.mark.parametrize("path", ["ca.crt", *LEAVES])
def test_a_clock_that_is_behind_locks_nobody_out(pki: Pki, path: str) -> None:
    assert read(pki, path).not_valid_before_utc == datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("path", ["ca.crt", "server/server.crt"])
def test_a_device_whose_clock_is_thirty_years_ahead_accepts_the_server(pki: Pki, path: str) -> None:
    assert read(pki, path).not_valid_after_utc >= NOW + 45 * YEAR


def test_nothing_outlives_the_authority(tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    Pki(folder).init()
    late = Pki(folder, clock=lambda: NOW + 50 * YEAR)  # 12 leap days before its end
    late.issue_client(HUB, "1")
    late.issue_server()
    end = read(late, "ca.crt").not_valid_after_utc
    assert read(late, "hub-1/client.crt").not_valid_after_utc == end
    assert read(late, "server/server.crt").not_valid_after_utc == end


def test_the_revocation_list_is_there_from_the_first_day_and_lasts_as_long(pki: Pki) -> None:
    authority = read(pki, "ca.crt")
    revoked = x509.load_pem_x509_crl((pki.folder / "crl.pem").read_bytes())
    assert list(revoked) == []
    assert revoked.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    assert revoked.next_update_utc == authority.not_valid_after_utc
    assert revoked.last_update_utc == authority.not_valid_before_utc  # a broker that is behind goes on as well


def test_revocation_lists_are_numbered_upwards(pki: Pki) -> None:
    def number() -> int:
        revoked = x509.load_pem_x509_crl((pki.folder / "crl.pem").read_bytes())
        return revoked.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

    numbers = [number()]
    for who in ("hub-1", "dashboard"):
        pki.revoke(who)
        numbers.append(number())
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("path", "purpose"),
    [("server/server.crt", "sslserver"), ("hub-1/client.crt", "sslclient"), ("dashboard/client.crt", "sslclient")],
)
def test_openssl_finds_no_fault_at_its_strictest(pki: Pki, path: str, purpose: str) -> None:
    command = ["openssl", "verify", "-x509_strict", "-crl_check", "-purpose", purpose]
    command += ["-CAfile", str(pki.folder / "ca.crt"), "-CRLfile", str(pki.folder / "crl.pem")]
    answer = subprocess.run([*command, str(pki.folder / path)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_openssl_calls_a_revoked_client_revoked(pki: Pki) -> None:
    pki.revoke("hub-1")
    command = ["openssl", "verify", "-crl_check", "-CAfile", str(pki.folder / "ca.crt")]
    command += ["-CRLfile", str(pki.folder / "crl.pem"), str(pki.folder / "hub-1/client.crt")]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "certificate revoked" in answer.stdout + answer.stderr


def test_two_dashboards_are_two_users(pki: Pki) -> None:
    pki.issue_client(DASHBOARD, "tablet")
    assert (pki.folder / "dashboard-tablet/login.txt").read_text().startswith("user: dashboard-tablet\n")
