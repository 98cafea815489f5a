"""A house a year after everything was issued: the broker's machine, a hub in the simulation, the terminal at it.

Mosquitto runs as Debian's service does, from a configuration of its own that includes our listener. The hub runs the
firmware from what `script/provision` wrote. What such a machine has and this one lacks is put on PATH, everything else
is the real program.
"""

from datetime import UTC, datetime, timedelta
import getpass
import os
from pathlib import Path
import re
import shlex
import shutil
import sys
from typing import override

from certs.passwords import Login
from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from demo.boards import ONLINE_LIMIT_S, Board
from demo.broker import Broker
from tests.certs.greenhouse import Client, free_port
from tests.documents.markdown import ROOT
from tests.documents.terminal import Terminal

AGE = timedelta(days=376)  # so that 49 of 425 days are left

_PYTHON = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
_PROGRAMS = {
    "bin/sudo": 'exec "$@"',
    "bin/systemctl": 'echo "$@" >> told-systemctl',
    "bin/scp": 'exec cp -r "${2#*:sigacs/}" "$3"',  # scp -r pi@address:sigacs/hub-1 pki/, in the home of both machines
    ".venv-certs/bin/python": f'{_PYTHON} "$@"',
    "script/provision": f'{_PYTHON} -m provision "$@" --dry-run "${{BOARD:-board}}"',  # what it does to a board on USB
}


class Service(Broker):
    """Mosquitto as Debian starts it."""

    def __init__(self, folder: Path, authority: Path) -> None:
        self.included = folder / "conf.d"
        self.included.mkdir(parents=True)
        account = "mosquitto" if os.geteuid() == 0 else getpass.getuser()
        configuration = folder / "mosquitto.conf"
        configuration.write_text(
            f"user {account}\npid_file {authority}/mosquitto/mosquitto.pid\nlog_dest stderr\n"
            f"include_dir {self.included}\n"
        )
        super().__init__(configuration)

    @override
    def start(self) -> None:
        listener = self.included / "sigacs.conf"
        text = re.sub(r"^(listener \d+)$", r"\1 127.0.0.1", listener.read_text(), flags=re.MULTILINE)
        listener.resolve().write_text(text)  # a test serves nobody but this machine
        super().start()


class ProvisionedHub(Board):
    """A Core2 with the flash that script/provision wrote."""

    def __init__(self, folder: Path) -> None:
        self.what = f"The hub in {folder.name}/"
        super().__init__(folder / "console.log", ["hub", folder], "listening on port", ("-X", "heapsize=320k"))

    def wait_online(self, since: int = 0) -> None:
        self.wait_for_log("uplink: online", since=since, within_s=ONLINE_LIMIT_S)


class House:
    """Greenhouses 1 and 2 and a dashboard; nothing runs any more after `stop`."""

    def __init__(self, folder: Path) -> None:
        self.pki = Pki(folder / "sigacs", clock=lambda: datetime.now(UTC) - AGE)
        self.pki.init()
        self.pki.issue_server(["sigacs.local"], ["127.0.0.1"])
        self.pki.issue_client(HUB, "1")
        self.pki.issue_client(HUB, "2")
        self.pki.issue_client(DASHBOARD)
        self.broker = Service(folder / "etc", self.pki.folder)
        (self.broker.included / "sigacs.conf").symlink_to(
            self.pki.configure_broker(free_port(), "127.0.0.1").with_name("conf.d") / "sigacs.conf"
        )
        self.broker.start()
        self.home = folder / "home"
        self.terminal = self._terminal()
        self._prepare_computer()
        self._running: list[Client | ProvisionedHub] = []

    def _terminal(self) -> Terminal:
        for name, script in _PROGRAMS.items():
            program = self.home / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        path = os.pathsep.join((str(self.home / "bin"), os.environ["PATH"]))
        terminal = Terminal(self.home, self.home.parent / "terminal.log", {"PATH": path, "HOME": str(self.home)})
        terminal.start()
        return terminal

    def _prepare_computer(self) -> None:
        """Make the computer that prepares the boards what docs/install.md makes it."""
        pki = self.home / "pki"
        shutil.copytree(self.pki.folder / "hub-1", pki / "hub-1")
        shutil.copy(self.pki.folder / "ca.crt", pki)
        (pki / "sigacs.toml").touch(mode=0o600)
        (pki / "sigacs.toml").write_text(
            'ntp = []\n[wifi]\nssid = "Garden"\npassword = "simulated"\n[broker]\nhost = "127.0.0.1"\n'
            f'port = {self.broker.port}\n[hub]\nhost = "127.0.0.1"\nport = {free_port()}\n'
        )
        self.terminal.run("script/provision hub 1")

    def client(self, who: str | Path, ca: Path | None = None) -> Client:
        """Whoever has the files of this folder, and trusts the authority in it unless told otherwise."""
        folder = self.pki.folder / who
        client = Client(self.broker, folder, login=Login.read(folder / "login.txt"), ca=ca)
        self._running.append(client)
        return client

    def copy(self, who: str, name: str) -> Path:
        """What somebody has who copied the folder today."""
        return Path(shutil.copytree(self.pki.folder / who, self.home.parent / name))

    def hub(self, name: str = "board") -> ProvisionedHub:
        """The hub that script/provision wrote into this folder of the home, switched on."""
        folder = self.home / name
        hub = ProvisionedHub(folder)
        hub.start()
        self._running.append(hub)
        return hub

    def obey_systemctl(self) -> None:
        """Do what the terminal told systemctl."""
        record = self.home / "told-systemctl"
        assert record.read_text() == "restart mosquitto\n"
        record.unlink()
        self.broker.stop()
        self.broker.start()

    def stop(self) -> None:
        for one in self._running:
            if isinstance(one, Client):
                one.close()
            else:
                one.stop()
        self.broker.stop()
        self.terminal.stop()
