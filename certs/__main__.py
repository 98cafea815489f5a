"""Starts the command line, if the one package that it needs is there."""

import sys

_NEEDED = 43  # cryptography: the first on Debian 13, and the first with all that is used here
_MISSING = (
    "error: this needs the Python package `cryptography`, {needed} or newer{found}: "
    "sudo apt install python3-cryptography (Debian 13), "
    "or in a virtual environment, pip install 'cryptography>={needed}'"
)

try:
    import cryptography
except ModuleNotFoundError:
    sys.exit(_MISSING.format(needed=_NEEDED, found=""))
if int(cryptography.__version__.split(".")[0]) < _NEEDED:
    sys.exit(_MISSING.format(needed=_NEEDED, found=f", not {cryptography.__version__}"))

from .commands import main  # noqa: E402 - only now is it known to be possible

if __name__ == "__main__":
    sys.exit(main())
