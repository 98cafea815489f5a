"""The command line: reads arguments, asks `Pki`, prints. Nothing else in this package prints."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
import shlex
import sys

from . import mosquitto, names, policy, status
from .errors import CertsError
from .pki import Issued, Pki

_EXAMPLES = """\
examples:
  python -m certs init                         the authority, once
  python -m certs server --name garden.lan --ip 192.168.42.66
  python -m certs hub 1                        the hub of greenhouse 1
  python -m certs dashboard                    Home Assistant
  python -m certs dashboard tablet             every further subscriber has its own
  python -m certs broker                       the configuration of Mosquitto
  python -m certs status                       a table; exit code 1: something to do
  python -m certs renew hub-1                  a new key and certificate
  python -m certs renew --due 60               for all that end within 60 days
  python -m certs revoke hub-1                 stolen, lost, or no longer trusted
"""

_INSTALL = {
    "hub": "put ca.crt, client.crt, client.key and the login on the hub",
    "dashboard": "give ca.crt, client.crt, client.key and the login to Home Assistant",
}

_Command = Callable[[Pki, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 done, 1 refused, or something is due in `status`; usage exits with 2."""
    options = _parser().parse_args(arguments)
    pki = Pki(options.dir)
    command: _Command = options.command
    try:
        return command(pki, options)
    except CertsError as error:
        print(f"error: {error}", file=sys.stderr)
    except PermissionError as error:
        print(
            f"error: {error.filename or pki.folder} is closed to your account: repeat the command as "
            "the account that it belongs to (for root: with sudo)",
            file=sys.stderr,
        )
    except OSError as error:
        print(
            f"error: {error.strerror}: {error.filename or pki.folder}. Mend this and repeat the "
            "command: it finishes or undoes what was begun",
            file=sys.stderr,
        )
    return 1


def _init(pki: Pki, _: argparse.Namespace) -> int:
    end = pki.init()
    print(f"{pki.folder}/ca.crt: the authority, valid until {end:%Y-%m-%d}")
    print(f"{pki.folder}/private/ca.key: whoever has it can make any certificate; keep a backup")
    _print_next(pki, "server --name NAME --ip ADDRESS", "what the broker is called in your network")
    return 0


def _server(pki: Pki, options: argparse.Namespace) -> int:
    _print_issued(pki, [pki.issue_server(options.name, options.ip)])
    return 0


def _client(pki: Pki, options: argparse.Namespace) -> int:
    _print_issued(pki, [pki.issue_client(policy.ROLES[options.role], options.identifier)])
    return 0


def _renew(pki: Pki, options: argparse.Namespace) -> int:
    who = options.who if options.due is None else pki.due(options.due)
    if not who:
        print(f"nothing ends within {options.due:g} days")
        return 0
    _print_issued(pki, pki.renew(who, options.name, options.ip))
    print("The certificates before these count to their own dates, and lie in previous/.")
    return 0


def _revoke(pki: Pki, options: argparse.Namespace) -> int:
    revoked = pki.revoke(options.who)
    for entry in revoked:
        print(f"{entry.name}: revoked {entry.serial_hex}, valid until {entry.expires:%Y-%m-%d}")
    if not revoked:
        print(f"{options.who}: was revoked before")
    _print_broker(pki)
    return 0


def _status(pki: Pki, options: argparse.Namespace) -> int:
    rows = pki.status()
    due = [row for row in rows if row.needs_attention]
    if due or not options.quiet:
        print(status.table(due if options.quiet else rows))
    if due:
        _print_next(pki, f"renew --due {policy.RENEW_WITHIN.days}", "all that are marked")
    return 1 if due else 0


def _broker(pki: Pki, options: argparse.Namespace) -> int:
    path = pki.configure_broker(options.port, options.bind, options.user, options.at)
    folder = options.at or path.parent
    if options.at:
        print(f"{path.parent}: copy it to {folder} on the broker's machine, and there:")
        print(f"  sudo chown -R {options.user or 'mosquitto'}: {folder}")
    else:
        print(f"{path.parent}: the configuration, certificates, passwords and access rules")
    print("either a broker of its own:")
    print(f"  mosquitto -c {folder}/mosquitto.conf")
    print("or Debian's service:")
    print(f"  sudo ln -s {folder}/{mosquitto.LISTENER_FILE} /etc/mosquitto/conf.d/")
    print("  sudo systemctl restart mosquitto")
    _print_broker(pki)
    return 0


