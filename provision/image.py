"""All that a device is to hold, built on this machine: code, configuration, certificates.

    write_hub(Path("pki"), "1", settings, folder)         folder/flash is what a hub has at /flash
    write_node(Path("pki"), "1", "3", settings, folder)   written again, it is an update: into the other slot, on trial

`settings` is what sigacs.toml holds. Whatever is missing in the authority's folder is issued.
"""

from datetime import datetime
from functools import cache
import json
from pathlib import Path
import runpy
from typing import Any

from cryptography import x509

from certs.passwords import Login
from certs.pki import Pki
from certs.policy import HUB

from . import keys
from .boards import BOARDS, Board
from .errors import ProvisionError
from .firmware import FIRMWARE, first_code, role_code
from .flash import FolderFlash
from .install import Files, Image, Installed, install
from .settings import Settings, for_greenhouse, for_planter

_CERTIFICATES = ("ca.crt", "client.crt", "client.key")

Config = dict[str, Any]


def write_hub(authority: Path, greenhouse: str, settings: Settings, folder: Path) -> Installed:
    """Put a hub into folder/flash. Raises ProvisionError, CertsError."""
    return install(FolderFlash(folder / "flash"), hub_image(authority, greenhouse, settings))


def write_node(authority: Path, greenhouse: str, planter: str, settings: Settings, folder: Path) -> Installed:
    """Put a planter's node into folder/flash. Raises ProvisionError."""
    return install(FolderFlash(folder / "flash"), node_image(authority, greenhouse, planter, settings))


def hub_image(authority: Path, greenhouse: str, settings: Settings) -> Image:
    """Return what a hub holds. Raises ProvisionError, CertsError."""
    merged = for_greenhouse(settings, greenhouse)
    _check_broker_name(authority, merged["broker"])
    credentials = _credentials(authority, greenhouse)
    login = Login.read(credentials / "login.txt")
    config = {
        **_common("hub", greenhouse, merged, login),
        "broker": merged["broker"],
        "language": merged["language"],
        "ntp": merged["ntp"],
        "node_key": keys.node_key(authority, greenhouse).hex(),
        "refused_nodes": merged.get("refused_nodes", []),
        "listen": merged["hub"]["port"],
        "dry": merged["hub"]["dry"],
    }
    return _image(config, {f"pki/{name}": (credentials / name).read_bytes() for name in _CERTIFICATES})


def node_image(authority: Path, greenhouse: str, planter: str, settings: Settings, board: Board | None = None) -> Image:
    """Return what the node of a planter holds; `board` is the one that was found on USB. Raises ProvisionError."""
    merged = for_planter(settings, greenhouse, planter)
    wished = merged["node"].setdefault("board", board.id if board else "")
    if board and wished != board.id:
        raise ProvisionError(
            f"This is a {board.name}, and sigacs.toml says that planter {greenhouse}/{planter} has board “{wished}”. "
            "Take that out (the board on USB decides then), or plug in the other one."
        )
    user = keys.planter_user(planter)
    login = Login(user, keys.node_password(keys.node_key(authority, greenhouse), user))
    hub = {key: value for key, value in merged["hub"].items() if key in ("host", "port")}
    if merged["node"]["soil"].get("dry_mv") == merged["node"]["soil"].get("wet_mv"):
        raise ProvisionError(
            f"sigacs.toml: dry_mv and wet_mv of planter {greenhouse}/{planter} are the same, and nothing can be told "
            "from that. Measure both: the probe in dry air, and in a glass of water."
        )
    config = {**_common("node", greenhouse, merged, login), "planter": planter, "hub": hub, **merged["node"]}
    return _image(config, {})


def planter_board(settings: Settings, greenhouse: str, planter: str) -> str:
    """Return the id of the board that the settings name. Raises ProvisionError."""
    board = for_planter(settings, greenhouse, planter)["node"].get("board")
    choice = [one.id for one in BOARDS.values() if one.role == "node"]
    if board not in choice:
        raise ProvisionError(
            f"Without a board on USB, sigacs.toml must say which one planter {greenhouse}/{planter} has: "
            f"[node] board = one of {', '.join(choice)}, not {board!r}."
        )
    return str(board)


def certificate_ends(authority: Path, greenhouse: str) -> datetime:
    """Return when the certificate of a hub that has one ends."""
    certificate = (authority / f"hub-{greenhouse}" / "client.crt").read_bytes()
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def _common(role: str, greenhouse: str, merged: Config, login: Login) -> Config:
    return {
        "role": role,
        "greenhouse": greenhouse,
        "period": merged["period"],
        "wifi": merged.get("wifi", {}),
        "login": {"user": login.user, "password": login.password},
    }


def _image(config: Config, certificates: Files) -> Image:
    _check(config)
    text = json.dumps(config, indent=1) + "\n"
    slot = {**role_code(config["role"]), "config.json": text.encode(), **certificates}
    return Image(first=first_code(), slot=slot)


@cache
def _device_rules() -> dict[str, Any]:
    return runpy.run_path(str(FIRMWARE / "shared" / "config.py"))


def _check(config: Config) -> None:
    """Raise ProvisionError if the device would refuse this: its own rules decide."""
    rules = _device_rules()
    try:
        rules["check"](config)
    except rules["ConfigError"] as error:
        raise ProvisionError(str(error)) from None


def _credentials(authority: Path, greenhouse: str) -> Path:
    """Return the folder with a hub's certificate and login, after issuing them where there are none."""
    folder = authority / f"hub-{greenhouse}"
    if not all((folder / name).exists() for name in (*_CERTIFICATES, "login.txt")):
        if (authority / "ca.crt").exists() and not (authority / "ledger.csv").exists():
            raise ProvisionError(
                f"{folder} with certificate and login is missing, and {authority} holds only a part of the authority. "
                f"Where the whole of it lies, run python -m certs hub {greenhouse}, and copy its folder "
                f"hub-{greenhouse} here."
            )
        Pki(authority).issue_client(HUB, greenhouse)
    return folder


def _check_broker_name(authority: Path, broker: Config) -> None:
    """Raise ProvisionError if the hub would refuse the broker's certificate for its name, where we can see that."""
    wanted = broker.get("name") or broker.get("host")
    certificate = authority / "server" / "server.crt"
    if wanted and certificate.exists():
        extensions = x509.load_pem_x509_certificate(certificate.read_bytes()).extensions
        names = [str(one.value) for one in extensions.get_extension_for_class(x509.SubjectAlternativeName).value]
        if wanted not in names:
            raise ProvisionError(
                f"The broker's certificate is for {', '.join(names)}, and the hub is to call it “{wanted}”: it would "
                f"refuse it. Put one of these into sigacs.toml (broker.host), or make a certificate with that name: "
                f"python -m certs --dir {authority} renew server --name ... --ip ... (all names, old and new)"
            )
