"""Telling a running Mosquitto to read its files anew, or saying which command does it."""

from dataclasses import dataclass
import os
from pathlib import Path
import signal
import subprocess

_SERVICE_PID_FILE = Path("/run/mosquitto/mosquitto.pid")
_SERVICE_CONFIGURATION = Path("/etc/mosquitto/conf.d")


@dataclass(frozen=True)
class Reload:
    """Whether the broker was told, and the sentence for the person at the keyboard."""

    told: bool
    sentence: str


def reload_broker(folder: Path) -> Reload:
    """Send SIGHUP to the Mosquitto that uses this folder, when one runs on this machine."""
    pid = _running_mosquitto(_pid_file(folder))
    if pid is None:
        return Reload(
            told=False,
            sentence="no Mosquitto with these files runs here, and it reads them when it starts; where it runs "
            f"on another machine, copy {folder} there and type: sudo systemctl reload mosquitto",
        )
    try:
        os.kill(pid, signal.SIGHUP)
    except PermissionError:
        return Reload(
            told=False,
            sentence=f"Mosquitto runs under another account, so reload it: sudo kill -HUP {pid}",
        )
    except ProcessLookupError:
        return Reload(told=False, sentence="Mosquitto has just stopped; it reads the files at start")
    return Reload(told=True, sentence=f"Mosquitto (process {pid}) was told to read its files anew")


def _pid_file(folder: Path) -> Path:
    """Choose Debian's when its service includes our listener, else that of our configuration."""
    for path in _SERVICE_CONFIGURATION.glob("*.conf"):
        try:
            if f" {folder}/" in path.read_text():
                return _SERVICE_PID_FILE
        except OSError:
            continue  # closed to us, as other people's configuration may be
    return folder / "mosquitto.pid"


def _running_mosquitto(pid_file: Path) -> int | None:
    """Read the process id; None when it is gone, or now the number of another program."""
    try:
        pid = int(pid_file.read_text())
    except (OSError, ValueError):
        return None
    return pid if _program(pid) == "mosquitto" else None


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        pass  # gone, or a system without /proc, such as macOS
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed program, and a number
            ["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return Path(answer.stdout.strip()).name
