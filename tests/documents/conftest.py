"""The authority with a running broker that tests/certs has."""

from tests.certs.conftest import greenhouse as greenhouse  # noqa: PLC0414 - a fixture, for those who ask for it
