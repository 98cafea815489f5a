from pathlib import Path

import pytest

from script.environment.apt_source import Source, find_debian_source, parse_deb822, parse_one_line

DEB822 = """\
# the archive
Types: deb deb-src
# a snapshot would be elsewhere
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""

TESTING = """\
Types: deb
URIs: http://mirror.example/debian
Suites: testing
Components: main
"""


def only(sources: object) -> Source:
    (source,) = sources  # type: ignore[misc]
    return source  # type: ignore[no-any-return]


def test_a_deb822_source_keeps_its_mirror_and_its_keyring_in_another_suite() -> None:
    archive, _security = parse_deb822(DEB822)
    expected = TESTING + "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    assert archive.with_suite("testing").as_deb822() == expected


def test_without_another_suite_updates_stay() -> None:
    archive, _security = parse_deb822(DEB822)
    assert "Suites: bookworm bookworm-updates\n" in archive.as_deb822()


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("deb http://mirror.example/debian bookworm main", ""),
        ("deb\thttp://mirror.example/debian   bookworm  main contrib # the archive", ""),
        (
            "deb [arch=amd64,arm64 signed-by=/etc/apt/k.gpg] http://mirror.example/debian bookworm main",
            "Architectures: amd64 arm64\nSigned-By: /etc/apt/k.gpg\n",
        ),
        ("deb [ check-valid-until=no ] http://mirror.example/debian bookworm main", "Check-Valid-Until: no\n"),
    ],
)
def test_a_one_line_source_becomes_the_same_stanza_with_its_options(line: str, more: str) -> None:
    assert only(parse_one_line(line)).with_suite("testing").as_deb822() == TESTING + more


@pytest.mark.parametrize(
    "line",
    ["", "# deb http://mirror.example/debian bookworm main", "deb-src http://mirror.example/debian bookworm main"],
)
def test_comments_and_sources_of_source_code_are_passed_over(line: str) -> None:
    assert list(parse_one_line(line)) == []


def test_an_embedded_signing_key_stays_whole() -> None:
    key = " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDME\n =vO\n -----END PGP PUBLIC KEY BLOCK-----"
    source = only(parse_deb822(TESTING + f"Signed-By:\n{key}\n"))
    assert source.as_deb822().endswith(f"Signed-By: \n{key}\n")


@pytest.mark.parametrize("switch", ["Enabled: no", "enabled: false"])
def test_a_disabled_source_is_passed_over(switch: str) -> None:
    assert list(parse_deb822(f"{TESTING}{switch}\n")) == []


def test_field_names_may_be_in_any_case() -> None:
    assert only(parse_deb822(TESTING.lower())).suites == ("testing",)


@pytest.mark.parametrize(
    "line",
    [
        "deb http://mirror.example/debian-security bookworm-security main",
        "deb http://packages.example/tool bookworm main",
        "deb http://packages.example/debian bookworm stable",
        "deb http://packages.example/debian nodistro main",
    ],
)
def test_security_and_other_people_s_sources_are_not_debian_s_archive(line: str) -> None:
    assert not only(parse_one_line(line)).is_debian("bookworm")


@pytest.mark.parametrize("suite", ["bookworm", "stable", "sid"])
def test_debian_s_archive_is_known_by_codename_and_by_moving_names(suite: str) -> None:
    assert only(parse_one_line(f"deb http://mirror.example/debian {suite} main")).is_debian("bookworm")


def test_the_first_file_that_names_debian_s_archive_wins(tmp_path: Path) -> None:
    (tmp_path / "a.list").write_text("deb http://packages.example/tool bookworm main\n")
    (tmp_path / "b.sources").write_text(DEB822)
    (tmp_path / "c.list").write_text("deb http://other.example/debian bookworm main\n")
    (tmp_path / "d.list.save").write_text("deb http://old.example/debian bookworm main\n")
    files = [tmp_path / "absent.list", *sorted(tmp_path.glob("*"), reverse=True)]
    found = find_debian_source(files, "bookworm")
    assert found is not None
    assert found.uris == "http://other.example/debian"
    assert find_debian_source([tmp_path / "a.list"], "bookworm") is None
