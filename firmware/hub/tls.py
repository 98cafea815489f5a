"""The TLS context of the uplink, made anew for each connection: certificates that were renewed count at once.

The broker's certificate is always checked: signed by ca.crt, for the right name, within its dates. Borrowed: not kept
in memory.
"""

import tls

from hub.certificates import validity
from shared.pem import der


def load(folder: str) -> tuple:
    """Return the context, and the Unix time at which each certificate there ends. Raises OSError, ValueError."""
    authority = der(folder + "/ca.crt", "CERTIFICATE")
    client = der(folder + "/client.crt", "CERTIFICATE")
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    # Not left to the default: the wrapper `ssl` has another one. The stubs do not know it.
    context.verify_mode = tls.CERT_REQUIRED  # pyright: ignore[reportAttributeAccessIssue]
    context.load_verify_locations(authority)
    context.load_cert_chain(client, der(folder + "/client.key", "PRIVATE KEY"))
    return context, {"ca": validity(authority)[1], "client": validity(client)[1]}
