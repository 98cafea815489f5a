"""Each thing that can be wrong between hub and broker has its own word, as far as a board can tell them apart."""

from collections.abc import Callable, Iterator
import contextlib
from datetime import UTC, datetime
from pathlib import Path
import shutil
import socket
import ssl
import threading
from typing import Any

import pytest

from certs.pki import Pki
from certs.policy import HUB
from tests.certs.greenhouse import Greenhouse, free_port
from tests.firmware.uplink.hub import Dashboard, Hub

SERVER_FILES = ("server.crt", "server.key")


def other_authority(folder: Path, year: int | None = None) -> Pki:
    """An authority of the same name; made in that year."""
    pki = Pki(folder, clock=lambda: datetime(year, 1, 1, tzinfo=UTC)) if year else Pki(folder)
    pki.init()
    return pki


def refusal(hub: Hub) -> str:
    """Start the hub, which must not get through, and return why."""
    hub.start()
    hub.wait_for_state("start")
    hub.tell(measure=[("1", "sol", "65.0", 0)])
    state = hub.wait_for_next_state() if hub.states == ["start"] else hub.states[1]
    assert hub.stop()["waiting"] == 1
    return state


@contextlib.contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where something answers each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def tls_server(certificate: Path, then: Callable[[ssl.SSLSocket], None] | None = None, **options: Any) -> Iterator[int]:
    """A TLS server with this certificate and key in one file, which asks for no client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    for name, value in options.items():
        setattr(context, name, value)

    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
            if then:
                then(tls)

    with answering(answer) as port:
        yield port


def test_a_broker_of_another_authority(greenhouse: Greenhouse, new_hub: Callable[..., Hub], tmp_path: Path) -> None:
    other_authority(tmp_path / "other")
    hub = new_hub()
    shutil.copy(tmp_path / "other" / "ca.crt", hub.folder / "pki" / "ca.crt")
    assert refusal(hub) == "tls-ca"


@pytest.mark.parametrize("name", ["other.test", "127.0.0.2"])
def test_a_broker_of_another_name_or_address(new_hub: Callable[..., Hub], name: str) -> None:
    hub = new_hub()
    hub.config["broker"]["name"] = name
    assert refusal(hub) == "tls-name"


def test_the_brokers_name_may_be_told_apart_from_its_address(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    hub.config["broker"]["name"] = "greenhouse.test"
    hub.start()
    hub.wait_for_state("online")
    hub.stop()


def test_a_broker_whose_certificate_has_expired_and_the_clock_is_asked(
    new_hub: Callable[..., Hub], tmp_path: Path
) -> None:
    pki = other_authority(tmp_path / "old", 1971)
    pki.issue_server(["greenhouse.test"], ["127.0.0.1"])
    certificate = tmp_path / "server.pem"
    hub = new_hub()
    shutil.copy(tmp_path / "old" / "ca.crt", hub.folder / "pki" / "ca.crt")
    certificate.write_bytes(b"".join((tmp_path / "old" / "server" / name).read_bytes() for name in SERVER_FILES))
    with tls_server(certificate) as port:
        hub.config["broker"]["port"] = port
        assert refusal(hub) == "tls-expired"
    assert hub.date_refused == 1


def test_a_broker_that_shows_a_clients_certificate(
    greenhouse: Greenhouse, new_hub: Callable[..., Hub], tmp_path: Path
) -> None:
    files = greenhouse.pki.folder / "hub-2"
    certificate = tmp_path / "client.pem"
    certificate.write_bytes((files / "client.crt").read_bytes() + (files / "client.key").read_bytes())
    hub = new_hub()
    hub.config["broker"]["name"] = "hub-2"
    with tls_server(certificate) as port:
        hub.config["broker"]["port"] = port
        assert refusal(hub) in {"tls-server", "tls-name"}


def test_a_client_certificate_of_another_authority(new_hub: Callable[..., Hub], tmp_path: Path) -> None:
    pki = other_authority(tmp_path / "other")
    pki.issue_client(HUB, "1")
    hub = new_hub()
    for name in ("client.crt", "client.key"):
        shutil.copy(tmp_path / "other" / "hub-1" / name, hub.folder / "pki" / name)
    assert refusal(hub) == "tls-client"


def test_a_client_certificate_that_has_expired(
    greenhouse: Greenhouse, new_hub: Callable[..., Hub], tmp_path: Path
) -> None:
    shutil.copytree(greenhouse.pki.folder, tmp_path / "then")
    pki = Pki(tmp_path / "then", clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    pki.issue_client(HUB, "77")
    hub = new_hub()
    for name in ("client.crt", "client.key"):
        shutil.copy(tmp_path / "then" / "hub-77" / name, hub.folder / "pki" / name)
    assert refusal(hub) == "tls-client"


def test_a_client_certificate_that_was_revoked(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    login = greenhouse.login("hub-2")
    hub.config["login"] = {"user": login.user, "password": login.password}
    hub.config["greenhouse"] = "2"
    hub.take_certificates(greenhouse.pki.folder / "hub-2")
    hub.start()
    hub.wait_for_state("online")
    greenhouse.applying(lambda: greenhouse.pki.revoke("hub-2"))
    assert hub.wait_for_next_state() == "lost"
    assert hub.wait_for_next_state() == "tls-client"
    hub.stop()


def test_a_wrong_password(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    hub.config["login"]["password"] = "wrong"
    assert refusal(hub) == "login"


@pytest.mark.parametrize("name", ["ca.crt", "client.crt", "client.key"])
@pytest.mark.parametrize("content", [None, "nonsense"])
def test_a_file_that_is_missing_or_damaged(new_hub: Callable[..., Hub], name: str, content: str | None) -> None:
    hub = new_hub()
    (hub.folder / "pki" / name).unlink()
    if content:
        (hub.folder / "pki" / name).write_text(content)
    assert refusal(hub) == "files"


def test_a_key_of_another_certificate(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    shutil.copy(greenhouse.pki.folder / "dashboard" / "client.key", hub.folder / "pki" / "client.key")
    assert refusal(hub) == "tls-other"  # nothing is found out before the broker has looked


def test_a_port_where_nothing_listens(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    hub.config["broker"]["port"] = free_port()
    assert refusal(hub) == "refused"


def test_a_name_that_nobody_knows(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    hub.config["broker"]["host"] = "broker.invalid"
    assert refusal(hub) == "dns"


def test_a_machine_that_answers_nothing(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub(limits={"tcp": 1})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        with socket.socket() as first, socket.socket() as second:  # they fill its queue: no SYN is answered any more
            for one in (first, second):
                one.settimeout(0)
                one.connect_ex(listener.getsockname())
            hub.config["broker"]["port"] = listener.getsockname()[1]
            assert refusal(hub) == "silent"


def test_a_port_that_takes_a_connection_and_says_nothing(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub(limits={"login": 1})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hub.config["broker"]["port"] = listener.getsockname()[1]
        assert refusal(hub) == "tls-silent"


def test_a_port_that_speaks_something_else(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    with answering(lambda one: one.sendall(one.recv(1000) and b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        hub.config["broker"]["port"] = port
        assert refusal(hub) == "tls-none"


def test_a_broker_that_wants_tls_1_3(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    certificate = greenhouse.pki.folder / "mosquitto" / "server.pem"
    hub = new_hub()
    with tls_server(certificate, minimum_version=ssl.TLSVersion.TLSv1_3) as port:
        hub.config["broker"]["port"] = port
        assert refusal(hub) == "tls-other"


def test_a_broker_that_is_full(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()

    def unavailable(tls: ssl.SSLSocket) -> None:
        tls.recv(1000)
        tls.sendall(b"\x20\x02\x00\x03")

    with tls_server(greenhouse.pki.folder / "mosquitto" / "server.pem", unavailable) as port:
        hub.config["broker"]["port"] = port
        assert refusal(hub) == "mqtt"


def test_no_wifi_and_then_wifi(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub(network=False)
    hub.start()
    hub.wait_for_state("wifi")
    hub.tell(settings={"network": True})
    hub.wait_for_state("online")
    assert hub.states == ["start", "wifi", "online"]
    hub.stop()


def test_the_reason_of_the_last_failure_is_in_the_health(greenhouse: Greenhouse, new_hub: Callable[..., Hub]) -> None:
    dashboard = Dashboard(greenhouse)
    hub = new_hub()
    hub.config["broker"]["port"] = free_port()
    hub.start()
    hub.wait_for_state("refused")
    hub.stop()
    hub.config["broker"]["port"] = greenhouse.broker.port
    hub = new_hub(network=False)
    hub.start()
    hub.wait_for_state("wifi")
    hub.tell(settings={"network": True})
    while not any('"last_failure": "wifi"' in payload for topic, payload in dashboard.order if topic.endswith("sante")):
        dashboard.next()
    hub.stop()
