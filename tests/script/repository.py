"""A repository that holds `script/release` and as little else as a release needs."""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Self

from script.environment import layout

CHANGELOG = """# Changelog

## Unreleased

## 1.2.3 - 2026-11-22

### Added

- A lamp.

## 1.2.2 - 2026-10-01

- Nothing.
"""
FILES = {
    ".ci/run": "#!/bin/sh\necho all is checked\n",
    ".gitignore": "__pycache__/\n",
    "CHANGELOG.md": CHANGELOG,
    "custom_components/sigacs/manifest.json": '{"domain": "sigacs", "version": "1.2.3"}\n',
    "firmware/hub/main.py": 'VERSION = "1.2.3"\n',
    "pyproject.toml": '[project]\nname = "sigacs"\nversion = "1.2.3"\n',
}
NOBODYS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@dataclass(frozen=True)
class Repository:
    root: Path

    @classmethod
    def make(cls, root: Path) -> Self:
        """Version 1.2.3, ready to be tagged."""
        made = cls(root)
        modules = layout.ROOT / "script/environment"
        shutil.copytree(modules, root / "script/environment", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(layout.ROOT / "script/release", root / "script")
        made.git("init", "--quiet", "--initial-branch=main")
        made.commit(**FILES)
        return made

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        command = ["git", "-C", self.root, *who, *arguments]
        done = subprocess.run(command, env=os.environ | NOBODYS, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, **files: str) -> None:
        for path, content in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(content)
        (self.root / ".ci/run").chmod(0o755)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Work.")

    def release(self, *arguments: str) -> tuple[int, str]:
        """What the command returns and says; whoever types it has told git their name."""
        names = {f"GIT_{who}_{what}": "ada" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        command = [sys.executable, self.root / "script/release", *arguments]
        done = subprocess.run(command, env=os.environ | NOBODYS | names, check=False, capture_output=True, text=True)
        assert done.stderr == ""
        return done.returncode, done.stdout

    def tags(self) -> list[str]:
        return self.git("tag", "--list").split()
