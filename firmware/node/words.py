"""What went wrong, for a person: in a few words for the screen, in a sentence with what to do for the console."""

_TROUBLES = {
    "no_network": ("No Wi-Fi", "%(ssid)s is not heard. Is the access point on, on 2.4 GHz, and near?"),
    "wrong_password": ("Wi-Fi password", "%(ssid)s refuses it. Correct it, run script/provision."),
    "no_address": ("Wi-Fi: no address", "%(ssid)s gave none in time. Is its DHCP on?"),
    "hub_name": ("Hub not found", "Nobody is called %(hub)s. Is the hub on, in this Wi-Fi?"),
    "hub_unreachable": ("Hub unreachable", "%(hub)s does not answer. Is the hub on, in this Wi-Fi?"),
    "hub_refused": ("No broker", "%(hub)s answers, but no broker runs there. Is that the hub?"),
    "hub_silent": ("Hub silent", "%(hub)s was reached, but did not confirm in time."),
    "hub_hung_up": ("Hub hung up", "%(hub)s ended the connection. Its console says why."),
    "login": ("Login refused", "%(hub)s does not take our password. Run script/provision."),
}


def trouble(code: str, config: dict) -> tuple:
    """Return a trouble in a few words, and in a sentence."""
    short, sentence = _TROUBLES[code]
    return short, sentence % {"ssid": config["wifi"]["ssid"], "hub": config["hub"]["host"]}
