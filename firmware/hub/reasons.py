"""Why the uplink does not stand: from an error to a code, and from a code to words. Borrowed: not kept in memory.

A board cannot tell everything apart: its TLS library says why it refuses the broker, but not why the broker refuses the
board, which then just ends the connection. The broker's log has the reason. What to do about each stands in
docs/devices.md. The tables are text because each short string of a module stays in memory for ever.
"""

# Code; what the screen says, at most 26 characters, in English and in French.
_WORDS = """
start|starting|démarrage
online|connected|connecté
stopped|stopped|arrêté
files|certificate files|fichiers de certificat
wifi|no Wi-Fi|pas de Wi-Fi
dns|broker's name unknown|nom du broker inconnu
route|broker out of reach|broker hors d'atteinte
refused|broker not running|broker arrêté
silent|broker does not answer|le broker ne répond pas
tls-silent|broker hangs|broker figé
tls-ca|broker: other authority|broker : autre autorité
tls-name|broker: other name|broker : autre nom
tls-expired|broker: expired|broker : expiré
tls-future|broker: not yet valid|broker : pas encore valide
tls-server|broker: certificate|broker : certificat
tls-client|hub's certificate refused?|certificat du hub refusé ?
tls-none|no TLS on this port|pas de TLS sur ce port
tls-other|broker refuses TLS|TLS refusé par le broker
login|wrong user or password|identifiants refusés
mqtt|broker refuses MQTT|MQTT refusé
lost|connection lost|connexion perdue
frozen|broker has gone silent|le broker s'est tu
memory|out of memory|mémoire épuisée
"""

# Stage, part of the error, code; the first line that fits counts. Numbers are errno of Linux and of lwIP (101, 113 and
# 118 no way there, 110 and 116 timed out, 12 no memory), and Mbed TLS's own: -9984 X509_CERT_VERIFY_FAILED where it was
# built without its texts, -31232 SSL_BAD_CERTIFICATE (for another purpose), -30592 SSL_FATAL_ALERT_MESSAGE (no version
# in common, or not the certificate's key), -29184 SSL_INVALID_RECORD, -29312 SSL_CONN_EOF. In stage `login` they are
# CONNACK's return codes [3.2.2.3].
_CAUSES = """
tcp|TimeoutError|silent
tcp|(110,|silent
tcp|(116,|silent
tcp|(101,|route
tcp|(113,|route
tcp|(118,|route
tcp||refused
tls|TimeoutError|tls-silent
tls|not correctly signed|tls-ca
tls|does not match|tls-name
tls|expired|tls-expired
tls|future|tls-future
tls|-9984|tls-server
tls|-31232|tls-server
tls|-30592|tls-other
tls|-29184|tls-none
tls|-29312|tls-none
tls|(12,|memory
tls|OSError|tls-client
tls||tls-server
login|TimeoutError|tls-silent
login|ValueError(4,|login
login|ValueError(5,|login
login||mqtt
"""


def words(code: str, language: str) -> str:
    """Return what the screen says, in "en" or "fr"."""
    line = _WORDS[_WORDS.index("\n" + code + "|") :].split("\n", 2)[1]
    return line.split("|")[1 + (language == "fr")]


def code(stage: str, error: Exception) -> str:
    """Return what has failed in stage "files", "dns", "tcp", "tls" or "login"."""
    if isinstance(error, MemoryError):
        return "memory"
    text = type(error).__name__ + str(error.args)
    for line in _CAUSES.split("\n"):
        if line.startswith(stage + "|"):
            _, part, code = line.split("|")
            if part in text:
                return code
    return stage