def _print_issued(pki: Pki, issued: Sequence[Issued]) -> None:
    for item in issued:
        role = policy.ROLES[item.entry.role]
        print(f"{item.folder / role.files[0]}: valid until {item.entry.expires:%Y-%m-%d}")
        print(f"{item.folder / role.files[1]}: its key")
        if item.host_names:
            print(f"for the names {', '.join(item.host_names)}")
        if item.new_password:
            print(f"{item.folder / 'login.txt'}: user {item.entry.name} and a new password")
        if role.name in _INSTALL:
            print(f"next: {_INSTALL[role.name]}")
    if pki.broker_told is None and any(item.entry.role == policy.SERVER.name for item in issued):
        _print_next(pki, "broker", "the configuration of Mosquitto, which then has this certificate")
    _print_broker(pki)


def _print_next(pki: Pki, words: str, why: str) -> None:
    folder = "" if pki.folder == Path("pki").absolute() else f"--dir {shlex.quote(str(pki.folder))} "
    print(f"next: python -m certs {folder}{words}  # {why}")


def _print_broker(pki: Pki) -> None:
    if pki.broker_told is not None:
        print(f"broker: {pki.broker_told.sentence}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m certs",
        description="An authority for one greenhouse: certificates for the broker, the hubs and "
        "those who watch, and the configuration of Mosquitto that goes with them.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dir", type=Path, default=Path("pki"), metavar="FOLDER", help="of the authority (pki)")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: _Command, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        added.set_defaults(command=command)
        return added

    add("init", _init, "make the authority")
    server = add("server", _server, "issue the broker's certificate")
    _add_names(server, " ".join(names.DEFAULT_HOSTS), " ".join(names.DEFAULT_ADDRESSES))
    hub = add("hub", _client, "issue certificate, user and password of a hub")
    hub.add_argument("identifier", metavar="GREENHOUSE", help="as in its topics: 1 for /serre/1/")
    hub.set_defaults(role="hub")
    dashboard = add("dashboard", _client, "issue certificate, user and password of a subscriber")
    dashboard.add_argument("identifier", metavar="NAME", nargs="?", default="", help="of a further")
    dashboard.set_defaults(role="dashboard")
    broker = add("broker", _broker, "write the configuration of Mosquitto")
    _add_broker_options(broker)
    shown = add("status", _status, "show who is valid until when; exit code 1 when something is due")
    shown.add_argument("--quiet", action="store_true", help="only what is due, for cron")
    renew = add("renew", _renew, "make new keys and certificates")
    chosen = renew.add_mutually_exclusive_group(required=True)
    chosen.add_argument("who", metavar="WHO", nargs="*", default=[], help="server hub-1 dashboard")
    chosen.add_argument("--due", type=float, metavar="DAYS", help="all that end within DAYS days")
    _add_names(renew, "as before", "as before")
    revoke = add("revoke", _revoke, "make the broker refuse a client")
    revoke.add_argument("who", metavar="WHO", help="hub-1 dashboard, or an earlier serial number")
    return parser


def _add_names(command: argparse.ArgumentParser, hosts: str, addresses: str) -> None:
    for option, text, default in (
        ("--name", "host names", hosts),
        ("--ip", "addresses", addresses),
    ):
        command.add_argument(
            option,
            nargs="+",
            action="extend",
            default=[],
            metavar=option[2:].upper(),
            help=f"{text} of the broker ({default})",
        )


def _add_broker_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=_port, default=mosquitto.DEFAULT_PORT, help=f"({mosquitto.DEFAULT_PORT})")
    command.add_argument("--bind", metavar="ADDRESS", help="listen there only (on all addresses)")
    command.add_argument(
        "--user",
        default="",
        metavar="ACCOUNT",
        help="that the broker runs as (mosquitto when you are root, else your own)",
    )
    command.add_argument(
        "--at",
        type=_absolute,
        metavar="FOLDER",
        help="where the result will lie on another machine, when the broker runs there",
    )


def _absolute(text: str) -> PurePosixPath:
    path = PurePosixPath(text)
    if not path.is_absolute():
        raise argparse.ArgumentTypeError(f"{text} must be a whole path, beginning with /")
    return path


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) in range(1, 65536)):
        raise argparse.ArgumentTypeError(f"{text} is not a port, 1 to 65535")
    return int(text)
