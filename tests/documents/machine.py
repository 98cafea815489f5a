"""A machine as the documents know it, a Raspberry Pi or a person's computer: a folder of its own with a terminal in it.

Blocks are typed as they stand, except for what a test cannot have; `Machine` and its beginning say all of that. Nothing
else stands in for anything: Mosquitto, its clients, `certs`, `provision`, git and openssl are the real ones.
"""

from collections.abc import Mapping
import getpass
from pathlib import Path
import re
import shlex

from script.environment.mosquitto import find_mosquitto
from tests.certs.greenhouse import free_port
from tests.documents.markdown import ROOT
from tests.documents.terminal import Terminal

REPOSITORY = "https://github.com/sigacs/sigacs.git"
THE_PI = "pi@192.168.42.66:"
_BEGINNING = """\
# nobody else's account, and no path outside of this test
sudo() {{
  for word in "$@"; do case "$word" in /etc/*|/var/*|/usr/*) echo "outside of this test: $word"; return 1;; esac; done
  "$@"
}}
# Debian's service: its configuration with our paths; where nothing is included, another port than 1883
systemctl() {{
  test "$*" = "restart mosquitto" || return 1
  if test -s {pid_file}; then
    kill "$(cat {pid_file})"
    while test -s {pid_file}; do sleep 0.05; done
  fi
  : > {system}/var/log/mosquitto/mosquitto.log
  ls {system}/etc/mosquitto/conf.d/*.conf >/dev/null 2>&1 || set -- -p {unused}
  test "$1" = -p || set --
  {mosquitto} -c {system}/etc/mosquitto/mosquitto.conf "$@" &
  until grep --quiet ' running$' {system}/var/log/mosquitto/mosquitto.log; do kill -0 $! || return 1; sleep 0.05; done
}}
# the same machine, in another folder
scp() {{ cp "${{@//{the_pi}/{home_of_the_pi}/}}"; }}
"""
_DEBIANS_CONFIGURATION = """\
user {account}
pid_file {pid_file}
persistence true
persistence_location {system}/var/lib/mosquitto/
log_dest file {system}/var/log/mosquitto/mosquitto.log
include_dir {system}/etc/mosquitto/conf.d
"""


class Machine(Terminal):
    """Type into it with `run`. `system` is what `/` is to a machine, `port` what 8883 is."""

    def __init__(self, folder: Path, home_of_the_pi: Path | None = None) -> None:
        self.system, self.home, self.port = folder / "system", folder / "home", free_port()
        for path in (self.home, *(self.system / f"{sub}/mosquitto" for sub in ("etc", "var/lib", "var/log"))):
            path.mkdir(parents=True)
        (self.system / "etc/mosquitto/conf.d").mkdir()
        names = {
            "system": self.system,
            "pid_file": self.system / "etc/sigacs/mosquitto/mosquitto.pid",  # where `certs` looks for it here
            "account": getpass.getuser(),
            "mosquitto": find_mosquitto(),
            "unused": free_port(),
            "the_pi": THE_PI,
            "home_of_the_pi": home_of_the_pi or self.home,
        }
        (self.system / "etc/mosquitto/mosquitto.conf").write_text(_DEBIANS_CONFIGURATION.format(**names))
        (self.home / ".gitconfig").write_text(
            f'[url "{ROOT}"]\n  insteadOf = {REPOSITORY}\n[safe]\n  directory = *\n[advice]\n  detachedHead = false\n'
        )
        self._beginning = _BEGINNING.format(**names)
        super().__init__(self.home, folder / "terminal.log", {"HOME": str(self.home), **self._environment_of()})

    def start(self) -> None:
        super().start()
        self.run(self._beginning)

    def begin(self, commands: str) -> str:
        for words, others in self._stands_for().items():
            commands = re.sub(words, others, commands, flags=re.MULTILINE)
        return super().begin(commands)

    def _stands_for(self) -> Mapping[str, str]:
        """What is typed in place of what, as regular expressions."""
        python = shlex.quote(str(ROOT / ".venv/bin/python"))
        as_ourselves = f"--port {self.port} --bind 127.0.0.1 --user {getpass.getuser()}"
        return {
            r"(?<![\w$}/])/(etc|var)/(sigacs|mosquitto|log/mosquitto|lib/mosquitto)": rf"{self.system}/\g<1>/\g<2>",
            r"\b8883\b": str(self.port),
            r"certs( --dir \S+)? broker$": rf"certs\g<1> broker {as_ourselves}",
            # no download: the environment of the tests
            r"python3 -m venv \.venv-certs\n\.venv-certs/bin/pip install .*": f"ln -s {ROOT}/.venv .venv-certs",
            r"source \.venv/bin/activate": f"source {ROOT}/.venv/bin/activate",
            # no board on USB: tests/provision has one
            r"script/provision (?=.* --dry-run )": f"{python} -m provision ",
            r"script/provision (hub|node) (.*)$": rf"{python} -m provision \g<1> \g<2> --dry-run board/\g<1>",
            r"^sudo apt ": ": sudo apt ",
        }

    def _environment_of(self) -> Mapping[str, str]:
        return {"UV_CACHE_DIR": str(self.home / ".cache/uv"), "PYTHONDONTWRITEBYTECODE": "1"}
