"""The whole journey on this machine, until Ctrl-C.

    nodes -> hub 1, hub 2 -> Mosquitto (mutual TLS) -> Home Assistant with the integration -> watering alert

Nodes and hubs are the firmware's own files, run by MicroPython on simulated boards.

Everything lies in one folder, `.demo/`, and is kept, so that the next start is fast.
"""

import argparse
import asyncio
from collections.abc import Sequence
import fcntl
import os
from pathlib import Path
import shutil
import signal
import sys
from typing import IO

from certs.errors import CertsError

from .api import ApiError
from .console import elapsed_s, say
from .home_assistant import HomeAssistantError
from .onboarding import LANGUAGES
from .program import ProgramError
from .stage import Stage, StageError

_FOLDER = Path(__file__).resolve().parents[1] / ".demo"
_TOLD_IN_WORDS = (ApiError, ProgramError, CertsError, HomeAssistantError, OSError, StageError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop; return 0 then, 1 when something failed."""
    options = _parse(arguments)
    folder: Path = options.folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    with (folder / "lock").open("a+") as lock:
        if not _alone(lock):
            say(lock.read().strip() or "The demonstration is being started already.")
            return 1
        if options.fresh:
            _forget(folder)
        return asyncio.run(_run(folder, options.language, lock))


async def _run(folder: Path, language: str, lock: IO[str]) -> int:
    _cancel_when_told_to_stop()
    _note(lock, f"The demonstration is being started already, by process {os.getpid()}.")

    def ready(summary: str) -> None:
        address = summary.split()[2]
        _note(lock, f"The demonstration runs already: {address}, process {os.getpid()}. Ctrl-C where it runs stops it.")
        say(f"\nReady after {elapsed_s():.0f} s.\n{summary}")

    code = 1
    try:
        await Stage(folder, language).run(ready)
    except* asyncio.CancelledError:
        say("Everything is stopped.")
        code = 0
    except* _TOLD_IN_WORDS as errors:
        say(f"\n{errors.exceptions[0]}\n\nEverything else is stopped. If it happens again: script/demo --fresh")
    return code


def _cancel_when_told_to_stop() -> None:
    """Turn Ctrl-C, an end request and a closed terminal into one orderly stop; told again, go on stopping."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def stop() -> None:
        for signal_ in signals:
            loop.add_signal_handler(signal_, say, "Stopping already.")
        say("\nStopping.")
        if task:
            task.cancel()

    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else nohup wants it to outlive the terminal
        signals.append(signal.SIGHUP)
    for signal_ in signals:
        loop.add_signal_handler(signal_, stop)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--fresh", action="store_true", help="forget what the last demonstration left, and begin anew")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where everything is kept (default: .demo)")
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default="fr" if os.environ.get("LANG", "").startswith("fr") else "en",
        help="of Home Assistant and of the names in it (default: the terminal's)",
    )
    return parser.parse_args(arguments)


def _alone(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        return False
    return True


def _note(lock: IO[str], text: str) -> None:
    """Leave word for a second start."""
    lock.truncate(0)
    lock.write(text)
    lock.flush()


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name not in ("lock", ".gitignore"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    sys.exit(main())
