"""What a person types, reads and gets back as an exit code."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import re
import subprocess
import sys

import pytest

from certs.commands import main
from certs.errors import FolderError, RequestError
from certs.passwords import Login
from certs.pki import Pki
from certs.policy import HUB

type Run = Callable[..., tuple[int, str, str]]
DATE = r"\d{4}-\d\d-\d\d"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on one folder; give exit code, output and errors."""

    def command(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["--dir", str(tmp_path / "pki"), *words])
        except SystemExit as usage:
            code = int(str(usage.code))
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def made(run: Run) -> Run:
    """The same, with an authority, a server, hub 1 and a dashboard in the folder."""
    for words in (["init"], ["server"], ["hub", "1"], ["dashboard"]):
        assert run(*words)[0] == 0
    return run


def account() -> str:
    return Path("~").expanduser().owner()


def test_every_command_says_where_how_long_and_what_next(run: Run, tmp_path: Path) -> None:
    for words, path in (
        (["init"], "ca.crt"),
        (["server"], "server/server.crt"),
        (["hub", "1"], "hub-1/client.crt"),
        (["dashboard"], "dashboard/client.crt"),
        (["dashboard", "tablet"], "dashboard-tablet/client.crt"),
        (["renew", "hub-1"], "hub-1/client.crt"),
    ):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        assert re.search(rf"^{re.escape(str(tmp_path / 'pki' / path))}: .*valid until {DATE}", out, re.MULTILINE), out
        assert re.search("^next: ", out, re.MULTILINE), out
        for named in re.findall(r"^(/\S+?):? ", out, re.MULTILINE):
            assert Path(named.rstrip(":")).exists(), named


def test_the_names_that_people_look_for_are_there(made: Run, tmp_path: Path) -> None:
    assert made("broker", "--user", account())[0] == 0
    files = {str(path.relative_to(tmp_path / "pki")) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {
        "ca.crt",
        "crl.pem",
        "ledger.csv",
        "passwords",
        "private/ca.key",
        "server/server.crt",
        "server/server.key",
        *(f"{who}/{file}" for who in ("hub-1", "dashboard") for file in ("ca.crt", "client.crt", "client.key")),
        *(f"{who}/login.txt" for who in ("hub-1", "dashboard")),
        *(f"mosquitto/{file}" for file in ("mosquitto.conf", "conf.d/sigacs.conf", "acl", "passwords")),
        *(f"mosquitto/{file}" for file in ("ca.crt", "crl.pem", "server.pem")),
    }


def test_no_output_contains_a_password_or_a_key(run: Run, tmp_path: Path) -> None:
    seen = ""
    for words in (["init"], ["server"], ["hub", "1"], ["broker", "--user", account()], ["renew", "hub-1"]):
        seen += "".join(map(str, run(*words)))
    seen += "".join(map(str, (*run("hub", "1"), *run("status"), *run("revoke", "hub-1"), *run("hub", "1"))))
    assert Login.read(tmp_path / "pki/hub-1/login.txt").password not in seen
    assert "PRIVATE KEY" not in seen
    assert "$7$" not in seen


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["init"], "holds an authority already .* go on with `status`, or make another"),
        (["server"], "server has a certificate, until .* `renew server`$"),
        (["hub", "1"], "hub-1 has a certificate, until .* `renew hub-1`; if its key is lost .* `revoke hub-1` first"),
        (["dashboard"], "dashboard has a certificate, until .* `renew dashboard`"),
        (["DASHBOARD"], "invalid choice"),
        (["hub", "a/b"], "“a/b” cannot name a hub: it must be"),
        (["renew", "hub-9"], "nothing was ever issued to “hub-9”; there is: server, hub-1, dashboard"),
        (["renew", "hub-1", "--name", "a"], "only the server has names"),
        (["renew", "server", "--ip", "a"], "“a” is not an IP address"),
        (["revoke", "server"], "only the broker reads the revocation list"),
        (["revoke", "hub-9"], "nothing was ever issued to “hub-9”"),
        (["broker", "--user", "no-such-account"], "no account “no-such-account”: install Mosquitto first"),
        (["broker", "--port", "0"], "0 is not a port, 1 to 65535"),
        (["broker", "--port", "٣"], "is not a port"),
        (["broker", "--at", "etc/sigacs"], "etc/sigacs must be a whole path, beginning with /"),
        (["renew"], "one of the arguments WHO --due is required"),
    ],
)
def test_a_refusal_is_a_sentence_that_says_what_to_do(
    made: Run, tmp_path: Path, words: list[str], sentence: str
) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    code, out, err = made(*words)
    usage = "usage:" in err
    assert code == (2 if usage else 1)
    assert out == ""
    assert re.search(sentence, err.strip())
    assert usage or err.startswith("error: ")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_names_that_differ_in_case_only_would_share_a_folder_on_some_disks(made: Run) -> None:
    assert made("hub", "North")[0] == 0
    code, _, err = made("hub", "north")
    assert code == 1
    assert "hub-North has a certificate" in err


