"""PEM files to DER, because MicroPython's unix port takes nothing else; the boards take both.

Needed while a TLS context is made, and dropped afterwards.
"""

from binascii import a2b_base64


class PemError(ValueError):
    """A file that holds no such block, or one that cannot be read; the text names the file and what to do."""


def der(path: str, label: str) -> bytes:
    """Return the first block whose label ends so ("CERTIFICATE", "PRIVATE KEY"). Raises PemError, OSError."""
    block = None
    with open(path) as file:
        for line in file:
            line = line.strip()  # noqa: PLW2901 - what it was is not needed
            if line.startswith("-----"):
                if block is not None:
                    break
                if line.startswith("-----BEGIN ") and line.endswith(label + "-----"):
                    block = ""
            elif block is not None:
                block += line
    try:
        decoded = a2b_base64(block or "")
    except ValueError:
        decoded = b""
    # A DER sequence of two length bytes, as every certificate and key has that is not tiny; or of one, as short keys.
    if decoded[:1] != b"\x30":
        raise PemError("%s holds no %s in PEM form: copy it from certs/ again" % (path, label))
    return decoded
