"""The files in mosquitto/: which there are, and whose they must be.

Mosquitto gives up root before it reads any of them, and 2.1 wants them to be
its own and closed to others. So the folder belongs to the account that the
broker runs as, and whatever is written there later gets the folder's owner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import os
from pathlib import Path, PurePath
import pwd

from . import mosquitto
from .errors import FolderError, RequestError
from .ledger import Entry
from .store import File, Store

FOLDER = "mosquitto"
SERVICE_ACCOUNT = "mosquitto"  # its name on Debian, Fedora and Alpine


@dataclass(frozen=True)
class Account:
    """The account that the broker runs as, on this machine."""

    name: str
    uid: int
    gid: int


def account_for(folder: Path, name: str) -> Account:
    """Choose: the one named, else the folder's owner, else the service's for root, else ourselves.

    Raises RequestError when there is no such account, or when its files cannot be given to it.
    """
    try:
        if name:
            found = pwd.getpwnam(name)
        elif folder.exists():
            found = pwd.getpwuid(folder.stat().st_uid)
        else:
            found = pwd.getpwnam(SERVICE_ACCOUNT) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    except KeyError:
        raise RequestError(
            f"this machine has no account “{name or SERVICE_ACCOUNT}”: install Mosquitto first "
            "(apt install mosquitto), or name the account that the broker runs as with --user"
        ) from None
    if os.geteuid() not in (0, found.pw_uid):
        raise RequestError(
            f"only root can give files to {found.pw_name}: repeat with sudo, "
            "or let the broker run as yourself, with --user and your own account"
        )
    if folder.exists() and folder.stat().st_uid != found.pw_uid:
        raise RequestError(
            f"{folder} belongs to another account than {found.pw_name}; hand it over first: "
            f"sudo chown -R {found.pw_name}: {folder}"
        )
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def check_reach(folder: Path, account: Account) -> None:
    """Raise FolderError naming the folder that the broker's account cannot pass through."""
    if account.uid == 0:
        return
    groups = os.getgrouplist(account.name, account.gid)
    for parent in reversed(folder.parents):
        status = parent.stat()
        if status.st_uid == account.uid:
            passable = status.st_mode & 0o100
        elif status.st_gid in groups:
            passable = status.st_mode & 0o010
        else:
            passable = status.st_mode & 0o001
        if not passable:
            raise FolderError(
                f"the broker runs as {account.name} and cannot pass through {parent}: keep the "
                "authority elsewhere, for example with --dir /etc/sigacs, or let the broker "
                "run as another account, with --user"
            )


def configuration_files(store: Store, at: PurePath, account: str, port: int, bind: str | None) -> dict[str, File]:
    """Write both configurations for a folder that will lie `at` this path.

    One that stood there and differs is kept beside the new one as *.old.
    """
    if any(character in str(at) for character in "\r\n"):
        raise FolderError("Mosquitto cannot read a path with a line break in it: rename the folder")
    contents = {
        f"{FOLDER}/mosquitto.conf": mosquitto.process_configuration(at, account),
        f"{FOLDER}/{mosquitto.LISTENER_FILE}": mosquitto.listener_configuration(at, port, bind),
    }
    files = {path: File(text.encode()) for path, text in contents.items()}
    for path in contents:
        before = store.read(path)
        if before not in (None, files[path].content):
            files[f"{path}.old"] = File(before)
    return files


def shared_files(store: Store, changes: Mapping[str, File], clients: Iterable[Entry]) -> dict[str, File]:
    """Write what follows from the authority's own files, once these changes are made.

    Where an original is gone (moved to a safe, say), the broker keeps the copy that it has.
    """

    def after(path: str) -> bytes:
        return changes[path].content if path in changes else store.read(path) or b""

    server = (after("server/server.crt"), after("server/server.key"))
    contents = {
        "ca.crt": after("ca.crt"),
        "crl.pem": after("crl.pem"),
        "server.pem": b"".join(server) if all(server) else b"",
        "passwords": after("passwords"),
        "acl": mosquitto.access_rules((client.name, client.role) for client in clients).encode(),
    }
    may_be_empty = ("passwords",)
    return {f"{FOLDER}/{name}": File(content) for name, content in contents.items() if content or name in may_be_empty}
