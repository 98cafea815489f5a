from hub.reasons import code, words

CODES = (
    "start",
    "online",
    "stopped",
    "files",
    "wifi",
    "dns",
    "route",
    "refused",
    "silent",
    "tls-silent",
    "tls-ca",
    "tls-name",
    "tls-expired",
    "tls-future",
    "tls-server",
    "tls-client",
    "tls-none",
    "tls-other",
    "login",
    "mqtt",
    "lost",
    "frozen",
    "memory",
)


def test_every_code_has_words_in_both_languages_that_fit_the_screen():
    seen = []
    for one in CODES:
        for language in ("en", "fr"):
            text = words(one, language)
            assert 4 <= len(text) <= 26, text
            assert text not in seen
            seen.append(text)
    assert words("tls-ca", "en") == "broker: other authority"
    assert words("tls-ca", "fr") == "broker : autre autorité"
    assert words("start", "en") == "starting"


def test_what_mbed_tls_says_of_the_brokers_certificate():
    both = (
        "The certificate validity has expired\nThe certificate Common Name (CN) does not match with the expected CN\n"
    )
    for error, expected in (
        (ValueError("\nThe certificate is not correctly signed by the trusted CA\n"), "tls-ca"),
        (ValueError("\nThe certificate Common Name (CN) does not match with the expected CN\n"), "tls-name"),
        (ValueError("\nThe certificate validity has expired\n"), "tls-expired"),
        (ValueError("\nThe certificate validity starts in the future\n"), "tls-future"),
        (ValueError(both), "tls-name"),  # no clock helps against a wrong name
        (ValueError("something new"), "tls-server"),
        (OSError(-9984, "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED"), "tls-server"),
        (OSError(-31232, "MBEDTLS_ERR_SSL_BAD_CERTIFICATE"), "tls-server"),
        (OSError(-30592, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE"), "tls-other"),
        (OSError(-29184, "MBEDTLS_ERR_SSL_INVALID_RECORD"), "tls-none"),
    ):
        assert code("tls", error) == expected, error


def test_a_handshake_that_the_broker_ends_means_the_hubs_own_certificate():
    for number in (32, 104, 128):
        assert code("tls", OSError(number)) == "tls-client"


def test_what_happens_before_tls():
    assert code("files", OSError(2)) == "files"
    assert code("files", ValueError("invalid cert")) == "files"
    assert code("dns", OSError(-202)) == "dns"
    assert code("dns", OSError("[addrinfo error -2]")) == "dns"
    assert code("tcp", OSError(111)) == "refused"
    assert code("tcp", OSError(104)) == "refused"
    assert code("tcp", OSError(113)) == "route"
    assert code("tcp", OSError(110)) == "silent"


def test_what_the_broker_answers_to_connect():
    assert code("login", ValueError(5)) == "login"
    assert code("login", ValueError(4)) == "login"
    assert code("login", ValueError(3)) == "mqtt"
    assert code("login", EOFError()) == "mqtt"


def test_time_that_is_up():
    late = type("TimeoutError", (Exception,), {})()  # asyncio's, which CPython makes an OSError
    assert code("tcp", late) == "silent"
    assert code("tls", late) == "tls-silent"
    assert code("login", late) == "tls-silent"


def test_memory_that_does_not_suffice():
    assert code("files", MemoryError()) == "memory"
    assert code("tls", OSError(12)) == "memory"
