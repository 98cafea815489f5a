"""The command itself, in a repository of its own."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from script.environment import layout, release
from tests.script.repository import CHANGELOG, Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.make(tmp_path / "sigacs")


def test_when_everything_agrees_the_tag_is_made_and_not_pushed(repository: Repository, tmp_path: Path) -> None:
    repository.git("init", "--quiet", "--bare", str(tmp_path / "origin"))
    repository.git("remote", "add", "origin", str(tmp_path / "origin"))
    code, said = repository.release()
    assert code == 0
    assert said.index("all is checked") < said.index("v1.2.3 (2026-11-22) is made, here alone")
    assert repository.git("cat-file", "-t", "v1.2.3") == "tag"
    assert repository.git("rev-parse", "v1.2.3^{commit}") == repository.git("rev-parse", "HEAD")
    assert repository.git("ls-remote", "origin") == ""
    (push,) = [line.split() for line in said.splitlines() if line.startswith("  git push")]
    repository.git(*push[1:])
    assert {line.split()[1] for line in repository.git("ls-remote", "origin").splitlines()} >= {
        "refs/heads/main",
        "refs/tags/v1.2.3",
    }


def test_a_dry_run_tells_that_nothing_is_in_the_way_and_does_nothing(repository: Repository) -> None:
    code, said = repository.release("--dry-run")
    assert (code, said[:38]) == (0, "Nothing stands in the way of v1.2.3 (2")
    assert "all is checked" not in said
    assert repository.tags() == []


def test_no_tag_is_made_of_what_fails_its_checks(repository: Repository) -> None:
    repository.commit(**{".ci/run": "#!/bin/sh\nexit 3\n"})
    code, said = repository.release()
    assert code == 1
    assert ".ci/run failed" in said
    assert repository.tags() == []


def test_the_tag_is_of_the_commit_that_was_checked(repository: Repository) -> None:
    repository.commit(
        **{".ci/run": "#!/bin/sh\ngit -c user.name=Bob -c user.email=bob commit -q --allow-empty -m More\n"}
    )
    checked = repository.git("rev-parse", "HEAD")
    assert repository.release()[0] == 0
    assert repository.git("rev-parse", "v1.2.3^{commit}") == checked
    assert repository.git("rev-parse", "HEAD") != checked


def leave_something(repository: Repository) -> None:
    (repository.root / "notes.txt").touch()


def change_something(repository: Repository) -> None:
    (repository.root / "CHANGELOG.md").write_text(CHANGELOG + "\n")


def go_elsewhere(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--create", "idea")


def be_nowhere(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--detach")


def tag_already(repository: Repository) -> None:
    repository.git("tag", "v1.2.3")


@pytest.mark.parametrize(
    ("obstacle", "where", "next_"),
    [
        (leave_something, "?? notes.txt", "Commit or `git stash -u`"),
        (change_something, " M CHANGELOG.md", "Commit or `git stash -u`"),
        (go_elsewhere, "You are on idea", "`git switch main`"),
        (be_nowhere, "You are on no branch", "`git switch main`"),
        (tag_already, "v1.2.3 is there already", "Raise the version in custom_components/sigacs/manifest.json"),
    ],
)
def test_what_is_in_the_way_is_told_and_how_to_remove_it(
    repository: Repository, obstacle: Callable[[Repository], None], where: str, next_: str
) -> None:
    obstacle(repository)
    before = repository.tags()
    for arguments in ([], ["--dry-run"]):
        code, said = repository.release(*arguments)
        assert code == 1
        assert where in said
        assert next_ in said
        assert "all is checked" not in said
        assert said.count("\n- ") == 1
    assert repository.tags() == before


MANIFEST = "custom_components/sigacs/manifest.json"
DISAGREEMENTS = {
    "the manifest is ahead": (MANIFEST, '{"version": "1.2.4"}', "whose tag is v1.2.4, and not v1.2.3"),
    "the manifest has no version": (MANIFEST, "{}", "cannot be read"),
    "the manifest is no JSON": (MANIFEST, "version: 1", "cannot be read"),
    "two numbers": (MANIFEST, '{"version": "1.2"}', "'1.2' is no version"),
    "pyproject.toml is behind": ("pyproject.toml", 'version = "1.2.2"\n', "says 1.2.2, and"),
    "pyproject.toml says it twice": ("pyproject.toml", 'version = "1.2.3"\n' * 2, "says 1.2.3 and 1.2.3"),
    "the hub says nothing": ("firmware/hub/main.py", "", "says nothing, and"),
    "no section": ("CHANGELOG.md", CHANGELOG.replace("## 1.2.3", "## 1.2.1"), "Unreleased and 1.2.1, and have to be"),
    "not the newest": (
        "CHANGELOG.md",
        CHANGELOG.replace("## 1.2.3", "## 1.3.0 - 2026-11-23\n\n- More.\n\n## 1.2.3"),
        "Unreleased and 1.3.0, and have to be",
    ),
    "nowhere for what comes next": ("CHANGELOG.md", CHANGELOG.replace("## Unreleased\n", ""), "have to be"),
    "an empty changelog": ("CHANGELOG.md", "# Changelog\n", "are missing, and have to be"),
    "left behind": ("CHANGELOG.md", CHANGELOG.replace("Unreleased\n", "Unreleased\n- More.\n"), "below Unreleased"),
    "nothing to say": ("CHANGELOG.md", CHANGELOG.replace("### Added\n\n- A lamp.\n", ""), "nothing stands below 1.2.3"),
    "no date": ("CHANGELOG.md", CHANGELOG.replace(" - 2026-11-22", ""), "has no date, but None"),
    "no such day": ("CHANGELOG.md", CHANGELOG.replace("11-22", "11-31"), "has no date, but '2026-11-31'"),
    "another order": ("CHANGELOG.md", CHANGELOG.replace("2026-11-22", "22/11/2026"), "## 1.2.3 - YYYY-MM-DD"),
}


@pytest.mark.parametrize(("path", "content", "told"), DISAGREEMENTS.values(), ids=DISAGREEMENTS)
def test_what_does_not_agree_is_told_with_its_file(repository: Repository, path: str, content: str, told: str) -> None:
    repository.commit(**{path: content})
    code, said = repository.release("--check", "v1.2.3")
    assert code == 1
    assert path in said
    assert told in said
    assert repository.release()[0] == 1
    assert repository.tags() == []


def test_all_that_is_wrong_is_told_at_once(repository: Repository) -> None:
    repository.commit(**{"pyproject.toml": "", "firmware/hub/main.py": ""})
    go_elsewhere(repository)
    assert repository.release()[1].count("\n- ") == 3


def test_what_github_asks_of_a_tag(repository: Repository) -> None:
    be_nowhere(repository)
    tag_already(repository)
    assert repository.release("--check", "v1.2.3") == (0, "These files are those of v1.2.3.\n")
    for tag in ("1.2.3", "v1.2.4", "v1.2.3-beta.1"):
        assert repository.release("--check", tag)[0] == 1


def test_the_notes_are_what_the_changelog_says_of_this_version(repository: Repository) -> None:
    assert repository.release("--notes") == (0, "### Added\n\n- A lamp.\n")


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), st.sampled_from(["", "-beta.1", "-rc1", "-0a.b-c"]))
def test_three_numbers_are_a_version(numbers: list[int], stage: str) -> None:
    assert release._VERSION.fullmatch(".".join(map(str, numbers)) + stage)


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+4", "v1.2.3", "1.2.x"]
)
def test_nothing_else_is_a_version(text: str) -> None:
    assert not release._VERSION.fullmatch(text)


def test_this_changelog_is_one_that_can_be_released() -> None:
    names = [section.name for section in release.sections(layout.ROOT)]
    assert names[0] == "Unreleased"
    assert release.version(layout.ROOT) in names
    assert all(release._VERSION.fullmatch(name) for name in names[1:])
    assert release.notes(layout.ROOT)
