"""What `script/setup` makes, and where it lies: two virtual environments, and the programs that they need.

Runs on the machine's own Python, before anything is installed: standard library only, Python 3.10 syntax. Each part is
looked for on the machine first, and brought into `.tools/` otherwise; nothing of the system is changed.
"""

import sys

# This file alone must also be readable by the Python that is too old.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit(
        "SIGACS needs Python 3.10 or newer to set itself up, and this is %d.%d (%s). Install one (macOS: brew install "  # noqa: UP031
        "python, Debian: apt-get install python3), see that `python3 --version` names it, and run this again."
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
