"""The key from which the planters' passwords follow: one per greenhouse, made once, known to its hub.

A planter's password is HMAC-SHA256(key, user), so that a hub can check any planter of its own without a table, and a
new planter changes nothing on the hub.
"""

import hashlib
import hmac
import os
from pathlib import Path
import re
import secrets

from .errors import ProvisionError

OBSERVER = "observer"  # may subscribe to everything on a hub, and publish nothing
_FILE = "node_key"
_BYTES = 32
_PASSWORD_DIGITS = 32


def planter_user(planter: str) -> str:
    """Return the user of a planter on its hub."""
    return f"bac-{planter}"


def node_password(node_key: bytes, user: str) -> str:
    """Return the password of a planter, or of the observer, on the hub that has this key."""
    return hmac.new(node_key, user.encode(), hashlib.sha256).hexdigest()[:_PASSWORD_DIGITS]


def node_key(authority: Path, greenhouse: str) -> bytes:
    """Return the key of a greenhouse, after making it where there is none. Raises ProvisionError."""
    path = authority / f"hub-{greenhouse}" / _FILE
    if not path.exists():
        _create(path, secrets.token_hex(_BYTES) + "\n")
    text = path.read_text().strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * _BYTES}}}", text):
        raise ProvisionError(
            f"{path} must hold {2 * _BYTES} hexadecimal digits. Restore it from your backup; without one, delete it, "
            f"and provision hub {greenhouse} and all of its planters anew."
        )
    return bytes.fromhex(text)


def _create(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        if os.geteuid() == 0:  # in somebody's folder: theirs, as all else there
            owner = path.parent.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        file.write(text)
