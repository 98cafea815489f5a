"""What docs/security.md tells to type when something is stolen, lost or about to end: typed, as it stands.

Only the reader's own names, in the first block, are others.
"""

from collections.abc import Iterator
from datetime import timedelta
import os
from pathlib import Path
import pwd
import re
import shutil
import tarfile
import tempfile

import pytest

from demo.boards import ONLINE_LIMIT_S
from script.environment.faketime import find_faketime
from tests.certs.greenhouse import Client
from tests.certs.house import House
from tests.documents.commands import block
from tests.documents.markdown import document
from tests.e2e.time_machine import TimeMachine

SERIAL = re.compile(r"^serial=(\w+)$", re.MULTILINE)
MOST_LOOKS = 20
EARLIER = re.compile(r"^ *earlier ([0-9A-Fa-f]+) ", re.MULTILINE)

pytestmark = [
    pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="needs mosquitto_pub, of mosquitto-clients"),
    pytest.mark.skipif(
        os.geteuid() == 0 and not any(entry.pw_name == "mosquitto" for entry in pwd.getpwall()),
        reason="as root, needs the account mosquitto",
    ),
]


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="sigacs-"))
    folder.chmod(0o755)  # every account can pass through, as through /etc; pytest's own folders are closed
    made = House(folder)
    mine = {
        "/etc/sigacs": str(made.pki.folder),
        "192.168.42.66": "127.0.0.1",
        "8883": str(made.broker.port),
        "/etc/mosquitto/conf.d": str(made.broker.included),
    }
    made.terminal.run(block("docs/security.md", "When something is stolen or lost", instead=mine))
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.fixture
def rehearsing(house: House) -> House:
    """The same, with the two commands of the rehearsal."""
    house.terminal.run(block("docs/security.md", "The yearly renewal, rehearsed"))
    return house


def refused(client: Client) -> bool:
    """Whether one side ends the TLS handshake, or the broker denies the login."""
    try:
        return client.connect() == "Not authorized"
    except OSError:
        return True


def rows(shown: str) -> list[list[str]]:
    """A table of `status`, with a word for each date and number of days."""
    plain = re.sub(r"\d{4}-\d\d-\d\d +-?\d+", "DATE", shown)
    return [line.split() for line in plain.splitlines() if "DATE" in line]


# The yearly renewal


def test_first_the_status_marks_what_is_due(rehearsing: House) -> None:
    shown = rehearsing.terminal.run(block("docs/security.md", "1. What is due"), exit_code=1)
    (example,) = [one.content for one in document("docs/security.md").blocks if one.language == "text"]
    assert [row for row in rows(shown) if "hub-2" not in row] == rows(example)


def test_a_renewal_disconnects_nobody_and_each_side_takes_its_new_files(rehearsing: House) -> None:
    house, run, pid = rehearsing, rehearsing.terminal.run, rehearsing.broker.pid
    hub = house.hub()
    hub.wait_online()
    with house.client("dashboard") as dashboard, house.client("hub-2") as other:
        dashboard.subscribe("/serre/2/#")
        shown = run(block("docs/security.md", "2. New certificates"))
        assert "hub-1/client.crt: valid until" in shown
        assert f"(process {pid}) was told to read its files anew" in shown
        other.publish("/serre/2/bac/1/sol", "65.0")
        assert dashboard.next_message() == ("/serre/2/bac/1/sol", b"65.0")
    run("certs status")  # nothing is due any more

    run(block("docs/security.md", "3. The hub", 1))
    shown = run(block("docs/security.md", "3. The hub", 2))
    assert re.search(r"Slot b, \d+ files, on trial", shown)
    hub.stop()  # a board restarts after provisioning
    hub.start()
    hub.wait_online()
    run(block("docs/security.md", "3. The hub", 3))

    run(block("docs/security.md", "4. Home Assistant", 1))
    with house.client(house.home / "dashboard"):
        pass
    run(block("docs/security.md", "4. Home Assistant", 2))
    assert not list(house.home.glob("hub-1")) + list(house.home.glob("dashboard"))

    mark = hub.log_size()
    shown = run(block("docs/security.md", "6. The certificates before"))
    assert len(EARLIER.findall(shown)) == 3  # hub 2 has one too
    assert shown.splitlines()[-1] == f"{house.pki.folder}/hub-1: admitted"
    assert EARLIER.findall(run("certs status")) == []
    for who in ("hub-1", "dashboard"):
        previous = house.pki.folder / who / "previous"
        for kept in ("login.txt", "ca.crt"):
            shutil.copy(house.pki.folder / who / kept, previous)
        assert refused(house.client(previous)), who
    hub.wait_online(since=mark)  # with its new certificate, after `admitted` took its place for a moment
    assert house.broker.pid == pid, "it was never restarted"


def test_the_broker_serves_its_new_certificate_without_a_restart(rehearsing: House) -> None:
    pid = rehearsing.broker.pid
    with rehearsing.client("hub-2") as hub:
        shown = rehearsing.terminal.run(block("docs/security.md", "5. The broker"))
        first, second = SERIAL.findall(shown)
        for _ in range(MOST_LOOKS):  # a busy machine gives Mosquitto its turn later
            if second != first:
                break
            (second,) = SERIAL.findall(rehearsing.terminal.run("served"))
        assert first != second
        hub.publish("/serre/2/bac/1/sol", "65.0")
    assert rehearsing.broker.pid == pid


