"""The demonstration's certificates: made once with `certs`, kept, and made anew when they no longer serve."""

import getpass
from pathlib import Path
import shutil

from certs.errors import CertsError
from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from certs.status import REVOKED

GREENHOUSES = ("1", "2")
HOME_ASSISTANT = "dashboard"
TERMINAL = "dashboard-terminal"
"""A second subscriber, for whoever wants to listen at a terminal: the broker allows one connection per user."""
_DAYS_LEFT = 2


def credentials(folder: Path) -> Pki:
    """Return an authority whose every certificate is good for days to come; the folder's content may be replaced."""
    pki = Pki(folder)
    if not _serves(pki):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        issue_all(pki)
    return pki


def issue_all(pki: Pki) -> None:
    """Make the authority, the broker on this machine, two hubs and two dashboards."""
    pki.init()
    pki.issue_server(["localhost"], ["127.0.0.1"])
    for greenhouse in GREENHOUSES:
        pki.issue_client(HUB, greenhouse)
    pki.issue_client(DASHBOARD)
    pki.issue_client(DASHBOARD, "terminal")


def configure_broker(pki: Pki, port: int) -> Path:
    """Write Mosquitto's configuration for 127.0.0.1 and this account; return its path."""
    return pki.configure_broker(port=port, bind="127.0.0.1", user=getpass.getuser())


def _serves(pki: Pki) -> bool:
    wanted = {"server", HOME_ASSISTANT, TERMINAL, *(f"hub-{greenhouse}" for greenhouse in GREENHOUSES)}
    try:
        rows = pki.status()
        files_there = all(any((pki.folder / name).glob("*.key")) for name in wanted)
    except (CertsError, OSError):
        return False
    good = {row.who for row in rows if row.days_left >= _DAYS_LEFT and row.state != REVOKED}
    return files_there and wanted <= good and len(good) == len(rows)
