"""Every command, killed at every step that touches the disk: what was there before, or what was asked for."""

import base64
from collections.abc import Callable, Iterator
import hashlib
import os
from pathlib import Path
import shutil
import signal
import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
import pytest

from certs import mosquitto, passwords
from certs.errors import RequestError
from certs.ledger import Ledger
from certs.passwords import Login
from certs.pki import Pki
from certs.policy import DASHBOARD, HUB, ROLES
from certs.store import File, Store

COMMANDS: dict[str, Callable[[Pki], object]] = {
    "hub": lambda pki: pki.issue_client(HUB, "3"),
    "renew": lambda pki: pki.renew(["hub-1", "server"]),
    "revoke": lambda pki: pki.revoke("hub-1"),
    "issue anew": lambda pki: pki.issue_client(HUB, "2"),
    "broker": lambda pki: pki.configure_broker(18883, "127.0.0.1"),
}
_TOUCHING = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chown"}
_MOST_STEPS = 400


def killed_at(step: int, command: Callable[[], object], folder: Path) -> bool:
    """Run the command in a process that is killed before its n-th change of the disk; False when it ended first."""
    child = os.fork()
    if child == 0:
        left = step

        def count() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
            if event in _TOUCHING or (writes and str(folder) in str(arguments[0])):
                count()

        def fsync(descriptor: int, real: Callable[[int], None] = os.fsync) -> None:
            count()
            real(descriptor)

        code = 1
        try:
            sys.addaudithook(watch)
            os.fsync = fsync  # type: ignore[assignment]
            command()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def every_kill(command: Callable[[Pki], object], template: Path, scratch: Path) -> Iterator[Pki]:
    """Give the folder as each kill leaves it, and at last as the whole command leaves it."""
    for step in range(1, _MOST_STEPS):
        folder = Path(shutil.copytree(template, scratch / f"kill-{step}", symlinks=True))
        killed = killed_at(step, lambda folder=folder: command(Pki(folder)), folder)  # type: ignore[misc]
        yield Pki(folder)
        shutil.rmtree(folder)
        if not killed:
            assert step > 20, "the harness did not see the command at work"
            return
    pytest.fail("the command never came to its end")


def is_pair(certificate_pem: bytes, key_pem: bytes) -> bool:
    key = serialization.load_pem_private_key(key_pem, None)
    return x509.load_pem_x509_certificate(certificate_pem).public_key() == key.public_key()


def check_consistent(pki: Pki) -> Ledger:
    """Whatever the ledger says is so, in every folder and for the broker."""
    folder = pki.folder
    ledger = Ledger.parse((folder / "ledger.csv").read_bytes())
    hashed = passwords.parse((folder / "passwords").read_text())
    assert set(hashed) == set(ledger.clients())
    for entry in ledger.current().values():
        certificate, key = (folder / entry.name / file for file in ROLES[entry.role].files)
        assert is_pair(certificate.read_bytes(), key.read_bytes())
        assert x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number == entry.serial
        previous = folder / entry.name / "previous"
        if previous.exists():
            assert is_pair((previous / certificate.name).read_bytes(), (previous / key.name).read_bytes())
    for name in ledger.clients():
        login = Login.read(folder / name / "login.txt")
        assert login.user == name
        assert is_hash_of(hashed[name], login)
    revoked = x509.load_pem_x509_crl((folder / "crl.pem").read_bytes())
    assert {entry.serial_number for entry in revoked} == {entry.serial for entry in ledger.revocations()}
    check_broker(folder, ledger)
    return ledger


def check_broker(folder: Path, ledger: Ledger) -> None:
    served = folder / "mosquitto"
    for name in ("ca.crt", "crl.pem", "passwords"):
        assert (served / name).read_bytes() == (folder / name).read_bytes()
    pair = ((folder / "server" / name).read_bytes() for name in ("server.crt", "server.key"))
    assert (served / "server.pem").read_bytes() == b"".join(pair)
    rules = mosquitto.access_rules((entry.name, entry.role) for entry in ledger.clients().values())
    assert (served / "acl").read_text() == rules


def is_hash_of(line: str, login: Login) -> bool:
    """Hash again with the salt of the line."""
    _, _, iterations, salt, digest = line.split("$")
    expected = hashlib.pbkdf2_hmac("sha512", login.password.encode(), base64.b64decode(salt), int(iterations))
    return base64.b64decode(digest) == expected


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that can be there: renewed, revoked, with a broker folder."""
    pki = Pki(tmp_path_factory.mktemp("interrupted") / "pki")
    pki.init()
    pki.issue_server(["greenhouse.test"], ["127.0.0.1"])
    pki.issue_client(HUB, "1")
    pki.issue_client(HUB, "2")
    pki.issue_client(DASHBOARD)
    pki.configure_broker(8883, user=Path("~").expanduser().owner())
    pki.renew(["dashboard", "server"])
    pki.revoke("hub-2")
    return pki.folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_killed_at_any_step_leaves_a_usable_authority(name: str, template: Path, tmp_path: Path) -> None:
    before = check_consistent(Pki(template))
    outcomes = set()
    for pki in every_kill(COMMANDS[name], template, tmp_path):
        server = (pki.folder / "mosquitto/server.pem").read_bytes()
        assert is_pair(server, server)  # for a broker that starts right now, before anybody repairs anything
        pki.status()
        assert not [path.name for path in pki.folder.iterdir() if path.name.startswith(".")]
        after = check_consistent(pki)
        outcomes.add(after == before)
        try:
            COMMANDS[name](pki)
        except RequestError:
            assert after != before  # refused only because it is done
        pki.renew(["dashboard"])
        check_consistent(pki)
    assert outcomes == ({True} if name == "broker" else {True, False})


def test_init_killed_at_any_step_can_be_repeated_or_is_done(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for pki in every_kill(lambda pki: pki.init(), empty, tmp_path):
        try:
            pki.init()
        except RequestError as error:
            assert "holds an authority already" in str(error)  # noqa: PT017
        pki.issue_server()
        pki.issue_client(HUB, "1")
        pki.configure_broker(user=Path("~").expanduser().owner())
        check_consistent(pki)


def test_a_broker_that_was_not_told_before_the_kill_is_told_by_the_next_command(tmp_path: Path) -> None:
    told = []

    def die() -> None:
        raise KeyboardInterrupt

    interrupted = Store(tmp_path, die)
    with pytest.raises(KeyboardInterrupt), interrupted.locked():
        interrupted.commit({"crl.pem": File(b"new")})
    with Store(tmp_path, lambda: told.append("told")).locked():
        assert told == ["told"]
    with Store(tmp_path, lambda: told.append("again")).locked():
        assert told == ["told"]
    assert (tmp_path / "crl.pem").read_bytes() == b"new"
