"""A real `hass` of the newest release, in a configuration folder of its own, reachable on this machine only.

The integration is copied into the folder as an installation does it, anew at each start. The address is written where
Home Assistant keeps a *confirmed* one (`.storage/http`): in configuration.yaml it would be taken as a trial, and given
up after five minutes for one that listens on every interface, unless a person confirms it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import json
import os
from pathlib import Path
import shutil
import signal
import socket
from typing import Any

import aiohttp

_ROOT = Path(__file__).resolve().parents[1]
_PROGRAM = _ROOT / ".tools" / "hass" / "bin" / "hass"
_INTEGRATION = Path("custom_components", "sigacs")

# assist_pipeline comes along whether wanted or not; pyproject.toml tells why its two libraries are not the pinned ones.
_ARGUMENTS = ("--skip-pip-packages", "pymicro-vad,pyspeex-noise")

_CONFIGURATION = """\
# Written by the demonstration at each start.
homeassistant:
frontend:
config:
history:
logbook:
recorder:
  commit_interval: 1
sun:
my:
energy:
system_health:
script:
scene:
automation: !include automations.yaml
logger:
  default: warning
  logs:
    custom_components.sigacs: info
    haffmpeg: fatal  # no camera and no loudspeaker here
    homeassistant.components.camera: fatal
"""

_START_LIMIT_S = 180.0
_STOP_LIMIT_S = 30.0
_POLL_S = 0.1
_LAST_LINES = 25
WISHES_RESTART = 100
"""The exit code with which hass asks whoever started it to start it again (a person chose Restart)."""


class HomeAssistantError(RuntimeError):
    """hass is missing, ended, or does not answer; the text holds its last log lines."""


class HomeAssistant:
    """One hass process and its folder; start and stop as often as you like."""

    def __init__(self, folder: Path, port: int, on_start: Callable[[int], None] = lambda _pid: None) -> None:
        """Take the folder for everything that it writes, the port on 127.0.0.1, and who is told of each new process."""
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.config = folder / "config"
        self.log_file = folder / "hass.log"
        self._temporary = folder / "tmp"
        self._process: asyncio.subprocess.Process | None = None
        self._on_start = on_start

    @property
    def pid(self) -> int | None:
        """The process id while it runs, which is its process group too."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Install the integration as it is now, start, and wait until it answers. Raises HomeAssistantError."""
        if not _PROGRAM.exists():
            raise HomeAssistantError(f"{_PROGRAM} is missing: run script/setup")
        self._write_folder()
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(_PROGRAM, "--config", self.config, *_ARGUMENTS),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                # core and its integrations use fixed names below the temporary folder
                env=os.environ | {"TMPDIR": str(self._temporary), "PYTHONUNBUFFERED": "1"},
            )
        self._on_start(self._process.pid)
        await self._wait_until_it_answers()

    async def ended(self) -> int:
        """Wait for its end; return the exit code."""
        return await self._process.wait() if self._process else 0

    async def stop(self) -> None:
        """Ask it to stop, which saves its state; kill it when it does not within half a minute."""
        process = self._process
        if process is None:
            return
        for signal_ in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal_)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _STOP_LIMIT_S)
                break
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it may have started itself
        self._process = None

    def log_size(self) -> int:
        """How long the log is now, to look only at what comes after."""
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def log(self, since: int = 0) -> str:
        """What it has logged, from this position on."""
        return self.log_file.read_bytes()[since:].decode(errors="replace") if self.log_file.exists() else ""

    def last_lines(self) -> str:
        """The end of its log."""
        return "\n".join(self.log().splitlines()[-_LAST_LINES:])

    async def _wait_until_it_answers(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_START_LIMIT_S), aiohttp.ClientSession() as session:
                while self.pid is not None:
                    with suppress(aiohttp.ClientError):
                        async with session.get(f"{self.url}/manifest.json") as response:
                            if response.ok:
                                return
                    await asyncio.sleep(_POLL_S)
        what = "does not answer" if self.pid else "ended while it started"
        raise HomeAssistantError(f"Home Assistant {what}; {self.log_file} ends with:\n{self.last_lines()}")

    def _write_folder(self) -> None:
        storage = self.config / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        self._temporary.mkdir(mode=0o700, exist_ok=True)
        (self.config / "configuration.yaml").write_text(_CONFIGURATION)
        (self.config / "automations.yaml").open("a").close()
        for part in (_INTEGRATION,):
            shutil.rmtree(self.config / part, ignore_errors=True)
            shutil.copytree(_ROOT / part, self.config / part, ignore=shutil.ignore_patterns("__pycache__"))
        _store(storage / "http", 3, {"stable": self._address(), "pending": None, "yaml_migration_done": True})
        if not (onboarding := storage / "onboarding").exists():
            # This one step would have it set up a weather service, web radios and a speech service of the internet.
            _store(onboarding, 4, {"done": ["core_config"]})

    def _address(self) -> dict[str, Any]:
        return {
            "server_host": ["127.0.0.1"],
            "server_port": self.port,
            "cors_allowed_origins": [],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": True,
            "ssl_profile": "modern_v6",
            "use_x_frame_options": True,
            "created_at": "2026-01-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        }


def free_port(preferred: int = 0) -> int:
    """Return a free port of 127.0.0.1: the preferred one, or one of the next ten, or any."""
    candidates = [*range(preferred, preferred + 10), 0] if preferred else [0]
    for candidate in candidates:
        with socket.socket() as trial, suppress(OSError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", candidate))
            return int(trial.getsockname()[1])
    raise HomeAssistantError("No port of 127.0.0.1 is free")


def _store(path: Path, version: int, data: object) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps({"version": version, "minor_version": 1, "key": path.name, "data": data}, indent=2))
