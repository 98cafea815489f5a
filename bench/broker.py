"""The broker that `python -m certs` configures, with two things more.

It holds back any number of messages for a slow subscriber, so that a burst arrives whole, and it grants the topics of
core's discovery.
"""

import getpass
from pathlib import Path
from typing import Final

from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from demo.home_assistant import free_port

from .fleet import GREENHOUSE

_NO_LIMITS: Final = """\
max_queued_messages 0
max_queued_bytes 0
"""
_DISCOVERY_RIGHTS: Final = f"""
user {HUB.name}-{GREENHOUSE}
topic write homeassistant/#

user {DASHBOARD.name}
topic readwrite homeassistant/#
"""


def credentials(folder: Path) -> Pki:
    """Make an authority, the broker on this machine, one hub and one dashboard."""
    pki = Pki(folder)
    pki.init()
    pki.issue_server(["localhost"], ["127.0.0.1"])
    pki.issue_client(HUB, GREENHOUSE)
    pki.issue_client(DASHBOARD)
    return pki


def configure(pki: Pki) -> Path:
    """Write Mosquitto's configuration for a free port of 127.0.0.1; return its path."""
    configuration = pki.configure_broker(port=free_port(), bind="127.0.0.1", user=getpass.getuser())
    folder = configuration.parent
    (folder / "conf.d" / "unlimited.conf").write_text(_NO_LIMITS)
    with (folder / "acl").open("a") as rules:
        rules.write(_DISCOVERY_RIGHTS)
    return configuration
