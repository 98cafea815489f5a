"""Who is let in at the hub, and what they may do there."""

from hub import access

KEY = bytes(range(32))


def _policy(refused: tuple = ()) -> access.Greenhouse:
    return access.Greenhouse("1", KEY, refused)


def test_a_password_is_what_rfc_2104_says() -> None:
    # RFC 4231, test case 2, whose key and data are short enough for a user
    assert access.password(b"Jefe", "what do ya want for nothing?") == b"5bdcc146bf60754e6a042426089575c7"


def test_a_planter_gets_in_with_its_own_password_only() -> None:
    policy = _policy()
    assert policy.login("anything", "bac-3", access.password(KEY, "bac-3"))
    for user, given in (
        ("bac-3", access.password(KEY, "bac-4")),
        ("bac-3", access.password(KEY, "bac-3")[:-1]),
        ("bac-3", access.password(KEY, "bac-3") + b"0"),
        ("bac-3", access.password(bytes(32), "bac-3")),
        ("bac-3", b""),
        ("bac-3", None),
        (None, None),
        ("", b""),
    ):
        assert not policy.login("bac-3", user, given)


def test_only_planters_and_the_observer_are_users() -> None:
    policy = _policy()
    for user in ("hub-1", "bac-", "bac-a/b", "bac-+", "bac-#", "BAC-3", "bac", "bac-é", "bac-" + 33 * "x", "observers"):
        assert not policy.login("x", user, access.password(KEY, user))
    assert policy.login("x", "observer", access.password(KEY, "observer"))


def test_a_planter_that_was_removed_is_not_let_in() -> None:
    assert not _policy(("3",)).login("x", "bac-3", access.password(KEY, "bac-3"))
    assert _policy(("4",)).login("x", "bac-3", access.password(KEY, "bac-3"))


def test_a_planter_writes_and_reads_below_its_own_topic_only() -> None:
    policy = _policy()
    for topic in ("/serre/1/bac/3/sol", "/serre/1/bac/3/air/temp", "/serre/1/bac/3/retard"):
        assert policy.may_publish("bac-3", topic)
        assert policy.may_subscribe("bac-3", topic)
    assert policy.may_subscribe("bac-3", "/serre/1/bac/3/#")
    for topic in (
        "/serre/1/bac/4/sol",
        "/serre/1/bac/31/sol",
        "/serre/2/bac/3/sol",
        "serre/1/bac/3/sol",
        "/serre/1/etat",
    ):
        assert not policy.may_publish("bac-3", topic)
    for topic_filter in ("#", "/serre/1/bac/+/sol", "/serre/1/bac/3", "/serre/1/bac/#", "/serre/+/bac/3/sol"):
        assert not policy.may_subscribe("bac-3", topic_filter)


def test_the_observer_reads_everything_and_publishes_nothing() -> None:
    policy = _policy()
    assert policy.may_subscribe("observer", "#")
    for topic in ("/serre/1/bac/3/sol", "/serre/1/bac/rver/sol", "x"):
        assert not policy.may_publish("observer", topic)