@pytest.mark.parametrize("words", [["status"], ["server"], ["hub", "1"], ["renew", "server"], ["broker"]])
def test_without_an_authority_a_command_says_how_to_make_one(run: Run, tmp_path: Path, words: list[str]) -> None:
    assert "make an authority with `init`" in run(*words)[2]
    (tmp_path / "pki").mkdir()
    assert "make one with `init`" in run(*words)[2]
    assert list((tmp_path / "pki").iterdir()) == []


@pytest.mark.parametrize("lost", ["ca.crt", "ledger.csv", "passwords"])
def test_a_file_that_is_missing_is_named_and_nothing_is_invented(made: Run, tmp_path: Path, lost: str) -> None:
    (tmp_path / "pki" / lost).unlink()
    for words in (["status"], ["hub", "2"], ["revoke", "hub-1"]):
        code, _, err = made(*words)
        assert code == 1
        assert f"{lost} is missing in {tmp_path}" in err


@pytest.mark.parametrize("damaged", ["ca.crt", "ledger.csv", "private/ca.key"])
def test_a_file_that_is_damaged_is_named(made: Run, tmp_path: Path, damaged: str) -> None:
    (tmp_path / "pki" / damaged).write_bytes(b"\xff\x00garbage")
    code, _, err = made("hub", "2")
    assert code == 1
    assert damaged in err
    assert "restore" in err


def test_the_key_of_another_authority_is_not_used(made: Run, tmp_path: Path) -> None:
    other = Pki(tmp_path / "other")
    other.init()
    (tmp_path / "pki/private/ca.key").write_bytes((other.folder / "private/ca.key").read_bytes())
    assert "ca.crt and private/ca.key are no pair" in made("hub", "2")[2]


def test_with_the_key_in_a_safe_everything_can_be_read_and_nothing_signed(made: Run, tmp_path: Path) -> None:
    (tmp_path / "pki/private/ca.key").rename(tmp_path / "safe.key")
    assert made("status")[0] == 0
    assert made("broker", "--user", account())[0] == 0
    code, _, err = made("hub", "2")
    assert code == 1
    assert "private/ca.key is missing, and nothing can be signed without it: put it back" in err


