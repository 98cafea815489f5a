from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificates
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from custom_components.sigacs.certificates import CertificateError, Fault, File, check
from tests.integration.papers import CLIENT, NOW, SERVER, YEAR, Paper, issue

CA = issue("Greenhouses", None, authority=True)
TWIN = issue("Greenhouses", None, authority=True)
MINE = issue("dashboard", CA, usage=CLIENT)
OTHER = issue("other", CA, usage=CLIENT)


def fault_of(files: dict[File, bytes], now_later: timedelta = timedelta()) -> tuple[File, Fault]:
    with pytest.raises(CertificateError) as error:
        check(files, NOW + now_later)
    assert str(error.value) == f"{error.value.file}: {error.value.fault}"
    return error.value.file, error.value.fault


def files(ca: bytes = CA.pem, certificate: bytes = MINE.pem, key: bytes = MINE.key_bytes()) -> dict[File, bytes]:
    return {File.CA: ca, File.CERTIFICATE: certificate, File.KEY: key}


def test_the_three_files_of_a_folder_are_taken_and_kept_as_pem() -> None:
    kept = check(files(), NOW)
    assert kept == {
        "ca_certificate": CA.pem.decode(),
        "client_certificate": MINE.pem.decode(),
        "client_key": MINE.key_bytes().decode(),
    }


@pytest.mark.parametrize("role", [DASHBOARD, HUB])
def test_what_our_own_authority_issues_is_taken(tmp_path: Path, role: object) -> None:
    pki = Pki(tmp_path / "pki")
    pki.init()
    folder = pki.issue_client(role, "1").folder  # type: ignore[arg-type]
    contents = [(folder / name).read_bytes() for name in ("ca.crt", "client.crt", "client.key")]
    assert check(dict(zip(File, contents, strict=True)), NOW)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_files_are_taken_in_pem_and_der(encoding: Encoding) -> None:
    given_files = files(
        CA.certificate.public_bytes(encoding), MINE.certificate.public_bytes(encoding), MINE.key_bytes(encoding)
    )
    assert check(given_files, NOW) == check(files(), NOW)


@pytest.mark.parametrize(
    "dress",
    [
        lambda pem: pem.replace(b"\n", b"\r\n"),
        lambda pem: b"subject=CN = dashboard\n\n" + pem,
        lambda pem: pem + b"\n\n",
        lambda pem: pem.rstrip(b"\n"),
    ],
)
def test_files_are_taken_as_people_save_them(dress: Callable[[bytes], bytes]) -> None:
    assert check(files(dress(CA.pem), dress(MINE.pem), dress(MINE.key_bytes())), NOW) == check(files(), NOW)


def test_older_forms_of_a_key_are_taken() -> None:
    old = MINE.key_bytes(form=PrivateFormat.TraditionalOpenSSL)
    assert b"BEGIN EC PRIVATE KEY" in old
    assert check(files(key=old), NOW) == check(files(), NOW)


def test_an_rsa_key_is_taken() -> None:
    paper = issue("dashboard", CA, usage=CLIENT, rsa_bits=2048)
    assert check(files(certificate=paper.pem, key=paper.key_bytes()), NOW)


@pytest.mark.parametrize("authority", [False, None])
def test_a_certificate_for_no_purpose_in_particular_is_taken(authority: bool | None) -> None:  # noqa: FBT001
    paper = issue("dashboard", CA, authority=authority)
    assert check(files(certificate=paper.pem, key=paper.key_bytes()), NOW)


def test_an_authority_of_several_certificates_is_taken_whole() -> None:
    kept = check(files(ca=TWIN.pem + CA.pem), NOW)
    assert len(load_pem_x509_certificates(kept["ca_certificate"].encode())) == 2


def test_a_certificate_with_those_between_it_and_the_authority_is_taken() -> None:
    first = issue("between 1", CA, authority=True)
    second = issue("between 2", first, authority=True)
    leaf = issue("dashboard", second, usage=CLIENT)
    kept = check(files(certificate=leaf.pem + second.pem + first.pem, key=leaf.key_bytes()), NOW)
    assert len(load_pem_x509_certificates(kept["client_certificate"].encode())) == 3


def test_a_chain_with_a_gap_is_not_signed_by_the_authority() -> None:
    first = issue("between 1", CA, authority=True)
    second = issue("between 2", first, authority=True)
    leaf = issue("dashboard", second, usage=CLIENT)
    incomplete = files(certificate=leaf.pem + second.pem, key=leaf.key_bytes())
    assert fault_of(incomplete) == (File.CERTIFICATE, Fault.NOT_SIGNED_BY_CA)


def test_certificates_that_sign_each_other_lead_nowhere() -> None:
    loop = issue("loop", None, authority=True)
    leaf = issue("dashboard", loop, usage=CLIENT)
    endless = files(certificate=leaf.pem + loop.pem + loop.pem, key=leaf.key_bytes())
    assert fault_of(endless) == (File.CERTIFICATE, Fault.NOT_SIGNED_BY_CA)


