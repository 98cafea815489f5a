"""What a real Mosquitto does with the certificates and the configuration."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import getpass
import os
from pathlib import Path
import pwd
import shutil
import socket
import ssl
import tempfile

import pytest

from certs import reload
from certs.errors import FolderError
from certs.passwords import Login
from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from demo.broker import Broker
from demo.program import ProgramError
from tests.certs.greenhouse import Client, Greenhouse, free_port

MOISTURE = "/serre/1/bac/1/sol"


def serial_of_server(greenhouse: Greenhouse) -> str:
    folder = greenhouse.pki.folder / "hub-1"
    context = ssl.create_default_context(cafile=folder / "ca.crt")  # the strictest that Python has
    context.load_cert_chain(folder / "client.crt", folder / "client.key")
    address = ("127.0.0.1", greenhouse.broker.port)
    with (
        socket.create_connection(address) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        certificate = connection.getpeercert()
        assert certificate is not None
        return str(certificate["serialNumber"])


def refused(client: Client) -> bool:
    """Whether the broker ends the TLS handshake; MQTT is not reached."""
    try:
        client.connect()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_measurement_travels_from_hub_to_dashboard(greenhouse: Greenhouse, version: ssl.TLSVersion) -> None:
    with greenhouse.client("dashboard", version=version) as dashboard:
        dashboard.subscribe("/serre/1/bac/1/#")
        with greenhouse.client("hub-1", version=version) as hub:
            hub.publish(MOISTURE, "65.0")
        assert dashboard.next_message() == (MOISTURE, b"65.0")


def test_a_client_without_certificate_is_refused(greenhouse: Greenhouse, tmp_path: Path) -> None:
    client = greenhouse.client("hub-1", certificate=tmp_path / "none.crt")
    assert refused(client)
    greenhouse.broker.wait_for_log("peer did not return a certificate")


@pytest.mark.parametrize("days_ago", [0, 400], ids=["with the same name", "with another name"])
def test_a_client_of_another_authority_is_refused(greenhouse: Greenhouse, tmp_path: Path, days_ago: int) -> None:
    other = Pki(tmp_path / "other", clock=lambda: datetime.now(UTC) - timedelta(days=days_ago))
    other.init()
    other.issue_client(HUB, "1")
    assert refused(greenhouse.client("hub-1", certificate=other.folder / "hub-1/client.crt"))
    greenhouse.broker.wait_for_log("certificate verify failed")


@pytest.mark.parametrize("days_ago", [0, 400], ids=["with the same name", "with another name"])
def test_a_hub_refuses_the_broker_of_another_authority(greenhouse: Greenhouse, tmp_path: Path, days_ago: int) -> None:
    other = Pki(tmp_path / "other", clock=lambda: datetime.now(UTC) - timedelta(days=days_ago))
    other.init()
    with pytest.raises(ssl.SSLCertVerificationError):
        greenhouse.client("hub-1", ca=other.folder / "ca.crt").connect()


def test_a_hub_refuses_a_broker_with_another_name(greenhouse: Greenhouse) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        greenhouse.client("hub-1", host="localhost").connect()


def test_an_expired_client_is_refused(greenhouse: Greenhouse) -> None:
    past = Pki(greenhouse.pki.folder, clock=lambda: datetime.now(UTC) - timedelta(days=500))
    past.issue_client(HUB, "3")
    assert refused(greenhouse.client("hub-3"))
    greenhouse.broker.wait_for_log("certificate verify failed")


def test_a_certificate_of_the_server_is_no_client(greenhouse: Greenhouse) -> None:
    certificate = greenhouse.pki.folder / "server/server.crt"
    assert refused(greenhouse.client("hub-1", certificate=certificate))


def test_tls_1_1_is_refused(greenhouse: Greenhouse) -> None:
    folder = greenhouse.pki.folder / "hub-1"
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # else this side would not even offer it
    context.load_cert_chain(folder / "client.crt", folder / "client.key")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", greenhouse.broker.port)) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_plain_tcp_gets_no_answer(greenhouse: Greenhouse) -> None:
    connect = bytes.fromhex("100c00044d5154540402003c0000")
    with socket.create_connection(("127.0.0.1", greenhouse.broker.port), timeout=10) as plain:
        plain.sendall(connect)
        try:
            answer = plain.recv(64)
        except ConnectionResetError:
            answer = b""
    assert not answer.startswith(b"\x20")  # no CONNACK


@pytest.mark.parametrize(
    "login",
    [None, Login("hub-1", "wrong"), Login("nobody", "wrong"), Login("hub-1", "")],
    ids=["anonymous", "wrong password", "unknown user", "empty password"],
)
def test_a_good_certificate_alone_does_not_log_in(greenhouse: Greenhouse, login: Login | None) -> None:
    assert greenhouse.client("hub-1", login=login).connect() == "Not authorized"


def test_a_hub_writes_below_its_own_greenhouse_only(greenhouse: Greenhouse) -> None:
    with greenhouse.client("dashboard") as dashboard, greenhouse.client("hub-1") as hub:
        dashboard.subscribe("/serre/#")
        for topic in ("/serre/2/bac/1/sol", "/serre/1x/etat", "/autre/1", "serre/1/etat"):
            hub.publish(topic, "forbidden")
        hub.publish(MOISTURE, "65.0")
        assert dashboard.next_message() == (MOISTURE, b"65.0")
        assert dashboard.messages.empty()


def test_a_hub_reads_nothing_not_even_its_own(greenhouse: Greenhouse) -> None:
    with greenhouse.client("dashboard") as dashboard, greenhouse.client("hub-1") as hub:
        dashboard.subscribe("/serre/#")
        hub.subscribe("#")
        hub.subscribe("/serre/1/#")
        with greenhouse.client("hub-2") as other:
            other.publish("/serre/2/bac/1/sol", "1.0")
        hub.publish(MOISTURE, "65.0")
        assert dashboard.next_message() == ("/serre/2/bac/1/sol", b"1.0")
        assert dashboard.next_message() == (MOISTURE, b"65.0")
        assert hub.messages.empty()


def test_a_hub_that_dies_leaves_its_last_will_to_the_dashboard(greenhouse: Greenhouse) -> None:
    with greenhouse.client("dashboard") as dashboard:
        dashboard.subscribe("/serre/+/etat")
        hub = greenhouse.client("hub-1")
        hub.mqtt.will_set("/serre/1/etat", "offline", retain=True)
        assert hub.connect() == "Success"
        hub.vanish()
        assert dashboard.next_message() == ("/serre/1/etat", b"offline")


def test_the_last_will_of_a_hub_reaches_no_other_greenhouse(greenhouse: Greenhouse) -> None:
    with greenhouse.client("dashboard") as dashboard:
        dashboard.subscribe("/serre/+/etat")
        hub = greenhouse.client("hub-1")
        hub.mqtt.will_set("/serre/2/etat", "offline", retain=True)
        assert hub.connect() == "Success"
        hub.vanish()
        hub.wait_until_cut_off()
        with greenhouse.client("hub-2") as other:
            other.publish("/serre/2/etat", "online")
        assert dashboard.next_message() == ("/serre/2/etat", b"online")


def test_a_dashboard_publishes_nothing(greenhouse: Greenhouse) -> None:
    with greenhouse.client("dashboard") as dashboard, greenhouse.client("hub-1") as hub:
        dashboard.subscribe("/serre/#")
        dashboard.publish(MOISTURE, "99.0")
        hub.publish(MOISTURE, "65.0")
        assert dashboard.next_message() == (MOISTURE, b"65.0")
        assert dashboard.messages.empty()


def test_a_second_client_with_one_user_takes_the_place_of_the_first(greenhouse: Greenhouse) -> None:
    first, second = greenhouse.client("dashboard"), greenhouse.client("dashboard")
    assert first.connect() == "Success"
    assert second.connect() == "Success"
    first.wait_until_cut_off()
    second.subscribe("/serre/#")


def test_two_dashboards_with_users_of_their_own_live_together(greenhouse: Greenhouse) -> None:
    greenhouse.applying(lambda: greenhouse.pki.issue_client(DASHBOARD, "tablet"))
    with greenhouse.client("dashboard") as one, greenhouse.client("dashboard-tablet") as other:
        one.subscribe("/serre/#")
        other.subscribe("/serre/#")
        with greenhouse.client("hub-1") as hub:
            hub.publish(MOISTURE, "65.0")
        assert one.next_message() == other.next_message() == (MOISTURE, b"65.0")


def test_with_the_password_of_another_hub_a_hub_is_that_hub(greenhouse: Greenhouse) -> None:
    """Mosquitto binds user names to certificates only where it asks no password, certs/README.md."""
    with greenhouse.client("dashboard") as dashboard:
        dashboard.subscribe("/serre/#")
        with greenhouse.client("hub-2", login=greenhouse.login("hub-1")) as impostor:
            impostor.publish("/serre/2/bac/1/sol", "forbidden")
            impostor.publish(MOISTURE, "65.0")
        assert dashboard.next_message() == (MOISTURE, b"65.0")


def test_a_new_hub_is_let_in_without_a_restart(greenhouse: Greenhouse) -> None:
    greenhouse.applying(lambda: greenhouse.pki.issue_client(HUB, "3"))
    with greenhouse.client("hub-3"):
        pass


def test_a_revoked_hub_is_cut_off_and_stays_out_without_a_restart(greenhouse: Greenhouse) -> None:
    with greenhouse.client("dashboard") as dashboard, greenhouse.client("hub-2") as bystander:
        dashboard.subscribe("/serre/#")
        hub = greenhouse.client("hub-1")
        assert hub.connect() == "Success"
        login = greenhouse.login("hub-1")
        greenhouse.applying(lambda: greenhouse.pki.revoke("hub-1"))
        hub.wait_until_cut_off()
        assert refused(greenhouse.client("hub-1", login=login))
        assert refused(greenhouse.client("hub-1", login=greenhouse.login("hub-2")))
        bystander.publish("/serre/2/bac/1/sol", "2.0")  # nobody else was cut off
        assert dashboard.next_message() == ("/serre/2/bac/1/sol", b"2.0")


def test_a_revoked_hub_that_is_issued_anew_works_with_its_new_files_only(
    greenhouse: Greenhouse, tmp_path: Path
) -> None:
    stolen = Path(shutil.copytree(greenhouse.pki.folder / "hub-1", tmp_path / "stolen"))
    greenhouse.applying(lambda: greenhouse.pki.revoke("hub-1"))
    greenhouse.applying(lambda: greenhouse.pki.issue_client(HUB, "1"))
    with greenhouse.client("hub-1"):
        pass
    thief = Login.read(stolen / "login.txt")
    assert refused(greenhouse.client("hub-1", certificate=stolen / "client.crt"))
    assert greenhouse.client("hub-1", login=thief).connect() == "Not authorized"


def test_old_and_new_certificate_both_work_after_a_renewal(greenhouse: Greenhouse, tmp_path: Path) -> None:
    device = Path(shutil.copytree(greenhouse.pki.folder / "hub-1", tmp_path / "device"))
    with greenhouse.client("hub-1") as hub, greenhouse.client("dashboard") as dashboard:
        dashboard.subscribe("/serre/#")
        greenhouse.applying(lambda: greenhouse.pki.renew(["hub-1"]))
        hub.publish(MOISTURE, "65.0")  # the open session does not notice
        assert dashboard.next_message() == (MOISTURE, b"65.0")
    with greenhouse.client("hub-1", certificate=device / "client.crt"):
        pass
    with greenhouse.client("hub-1"):
        pass


def test_the_certificate_before_a_renewal_can_be_revoked_alone(greenhouse: Greenhouse, tmp_path: Path) -> None:
    device = Path(shutil.copytree(greenhouse.pki.folder / "hub-1", tmp_path / "device"))
    greenhouse.applying(lambda: greenhouse.pki.renew(["hub-1"]))
    (earlier,) = [row.who.split()[-1] for row in greenhouse.pki.status() if "earlier" in row.who]
    greenhouse.applying(lambda: greenhouse.pki.revoke(earlier))
    assert refused(greenhouse.client("hub-1", certificate=device / "client.crt"))
    with greenhouse.client("hub-1"):
        pass


def test_a_renewed_server_certificate_is_served_without_a_restart(greenhouse: Greenhouse) -> None:
    before = serial_of_server(greenhouse)
    with greenhouse.client("hub-1") as hub:
        greenhouse.applying(lambda: greenhouse.pki.renew(["server"]))
        hub.publish(MOISTURE, "65.0")  # the open session does not notice
    after = serial_of_server(greenhouse)
    assert after != before
    with greenhouse.client("hub-1"):
        pass


def test_a_server_renewed_under_another_name_is_refused_under_the_old_one(greenhouse: Greenhouse) -> None:
    greenhouse.applying(lambda: greenhouse.pki.renew(["server"], ["localhost"], ["127.0.0.2"]))
    with pytest.raises(ssl.SSLCertVerificationError):
        greenhouse.client("hub-1").connect()
    with greenhouse.client("hub-1", host="localhost"):
        pass


def test_retained_state_outlives_a_restart_of_the_broker(greenhouse: Greenhouse) -> None:
    with greenhouse.client("hub-1") as hub:
        hub.publish("/serre/1/etat", "online", retain=True)
    greenhouse.broker.stop()
    greenhouse.broker.start()
    with greenhouse.client("dashboard") as dashboard:
        dashboard.subscribe("/serre/+/etat")
        assert dashboard.next_message() == ("/serre/1/etat", b"online")


def test_no_password_appears_in_the_log(greenhouse: Greenhouse) -> None:
    with greenhouse.client("hub-1"):
        pass
    greenhouse.client("hub-1", login=Login("hub-1", "a wrong guess")).connect()
    greenhouse.broker.wait_for_log("not authorised")
    log = greenhouse.broker.log()
    assert "hub-1" in log
    assert greenhouse.login("hub-1").password not in log
    assert "a wrong guess" not in log


def test_a_message_of_a_mebibyte_ends_the_connection(greenhouse: Greenhouse) -> None:
    hub = greenhouse.client("hub-1")
    assert hub.connect() == "Success"
    hub.mqtt.publish("/serre/1/histo", b"x" * 1_048_576)
    hub.wait_until_cut_off()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through, as /etc is; pytest's own is closed."""
    folder = Path(tempfile.mkdtemp(prefix="sigacs-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _has_account() -> bool:
    return any(entry.pw_name == "mosquitto" for entry in pwd.getpwall())


@pytest.mark.skipif(os.geteuid() != 0 or not _has_account(), reason="needs root and the account mosquitto")
def test_started_by_root_the_broker_runs_as_its_own_account_and_reads_every_renewal(
    open_folder: Path,
) -> None:
    greenhouse = Greenhouse(open_folder / "pki", account="")
    account = pwd.getpwnam("mosquitto")
    try:
        greenhouse.broker.start()
        assert Path(f"/proc/{greenhouse.broker.pid}").stat().st_uid == account.pw_uid
        assert "Warning" not in greenhouse.broker.log()  # of files that are open to others, or not its own
        before = serial_of_server(greenhouse)
        greenhouse.applying(lambda: greenhouse.pki.renew(["server"]))
        assert serial_of_server(greenhouse) != before
        with greenhouse.client("hub-1"):
            pass
    finally:
        greenhouse.stop()
    folder = greenhouse.pki.folder / "mosquitto"
    for path in (folder, *folder.rglob("*")):
        if path == greenhouse.broker.log_file:  # the test's own
            continue
        assert (path.stat().st_uid, path.stat().st_gid) == (account.pw_uid, account.pw_gid), path


@pytest.mark.skipif(os.geteuid() != 0 or not _has_account(), reason="needs root and the account mosquitto")
def test_a_folder_that_the_broker_cannot_reach_is_named(pki: Pki) -> None:
    with pytest.raises(FolderError, match=r"cannot pass through .*--dir /etc/sigacs"):
        pki.configure_broker()


def test_a_service_like_debians_includes_our_listener_and_is_told(
    greenhouse: Greenhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    greenhouse.broker.stop()
    service = tmp_path / "etc"
    (service / "conf.d").mkdir(parents=True)
    listener = greenhouse.pki.folder / "mosquitto/conf.d/sigacs.conf"
    (service / "conf.d/sigacs.conf").symlink_to(listener)
    (service / "mosquitto.conf").write_text(
        f"user {getpass.getuser()}\npid_file {service}/mosquitto.pid\n"
        f"persistence true\npersistence_location {service}/\nlog_dest stderr\n"
        f"include_dir {service}/conf.d\n"
    )
    monkeypatch.setattr(reload, "_SERVICE_CONFIGURATION", service / "conf.d")
    monkeypatch.setattr(reload, "_SERVICE_PID_FILE", service / "mosquitto.pid")
    greenhouse.broker = Broker(service / "mosquitto.conf")
    greenhouse.broker.start()
    before = serial_of_server(greenhouse)
    greenhouse.applying(lambda: greenhouse.pki.renew(["server"]))
    assert serial_of_server(greenhouse) != before


def test_a_broker_that_does_not_start_says_why_and_leaves_nothing_running(greenhouse: Greenhouse) -> None:
    greenhouse.broker.stop()
    (greenhouse.pki.folder / "mosquitto/acl").write_text("nonsense\n")
    with pytest.raises(ProgramError, match="nonsense"):
        greenhouse.broker.start()
    assert greenhouse.broker.pid is None


def test_settings_of_the_user_in_conf_d_stay_and_count(greenhouse: Greenhouse) -> None:
    own = greenhouse.pki.folder / "mosquitto/conf.d/zz-own.conf"
    own.write_text("sys_interval 0\nlog_type all\n")
    greenhouse.broker.stop()
    greenhouse.pki.configure_broker(free_port(), "127.0.0.1", getpass.getuser())
    greenhouse.broker.start()
    assert own.exists()
    greenhouse.broker.wait_for_log("zz-own.conf")
    with greenhouse.client("hub-1"):
        pass
