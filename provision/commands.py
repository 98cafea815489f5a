"""The command line: what to do with which device, in order, and what the person does next."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack
import getpass
import os
from pathlib import Path
import sys
import textwrap
import time

from certs.errors import CertsError

from . import settings, uiflow
from .boards import BLOCK, BOARDS, HUB, Board, board_named
from .capacity import blocks_needed
from .errors import ProvisionError
from .flash import FolderFlash
from .image import certificate_ends, hub_image, node_image, planter_board
from .install import Image, Installed, install
from .progress import step
from .serial_board import board_at, find_port

_DESCRIPTION = "From a board on USB to a running hub or node; again for an update, new settings, a new certificate."
_EPILOG = f"""\
examples:
  script/provision hub 1                              the hub of greenhouse 1: an M5Stack Core2
  script/provision node 1/3                           planter 3 of greenhouse 1: an M5StickC, Plus or Plus2
  script/provision hub 1 --firmware uiflow2.bin       a new board: flashes UIFlow2 first, erases all that is on it
  script/provision node 1/3 --dry-run there           writes there/flash instead of a board

Settings are in sigacs.toml in the authority's folder; without it, you are asked. For the Wi-Fi, SIGACS_WIFI_SSID and
SIGACS_WIFI_PASSWORD in the environment are answers too.

{textwrap.fill(uiflow.WHERE_FROM, 100)}.
"""
_ENVIRONMENT = {"ssid": "SIGACS_WIFI_SSID", "password": "SIGACS_WIFI_PASSWORD"}
_FIRST_START_S = 10.0  # Ctrl-C must not come while the file system is being made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0 done, 1 refused; usage exits with 2."""
    options = _parsed(arguments)
    try:
        _provision(options)
    except (ProvisionError, CertsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error.strerror}: {error.filename}. Mend this, and run it again.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):  # Ctrl-C, or Ctrl-D at a question
        print("\nInterrupted. What was on the device still runs; run this again to go on.", file=sys.stderr)
        return 130
    return 0


def _provision(options: argparse.Namespace) -> None:
    _ask_once(options.dir)
    wishes = settings.read(options.dir)
    greenhouse, _, planter = options.who.partition("/")

    def built(found: Board | None) -> Image:
        with step("Compiling the firmware, writing the configuration"):
            if options.role == "hub":
                board, image = found or HUB, hub_image(options.dir, greenhouse, wishes)
            else:
                board = found or BOARDS[planter_board(wishes, greenhouse, planter)]
                image = node_image(options.dir, greenhouse, planter, wishes, board)
            blocks = blocks_needed(image, board)
        queue = " and a full queue" if options.role == "hub" else ""
        code = sum(len(content) for path, content in image.slot.items() if path.endswith(".mpy"))
        print(
            f"  {len(image.slot)} files, {code / 1000:.1f} kB of code; with both slots{queue} "
            f"{blocks * BLOCK // 1024} of {board.flash_bytes // 1024} KiB of the {board.name}"
        )
        return image

    if options.dry_run:
        image = built(None)
        with step(f"Writing {options.dry_run / 'flash'}") as tell:
            installed = install(FolderFlash(options.dry_run / "flash"), image, tell)
        _print_outcome(installed)
        return
    port = options.port or find_port()
    if options.firmware:
        uiflow.check_image(options.firmware, options.role)
        uiflow.flash(options.firmware, port)
        with step("UIFlow2 makes its file system"):
            time.sleep(_FIRST_START_S)
    installed = _install_on_board(port, options.role, built)
    _print_outcome(installed)
    _print_next(options, greenhouse, wishes)


def _install_on_board(port: str, role: str, built: Callable[[Board | None], Image]) -> Installed:
    with ExitStack() as stack:
        with step(f"Catching the board at {port}"):
            board = stack.enter_context(board_at(port))
        machine, version = board.identity()
        found = board_named(machine)
        uiflow.check_version(version)
        uiflow.check_role(found, role)
        print(f"  {found.name}, UIFlow2 {version}")
        image = built(found)
        with step("Writing, and reading back") as tell:
            return install(board, image, tell)


def _ask_once(authority: Path) -> None:
    """Make sigacs.toml where there is none, from the environment and from what the person answers."""
    if (authority / settings.FILE).exists():
        return
    if not (authority / "ca.crt").exists():
        raise ProvisionError(
            f"{authority} holds no authority: make one (certs/README.md), or name the folder of yours with --dir:\n"
            f"  python -m certs --dir {authority} init"
        )
    answers = {name: os.environ[variable] for name, variable in _ENVIRONMENT.items() if variable in os.environ}
    if not sys.stdin.isatty():
        raise ProvisionError(
            f"There is no {authority / settings.FILE}, and no terminal to ask at: run this at one once."
        )
    print(f"Once, for all devices; it is kept in {authority / settings.FILE}.")
    for name, question in settings.QUESTIONS.items():
        if name not in answers:
            ask = getpass.getpass if name == "password" else input
            answers[name] = ask(f"{question}: ")
    settings.create(authority, answers)


def _print_outcome(installed: Installed) -> None:
    if installed.failed_before is not None:
        print("The update before this one failed, and was taken back. What the device kept of it:")
        print(installed.failed_before or "  nothing: it ran, but did not prove itself")
    if not installed.written and not installed.trial:
        print(f"Slot {installed.slot} holds all this already: nothing was written.")
    elif installed.trial:
        print(
            f"Slot {installed.slot}, {installed.written} files, on trial: until it has proved itself, the slot before"
        )
        print("comes back after three starts.")
    else:
        print(f"Slot {installed.slot}, {installed.written} files.")


def _print_next(options: argparse.Namespace, greenhouse: str, wishes: settings.Settings) -> None:
    if options.role == "hub":
        address = settings.for_greenhouse(wishes, greenhouse)["hub"].get("host", "")
        ends = certificate_ends(options.dir, greenhouse)
        renew = f"python -m certs --dir {options.dir} renew hub-{greenhouse}"
        print(
            f"Next: its screen shows its address at the bottom. It must be {address}: give it that one in your router."
        )
        print(f"Then its planters: script/provision node {greenhouse}/1")
        print(f"Its certificate ends on {ends:%Y-%m-%d}: before that, {renew}, and this again.")
    else:
        print("Next: it measures at once; the hub's screen shows the planter within a minute.")
        print("If it does not: `.venv/bin/mpremote` shows what it says; Ctrl-C stops it there, Ctrl-D starts it again.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/provision",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("role", choices=("hub", "node"))
    parser.add_argument("who", metavar="GREENHOUSE[/PLANTER]", help="1 for the hub of /serre/1/, 1/3 for its planter 3")
    parser.add_argument("--dir", type=Path, default=Path("pki"), metavar="FOLDER", help="of the authority (pki)")
    parser.add_argument("--port", metavar="PORT", help="of the board (the only one that is there)")
    parser.add_argument(
        "--firmware", type=Path, metavar="FILE", help="erase the board, and flash this image of UIFlow2"
    )
    parser.add_argument("--dry-run", type=Path, metavar="FOLDER", help="write FOLDER/flash, and no board")
    return parser


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.who.count("/") != (options.role == "node"):
        parser.error("a hub is named by its greenhouse (hub 1), a node by greenhouse and planter (node 1/3)")
    if options.dry_run and (options.port or options.firmware):
        parser.error("--dry-run writes into a folder: no --port, no --firmware")
    return options