@pytest.mark.parametrize(
    "junk", [b"", b"\n", b"hello", b"\x89PNG\r\n\x1a\n", b"-----BEGIN CERTIFICATE-----", b"\x30\x03\x02\x01\x01"]
)
@pytest.mark.parametrize("file", File)
def test_what_is_nothing_of_the_kind_is_named(file: File, junk: bytes) -> None:
    expected = Fault.NOT_A_KEY if file is File.KEY else Fault.NOT_A_CERTIFICATE
    if file is File.KEY and b"CERTIFICATE" in junk:
        expected = Fault.CERTIFICATE_INSTEAD_OF_KEY
    assert fault_of(files() | {file: junk}) == (file, expected)


def test_a_broken_file_is_no_certificate() -> None:
    cut = CA.pem[: len(CA.pem) // 2] + b"\n-----END CERTIFICATE-----\n"
    assert fault_of(files(ca=cut)) == (File.CA, Fault.NOT_A_CERTIFICATE)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("file", [File.CA, File.CERTIFICATE])
def test_a_key_in_place_of_a_certificate_is_named(file: File, form: PrivateFormat) -> None:
    mixed_up = files() | {file: MINE.key_bytes(form=form)}
    assert fault_of(mixed_up) == (file, Fault.KEY_INSTEAD_OF_CERTIFICATE)


@pytest.mark.parametrize(
    ("certificate", "fault"), [(MINE.pem, Fault.CERTIFICATE_INSTEAD_OF_KEY), (MINE.der, Fault.NOT_A_KEY)]
)
def test_a_certificate_in_place_of_the_key_is_named(certificate: bytes, fault: Fault) -> None:
    assert fault_of(files(key=certificate)) == (File.KEY, fault)


@pytest.mark.parametrize("paper", [MINE, issue("self-made", None), issue("older still", None, authority=None)])
def test_a_certificate_of_no_authority_in_place_of_ca_crt_is_named(paper: Paper) -> None:
    assert fault_of(files(ca=paper.pem)) == (File.CA, Fault.NOT_A_CA)


def test_a_key_with_a_passphrase_is_named() -> None:
    assert fault_of(files(key=MINE.key_with_passphrase)) == (File.KEY, Fault.KEY_ENCRYPTED)


def test_an_old_key_with_a_passphrase_is_named() -> None:
    old = MINE.key_bytes(form=PrivateFormat.TraditionalOpenSSL, encryption=BestAvailableEncryption(b"passphrase"))
    assert b"Proc-Type" in old
    assert fault_of(files(key=old)) == (File.KEY, Fault.KEY_ENCRYPTED)


def test_dates_are_named_with_their_file() -> None:
    old = issue("dashboard", CA, usage=CLIENT, last=NOW - timedelta(seconds=1))
    new = issue("dashboard", CA, usage=CLIENT, first=NOW + timedelta(minutes=1))
    assert fault_of(files(certificate=old.pem, key=old.key_bytes())) == (File.CERTIFICATE, Fault.EXPIRED)
    assert fault_of(files(certificate=new.pem, key=new.key_bytes())) == (File.CERTIFICATE, Fault.NOT_YET_VALID)
    assert fault_of(files(), 2 * YEAR) == (File.CA, Fault.EXPIRED)
    assert fault_of(files(), -2 * YEAR) == (File.CA, Fault.NOT_YET_VALID)


def test_the_last_second_of_a_certificate_still_counts() -> None:
    assert check(files(), MINE.certificate.not_valid_after_utc)
    assert check(files(), MINE.certificate.not_valid_before_utc)


@pytest.mark.parametrize("paper", [issue("broker", CA, usage=SERVER), issue("greenhouse", CA, authority=True)])
def test_a_certificate_that_is_not_for_clients_is_named(paper: Paper) -> None:
    not_ours = files(certificate=paper.pem, key=paper.key_bytes())
    assert fault_of(not_ours) == (File.CERTIFICATE, Fault.NOT_FOR_CLIENTS)


def test_a_key_of_another_certificate_is_named() -> None:
    assert fault_of(files(key=OTHER.key_bytes())) == (File.KEY, Fault.KEY_DOES_NOT_MATCH)


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), x25519.X25519PrivateKey.generate()])
def test_a_key_of_another_kind_is_named(key: ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert load_pem_private_key(pem, None)
    assert fault_of(files(key=pem)) == (File.KEY, Fault.KEY_DOES_NOT_MATCH)


def test_an_authority_of_the_same_name_has_not_signed_it() -> None:
    assert fault_of(files(ca=TWIN.pem)) == (File.CERTIFICATE, Fault.NOT_SIGNED_BY_CA)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from(File),
    st.integers(0, 2000),
    st.integers(0, 20),
    st.binary(max_size=20),
    st.sampled_from([Encoding.PEM, Encoding.DER]),
)
def test_nothing_but_a_named_fault_comes_of_a_damaged_file(
    file: File, at: int, length: int, piece: bytes, encoding: Encoding
) -> None:
    whole = files(
        CA.certificate.public_bytes(encoding), MINE.certificate.public_bytes(encoding), MINE.key_bytes(encoding)
    )
    damaged = whole[file][:at] + piece + whole[file][at + length :]
    with suppress(CertificateError):
        assert set(check(whole | {file: damaged}, NOW)) == {"ca_certificate", "client_certificate", "client_key"}
