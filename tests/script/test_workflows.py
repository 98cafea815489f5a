"""What the workflows may do on GitHub. zizmor, in script/check, knows more of what an attacker could."""

from collections.abc import Iterator
import os
from pathlib import Path
import re
import subprocess
from typing import Any
import zipfile

import pytest
import yaml

from script.environment.layout import ROOT
from tests.script.repository import Repository

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.name: path for path in sorted(FOLDER.glob("*"))}
GH = '#!/bin/sh\nfor said in "$@" "token $GH_TOKEN"; do echo "$said"; done > told\ncat >> told\n'


def load(name: str) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    return workflow


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in load(name)["jobs"].values():
        yield from job.get("steps", [])


def test_these_are_all() -> None:
    assert set(WORKFLOWS) == {"ci.yml", "release.yml"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_an_action_is_a_commit_with_its_version_beside_it(name: str) -> None:
    uses = re.findall(r"^\s*(?:- )?uses: (.*)$", WORKFLOWS[name].read_text(encoding="utf-8"), re.MULTILINE)
    assert uses
    pinned = re.compile(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40} # (?:v\d+\.\d+\.\d+|main|master)")
    ours = re.compile(r"\$/\.github/workflows/\w+\.yml")
    assert [one for one in uses if not pinned.fullmatch(one) and not ours.fullmatch(one)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_job_may_do_what_it_names_and_no_more(name: str) -> None:
    assert load(name)["permissions"] == {}
    granted = {job: asked["permissions"] for job, asked in load(name)["jobs"].items()}
    may_write = [job for job, permissions in granted.items() if set(permissions.values()) != {"read"}]
    assert may_write == (["publish"] if name == "release.yml" else [])
    assert {"contents"} == {what for permissions in granted.values() for what in permissions}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_hangs_ends(name: str) -> None:
    for job in load(name)["jobs"].values():
        assert "uses" in job or 0 < job["timeout-minutes"] <= 45
    assert load(name)["concurrency"]["group"].startswith(
        name.removesuffix(".yml")
    )  # one that calls another waits for it


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_others_write_is_never_run(name: str) -> None:
    triggers = load(name)[True]  # what YAML 1.1 makes of "on"
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []
    assert "secrets." not in WORKFLOWS[name].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_token_stays_in_a_checkout(name: str) -> None:
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False] * len(checkouts)


@pytest.mark.parametrize(("tag", "stage"), [("v1.2.3", "--latest"), ("v1.2.3-beta.1", "--prerelease")])
def test_a_tag_is_published_with_its_notes_and_an_archive(tmp_path: Path, tag: str, stage: str) -> None:
    repository = Repository.make(tmp_path / "sigacs")
    version = tag.removeprefix("v")
    files = ("CHANGELOG.md", "custom_components/sigacs/manifest.json", "firmware/hub/main.py", "pyproject.toml")
    repository.commit(**{path: (repository.root / path).read_text().replace("1.2.3", version) for path in files})
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REF_NAME": tag, "GH_TOKEN": "t"}
    jobs = load("release.yml")["jobs"]
    for step in (*jobs["agree"]["steps"], *jobs["publish"]["steps"]):
        if "run" in step:  # as GitHub runs it
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            subprocess.run(shell, cwd=repository.root, env=environment, check=True)
    told = (repository.root / "told").read_text().splitlines()
    assert told[:5] == ["release", "create", tag, "sigacs.zip", "--verify-tag"]
    assert told[5] == stage
    assert told[-4:] == ["token t", "### Added", "", "- A lamp."]
    with zipfile.ZipFile(repository.root / "sigacs.zip") as archive:
        assert "custom_components/sigacs/manifest.json" in archive.namelist()
        assert {name.split("/")[0] for name in archive.namelist()} == {"custom_components"}


def test_nobody_publishes_what_ci_has_not_passed() -> None:
    jobs = load("release.yml")["jobs"]
    assert (jobs["publish"]["needs"], jobs["ci"]["needs"]) == ("ci", "agree")
    assert jobs["ci"]["uses"] == "$/.github/workflows/ci.yml"


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_every_file_for_github_can_be_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))