def test_the_thief_of_the_rehearsal_is_shut_out(rehearsing: House) -> None:
    shown = rehearsing.terminal.run(block("docs/security.md", "7. Would a thief be shut out?", 1))
    assert re.findall(r"^/.*: (\w+)$", shown, re.MULTILINE) == ["admitted", "refused", "refused", "admitted"]
    assert "certificate verify failed" in rehearsing.broker.log()
    rehearsing.terminal.run(block("docs/security.md", "7. Would a thief be shut out?", 2))
    assert not (rehearsing.home / "thief").exists()


def test_the_certificate_before_a_renewal_counts_to_its_own_date_and_no_longer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (library := find_faketime()) is None:
        pytest.skip("libfaketime is missing, without which time cannot be moved: apt-get install libfaketime")
    before = house.copy("hub-1", "before")
    house.terminal.run(block("docs/security.md", "2. New certificates"))
    house.broker.stop()
    machine = TimeMachine(library, house.home)
    with monkeypatch.context() as patch:
        for name, value in machine.environment.items():
            patch.setenv(name, value)
        house.broker.start()
    with house.client(before):
        pass
    machine.move(timedelta(days=50))
    assert refused(house.client(before))
    with house.client("hub-1"):
        pass
    machine.move(timedelta(days=376))
    assert refused(house.client("hub-1")), "425 days after the renewal"


# What is stolen or lost


def test_a_stolen_hub_is_out_and_its_successor_in_without_a_restart_of_the_broker(house: House) -> None:
    run, pid = house.terminal.run, house.broker.pid
    stolen = house.copy("hub-1", "stolen")
    node_key = (house.home / "pki/hub-1/node_key").read_text()
    board = house.hub()  # the thief switches it on
    board.wait_online()

    mark = board.log_size()
    run(block("docs/security.md", "A hub is stolen", 1))
    for state in ("lost", "tls-client"):  # thrown out, and not let in again
        board.wait_for_log(f"uplink: {state}\n", since=mark, within_s=ONLINE_LIMIT_S)
    board.stop()
    with house.client("hub-2") as other, house.client("dashboard") as dashboard:
        dashboard.subscribe("/serre/2/#")
        run(block("docs/security.md", "A hub is stolen", 2))
        run("export BOARD=successor")
        run(block("docs/security.md", "A hub is stolen", 3))
        house.hub("successor").wait_online()
        assert refused(house.client(stolen)), "whatever its name is worth again"
        assert (house.home / "pki/hub-1/node_key").read_text() != node_key
        other.publish("/serre/2/bac/1/sol", "65.0")
        assert dashboard.next_message() == ("/serre/2/bac/1/sol", b"65.0")
    run(block("docs/security.md", "A hub is stolen", 4))
    assert house.broker.pid == pid


def test_a_broken_raspberry_pi_is_replaced_from_its_backup(house: House) -> None:
    house.terminal.run(block("docs/security.md", "The Raspberry Pi is broken", 1))
    assert (house.home / "sigacs-backup.tar.gz").stat().st_mode & 0o077 == 0
    hub = house.hub()
    hub.wait_online()

    house.broker.stop()
    shutil.rmtree(house.pki.folder)
    (house.broker.included / "sigacs.conf").unlink()
    mark = hub.log_size()
    house.terminal.run(block("docs/security.md", "The Raspberry Pi is broken", 2))
    house.obey_systemctl()
    hub.wait_online(since=mark)
    with house.client("dashboard"):
        pass
    assert (house.pki.folder / "private/ca.key").stat().st_mode & 0o077 == 0


def test_the_backup_of_the_computer_holds_the_key_of_the_nodes_passwords(house: House) -> None:
    house.terminal.run(block("docs/security.md", "The computer that prepares the boards is lost"))
    backup = house.home / "pki-backup.tar.gz"
    assert backup.stat().st_mode & 0o077 == 0
    with tarfile.open(backup) as archive:
        assert "pki/hub-1/node_key" in archive.getnames()


def test_after_the_theft_of_a_key_nobody_of_the_old_authority_is_trusted(house: House) -> None:
    house.terminal.run(block("docs/security.md", "The Raspberry Pi or a key is stolen", 1))
    house.terminal.run(block("docs/security.md", "The Raspberry Pi or a key is stolen", 2))
    house.obey_systemctl()
    anew = house.pki.folder.with_name("sigacs-new")
    for who in ("hub-1", "dashboard"):
        with house.client(anew / who):
            pass
        assert refused(house.client(who)), "who has the old authority does not trust the broker"
        assert refused(house.client(who, ca=anew / "ca.crt")), "nor the broker him"


def test_who_took_home_assistant_over_is_out_and_the_owner_in(house: House) -> None:
    stolen = house.copy("dashboard", "stolen")
    thief = house.client(stolen)
    assert thief.connect() == "Success"
    house.terminal.run(block("docs/security.md", "Home Assistant is lost or taken over", 1))
    thief.wait_until_cut_off()
    assert refused(house.client(stolen))
    with house.client(house.home / "dashboard"):
        pass
    house.terminal.run(block("docs/security.md", "Home Assistant is lost or taken over", 2))
    assert not (house.home / "dashboard").exists()