def test_a_missing_revocation_list_is_made_again(made: Run, tmp_path: Path) -> None:
    assert made("revoke", "hub-1")[0] == 0
    (tmp_path / "pki/crl.pem").unlink()
    assert made("broker", "--user", account())[0] == 0
    text = subprocess.run(
        ["openssl", "crl", "-in", tmp_path / "pki/mosquitto/crl.pem", "-noout", "-text"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert text.count("Serial Number:") == 1


def test_a_folder_that_went_to_its_device_can_be_revoked_and_renewed(made: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pki/hub-1"
    hashed = (tmp_path / "pki/passwords").read_text()
    folder.rename(tmp_path / "device")
    code, out, _ = made("renew", "hub-1")
    assert code == 0
    assert "login.txt: user hub-1 and a new password" in out
    assert (tmp_path / "pki/passwords").read_text() != hashed
    folder.rename(tmp_path / "device 2")
    code, out, _ = made("revoke", "hub-1")
    assert code == 0
    assert out.count("hub-1: revoked ") == 2
    assert "hub-1:" not in (tmp_path / "pki/passwords").read_text()


def test_a_server_whose_folder_is_gone_keeps_serving_what_the_broker_has(made: Run, tmp_path: Path) -> None:
    made("broker", "--user", account())
    served = (tmp_path / "pki/mosquitto/server.pem").read_bytes()
    (tmp_path / "pki/server").rename(tmp_path / "safe")
    assert made("hub", "2")[0] == 0
    assert (tmp_path / "pki/mosquitto/server.pem").read_bytes() == served
    assert "say them: `renew server --name ... --ip ...`" in made("renew", "server")[2]
    assert made("renew", "server", "--name", "a.local")[0] == 0
    assert (tmp_path / "pki/mosquitto/server.pem").read_bytes() != served


def test_a_renewal_keeps_password_and_names_and_the_pair_before_it(made: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    login, certificate = (folder / "hub-1/login.txt").read_bytes(), (folder / "hub-1/client.crt").read_bytes()
    key = (folder / "hub-1/client.key").read_bytes()
    code, out, _ = made("renew", "hub-1", "server")
    assert code == 0
    assert "for the names sigacs.local, localhost, 192.168.42.66, 127.0.0.1" in out
    assert (folder / "hub-1/login.txt").read_bytes() == login
    assert (folder / "hub-1/client.key").read_bytes() != key
    assert (folder / "hub-1/previous/client.crt").read_bytes() == certificate
    assert (folder / "hub-1/previous/client.key").read_bytes() == key


def test_revoking_twice_says_so(made: Run) -> None:
    assert "hub-1: revoked " in made("revoke", "hub-1")[1]
    code, out, _ = made("revoke", "hub-1")
    assert code == 0
    assert "hub-1: was revoked before" in out
    code, _, err = made("renew", "hub-1")
    assert code == 1
    assert "`hub 1` makes a new certificate" in err
    assert made("hub", "1")[0] == 0


def test_a_configuration_that_was_changed_by_hand_is_kept(made: Run, tmp_path: Path) -> None:
    made("broker", "--user", account())
    configuration = tmp_path / "pki/mosquitto/conf.d/sigacs.conf"
    configuration.write_text("# by hand\n")
    made("broker", "--user", account(), "--port", "1234")
    assert "listener 1234" in configuration.read_text()
    assert configuration.with_suffix(".conf.old").read_text() == "# by hand\n"


def test_a_broker_on_another_machine_gets_paths_of_that_machine(made: Run, tmp_path: Path) -> None:
    code, out, _ = made("broker", "--at", "/etc/sigacs/mosquitto")
    assert code == 0
    assert "sudo chown -R mosquitto: /etc/sigacs/mosquitto" in out
    text = "".join(path.read_text() for path in (tmp_path / "pki/mosquitto").rglob("*.conf"))
    assert str(tmp_path) not in text
    assert "certfile /etc/sigacs/mosquitto/server.pem\n" in text
    assert "user mosquitto\n" in text


def issue_hub_9(folder: Path, days_ago: int) -> None:
    Pki(folder, clock=lambda: datetime.now(UTC) - timedelta(days=days_ago)).issue_client(HUB, "9")


@pytest.mark.parametrize(("days_ago", "state"), [(300, None), (370, "RENEW"), (430, "EXPIRED")])
def test_status_asks_for_a_renewal_two_months_ahead(
    made: Run, tmp_path: Path, days_ago: int, state: str | None
) -> None:
    issue_hub_9(tmp_path / "pki", days_ago)
    code, out, err = made("status")
    assert (code, err) == (1 if state else 0, "")
    (line,) = [line for line in out.splitlines() if "hub-9" in line]
    assert line.startswith("!") is (state is not None)
    assert line.endswith(state or "valid")
    code, out, _ = made("status", "--quiet")
    assert code == (1 if state else 0)
    assert ("hub-9" in out) is (state is not None)
    assert "hub-1" not in out
    assert state or out == ""


def test_renew_due_renews_those_and_only_those(made: Run, tmp_path: Path) -> None:
    issue_hub_9(tmp_path / "pki", 370)
    code, out, _ = made("renew", "--due", "60")
    assert code == 0
    assert re.findall(r"pki/(\S+?)/client\.crt", out) == ["hub-9"]
    assert "previous/" in out
    assert made("renew", "--due", "60")[1] == "nothing ends within 60 days\n"
    assert made("status")[0] == 0


def test_the_table_lines_up(made: Run) -> None:
    made("dashboard", "kitchen-tablet-number-2")
    made("renew", "hub-1")
    made("revoke", "dashboard")
    out = made("status")[1]
    lines = out.splitlines()
    columns = [lines[0].index(title) for title in ("WHO", "VALID UNTIL", "STATE")]
    assert len(lines) == 8
    for line in lines[1:]:
        who, until, state = (line[start:].strip().split("  ")[0] for start in columns)
        assert who
        assert re.fullmatch(DATE, until), line
        assert state in ("valid", "revoked"), line
    assert all(line == line.rstrip() and len(line) < 80 for line in lines)


def test_help_shows_examples_that_work(run: Run) -> None:
    out = run("--help")[1]
    examples = re.findall(r"^  python -m certs (.*?)(?:   .*)?$", out, re.MULTILINE)
    assert len(examples) == 10
    for example in examples:
        words = example.split()
        if words[0] == "broker":
            words += ["--user", account()]
        assert run(*words)[0] == 0, example


def test_a_folder_that_cannot_be_written_is_named_without_a_traceback(made: Run, tmp_path: Path) -> None:
    (tmp_path / "pki/hub-2").write_text("a file where a folder must go")
    code, _, err = made("hub", "2")
    assert code == 1
    assert str(tmp_path / "pki/hub-2") in err
    assert "Mend this and repeat the command" in err
    (tmp_path / "pki/hub-2").unlink()
    assert made("hub", "2")[0] == 0


def test_a_folder_of_another_account_leads_to_sudo(made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path, *_: object) -> int:  # as an ordinary user would find it; these tests may run as root
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", denied)
    code, _, err = made("status")
    assert code == 1
    assert err.startswith(f"error: {tmp_path}/pki is closed to your account: repeat")


def test_it_runs_as_a_module_from_anywhere(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    for words, code in ((["init"], 0), (["init"], 1), ([], 2)):
        command = [sys.executable, "-m", "certs", *words]
        answer = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert answer.returncode == code
    assert (tmp_path / "pki/ca.crt").exists()


@pytest.mark.parametrize("version", [None, "38.0.4"])
def test_without_the_package_it_needs_it_says_how_to_get_it(tmp_path: Path, version: str | None) -> None:
    root = Path(__file__).resolve().parents[2]
    if version is not None:  # as on Debian 12
        (tmp_path / "cryptography").mkdir()
        (tmp_path / "cryptography/__init__.py").write_text(f'__version__ = "{version}"\n')
    answer = subprocess.run(
        [sys.executable, "-S", "-m", "certs", "status"],  # -S: without any installed package
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{root}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "43 or newer" in answer.stderr
    assert "sudo apt install python3-cryptography" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_broker_without_a_server_certificate_is_told_how_to_get_one(run: Run) -> None:
    run("init")
    assert "no certificate yet: `server --name ... --ip ...` makes it" in run("broker")[2]


def test_a_damaged_revocation_list_is_made_again(made: Run, tmp_path: Path) -> None:
    (tmp_path / "pki/crl.pem").write_bytes(b"garbage")
    assert made("status")[0] == 0
    assert made("revoke", "hub-1")[0] == 0
    assert (tmp_path / "pki/crl.pem").read_bytes().startswith(b"-----BEGIN X509 CRL-----")


def test_an_expired_authority_says_that_another_is_needed(tmp_path: Path) -> None:
    Pki(tmp_path / "pki").init()
    century = Pki(tmp_path / "pki", clock=lambda: datetime.now(UTC) + timedelta(days=36525))
    with pytest.raises(RequestError, match=r"the authority expired on .* --dir ANOTHER_FOLDER init"):
        century.issue_client(HUB, "2")
    assert {row.state for row in century.status()} == {"EXPIRED"}


def test_an_ordinary_user_cannot_give_files_to_the_broker_and_is_told_what_to_do(
    made: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)  # these tests may run as root
    code, _, err = made("broker", "--user", "daemon")
    assert code == 1
    assert "only root can give files to daemon: repeat with sudo, or let the broker run as yourself" in err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_broker_folder_of_another_account_is_handed_over_first(made: Run, tmp_path: Path) -> None:
    made("broker", "--user", account())
    code, _, err = made("broker", "--user", "daemon")
    assert code == 1
    assert f"hand it over first: sudo chown -R daemon: {tmp_path}/pki/mosquitto" in err


def test_a_path_that_mosquitto_cannot_read_is_refused(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "two\nlines")
    pki.init()
    pki.issue_server()
    with pytest.raises(FolderError, match="a path with a line break"):
        pki.configure_broker(user=account())
