"""Mosquitto's configuration and access rules as text. No files are touched here.

Only options that Mosquitto 2.0.11, 2.0.21 and 2.1 all know are used. In
particular not `per_listener_settings`, which 2.1 deprecates: without it the
rules hold for every listener of the broker, so that none is left open.
"""

from collections.abc import Iterable
from pathlib import PurePath

from . import policy

DEFAULT_PORT = 8883
LISTENER_FILE = "conf.d/sigacs.conf"


def access_rules(users: Iterable[tuple[str, str]]) -> str:
    """Write the access file from (user, role); what no rule allows is dropped without a word.

    A hub writes below its greenhouse, which holds its last will too, and reads nothing.
    """
    blocks = [f"user {user}\ntopic {_rule(user, role)}\n" for user, role in sorted(users)]
    header = "# Written by `python -m certs`. Nobody may do anything that is not allowed here.\n"
    return "\n".join([header, *blocks])


def _rule(user: str, role: str) -> str:
    if role == policy.HUB.name:
        return f"write /serre/{user.removeprefix(f'{role}-')}/#"
    return "read /serre/#"


def process_configuration(folder: PurePath, account: str) -> str:
    """Write what concerns the whole process; Debian's own service brings its own instead."""
    return f"""\
# Written by `python -m certs broker`. Start with: mosquitto -c {folder}/mosquitto.conf
# Settings of your own go into another file in {folder}/conf.d, which stays as it is.
user {account}
pid_file {folder}/mosquitto.pid
log_dest stderr

# Retained messages (a hub's state) survive a restart, and a power cut but for five minutes.
persistence true
persistence_location {folder}
autosave_interval 300

include_dir {folder}/conf.d
"""


def listener_configuration(folder: PurePath, port: int, bind: str | None) -> str:
    """Write the listener and who may use it; it stands alone, for Debian's service to include."""
    return f"""\
# Written by `python -m certs broker`.
# Who may connect: a certificate of this authority, not revoked, and a user with its password.
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl

# What one client may cost. The largest message of the protocol is a hub's `histo`.
max_packet_size 65536
max_inflight_messages 20
max_queued_messages 1000
max_queued_bytes 1048576
persistent_client_expiration 14d

listener {f"{port} {bind}" if bind else port}
max_connections 64
# One connection per user: a second one takes the place of the first.
use_username_as_clientid true
tls_version tlsv1.2
require_certificate true
cafile {folder}/ca.crt
# There from the first day, even empty: only with it are ca.crt and crl.pem read anew on SIGHUP.
crlfile {folder}/crl.pem
# Certificate and key in one file: replaced at one stroke, they are never found half renewed.
certfile {folder}/server.pem
keyfile {folder}/server.pem
"""
