import os

from shared.pem import PemError, der

CERTIFICATE = b"\x30\x82\x01\x02" + bytes(range(200))
KEY = b"\x30\x77\x02\x01\x01" + bytes(64)


def block(label, content):
    import binascii  # noqa: PLC0415

    text = binascii.b2a_base64(content).decode().strip()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(lines), label)


def read(text, label):
    path = "%s/%s.pem" % (os.getenv("TMPDIR") or "/tmp", os.urandom(6).hex())
    with open(path, "w") as file:
        file.write(text)
    try:
        return der(path, label)
    finally:
        os.remove(path)


def refused(text, label="CERTIFICATE"):
    try:
        read(text, label)
    except PemError as error:
        return str(error)
    raise AssertionError("it was taken")


def test_a_certificate_and_keys_of_either_form():
    assert read(block("CERTIFICATE", CERTIFICATE), "CERTIFICATE") == CERTIFICATE
    assert read(block("PRIVATE KEY", KEY), "PRIVATE KEY") == KEY
    assert read(block("EC PRIVATE KEY", KEY), "PRIVATE KEY") == KEY


def test_the_first_block_of_its_kind_counts():
    text = block("EC PARAMETERS", b"\x30\x01\x00") + block("EC PRIVATE KEY", KEY) + block("PRIVATE KEY", CERTIFICATE)
    assert read(text, "PRIVATE KEY") == KEY


def test_text_around_it_and_line_ends_of_windows_do_not_matter():
    text = "Subject: CN=hub-1\n" + block("CERTIFICATE", CERTIFICATE) + "the end\n"
    assert read(text.replace("\n", "\r\n"), "CERTIFICATE") == CERTIFICATE


def test_what_is_no_such_file_is_refused_with_its_name_and_what_to_do():
    for text in (
        "",
        "nonsense",
        block("PRIVATE KEY", KEY),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
        block("CERTIFICATE", b"no DER"),
    ):
        message = refused(text)
        assert ".pem holds no CERTIFICATE" in message
        assert "copy it" in message


def test_a_file_that_is_not_there_is_an_oserror():
    try:
        der("/nowhere/ca.crt", "CERTIFICATE")
    except OSError:
        return
    raise AssertionError("it was read")
