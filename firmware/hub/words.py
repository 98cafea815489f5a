"""What the screen says. Borrowed: a hub keeps one language, and that as one text, since each string costs memory.

By place: 0 to 4 the states of greenhouse.py; 5 to 8 the hub's own matters, and 9 to 13 what is said of no planters, all
fine, clock, certificate; 14 to 17 ages; 18 to 23 the columns; 24 to 28 the hub: name, no Wi-Fi, certificate, clock;
29 the decimal mark.
"""

from micropython import const

_EN = const(
    "Water|Silent|Check probe|Waiting|All is well"
    "|Offline|Clock not set|Certificate|Restarted"
    "|no planter yet|driest: %s, %d %%|check the time server|ends in %d days|has ended"
    "|%2d sec|%d min|%d h|%d d"
    "||planter|soil %|air °C|air %|heard"
    "|Greenhouse %s|no Wi-Fi|, cert. %d d|%02d:%02d UTC|--:--|."
)
_FR = const(
    "Arroser|Silence|Voir la sonde|En attente|Tout va bien"
    "|Hors ligne|Pas d'heure|Certificat|Redémarré"
    "|aucun bac connu|le plus sec : %s, %d %%|voir le serveur de temps|finit dans %d jours|expiré"
    "|%2d sec|%d min|%d h|%d j"
    "||bac|sol %|air °C|air %|reçu"
    "|Serre %s|pas de Wi-Fi|, cert. %d j|%02d:%02d UTC|--:--|,"
)


def words(language: str) -> str:
    """Return the words of a language, "en" or "fr", as one text for screen.Screen."""
    return _FR if language == "fr" else _EN
