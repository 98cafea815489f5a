/**
 * Every word of ours that the dashboard says. Names and states of entities are not here: Home Assistant has those.
 *
 * `{name}` stands for a value. Where a number decides the wording, there is one text for each case of the language's
 * plural, with `{n}` for the number.
 */

import { languageOf } from "./model.js";

const TEXTS = {
  en: {
    strategy: {
      name: "SIGACS",
      description: "What needs water, what is broken, and a page for each greenhouse. Nothing to set up.",
      title: "Greenhouses",
      today: "Today",
      dry_below: "Too dry below",
      wet_above: "Too wet above",
      watered: "Watered?",
      note_it: "Note it",
      no_planter: "No planter has spoken yet",
      what_to_do:
        "Greenhouses and planters appear here by themselves as soon as a hub publishes their first measurements.\n\n" +
        "Nothing after a quarter of an hour? " +
        "[Settings → Devices & services → SIGACS](/config/integrations/integration/sigacs) " +
        "shows whether Home Assistant reaches the broker.",
    },
    today: {
      name: "SIGACS: today",
      description: "Which planter to water first, what is broken, and what the weekend will bring.",
      planters: { one: "{n} planter", other: "{n} planters" },
      show_more: { one: "and {n} more", other: "and {n} more" },
      show_less: "show fewer",
      waiting: {
        starting: "Waiting for SIGACS to start",
        connecting: "Connecting to the broker",
        measurements: "Waiting for the first measurements",
        soil: "No soil moisture is measured yet",
      },
      waiting_note: {
        starting: "If this lasts: Settings → Devices & services → SIGACS says why.",
        measurements: "As a rule they come every quarter of an hour.",
        soil: "A planter that measures only its air cannot say when it is dry.",
      },
      no_planter: "No planter yet",
      not_known_yet: "Not known yet",
      not_known: {
        only: "Not known for {name}",
        one: "Not known for {n} planter",
        other: "Not known for {n} planters",
      },
      because: "{reason}: {names}",
      no_measurement: "No measurement yet",
      first: {
        question: "Which planter first?",
        first: "Water {name} first",
        only: "Water {name}",
        nothing: "Nothing needs water",
        all_resting: "Nothing: all is at rest",
        limit: "limit {limit}",
        thirsty: { one: "{n} planter needs water", other: "{n} planters need water" },
        fine: { one: "{n} needs none", other: "{n} need none" },
        too_wet: "Too wet: {names}",
        unknown: "Not known: {names}",
        resting: { one: "{n} at rest", other: "{n} at rest" },
      },
      broken: {
        question: "Is anything broken?",
        nothing: "No, everything speaks",
        broker: "Yes: no link to the broker",
        silent: {
          only: "Yes: {name} is silent",
          one: "Yes: {n} planter is silent",
          other: "Yes: {n} planters are silent",
        },
        silent_greenhouse: {
          only: "Yes: {name} is silent",
          one: "Yes: {n} greenhouse is silent",
          other: "Yes: {n} greenhouses are silent",
        },
        probe: {
          only: "Yes: check a probe of {name}",
          one: "Yes: {n} probe to check",
          other: "Yes: probes of {n} planters to check",
        },
        expired: { one: "Yes: a certificate has ended", other: "Yes: {n} certificates have ended" },
        several: { one: "Yes: {n} thing to see to", other: "Yes: {n} things to see to" },
        soon: { one: "No, but a certificate ends soon", other: "No, but {n} certificates end soon" },
        about: {
          broker: "Home Assistant cannot hear the greenhouses",
          hub: "The hub is offline",
          greenhouse: "Nothing is heard of it",
          air: "The air probe is silent",
        },
        certificate_own: "Home Assistant's certificate",
        certificate_server: "The broker's certificate",
        certificate_client: "The hub's certificate",
        certificate_authority: "The authority's certificate",
        certificate_ca: "The authority's certificate",
        ends: "ends {when}",
        ended: "ended {when}",
        since: {
          broker: "lost",
          hub: "last heard",
          greenhouse: "last heard",
          silent: "last heard",
          probe: "last good value",
          air: "noticed",
        },
        never: "never heard",
        awaited: "Not heard yet: {names}",
        not_heard: "It was not heard yet.",
      },
      weekend: {
        question: "Will it last until Sunday night?",
        question_sunday: "Will it last until tonight?",
        yes: "Yes, without watering",
        no: {
          only: "No: {name} needs water before then",
          one: "No: {n} planter needs water before then",
          other: "No: {n} planters need water before then",
        },
        no_at_least: {
          only: "No: at least {name} needs water before then",
          one: "No: at least {n} planter needs water before then",
          other: "No: at least {n} planters need water before then",
        },
        perhaps: {
          only: "Perhaps not: {name} may get dry",
          one: "Perhaps not: {n} planter may get dry",
          other: "Perhaps not: {n} planters may get dry",
        },
        any_time: "any time now",
        from: "from {earliest}",
        probably: "probably {at}",
        thirsty: { one: "{n} of them now", other: "{n} of them now" },
        lasting: { one: "{n} will last", other: "{n} will last" },
        next: "Next: {name}, {at}",
        resting: "Nothing to water: all is at rest",
      },
    },
    planter: {
      name: "SIGACS: planter",
      description: "The moisture of one planter between its limits, and how it came to that.",
      device: "Planter",
      no_device: "Choose the planter that this card shows: device_id is missing.",
      gone: "This planter is no longer there. Remove the card, or choose another planter for it.",
      never: "Never measured",
      last: "Last value: {value}",
      until: "until {time}",
      dry_below: "too dry below {limit}",
      wet_above: "too wet above {limit}",
      graph: "Moisture in the last 7 days: lowest {lowest}, highest {highest}.",
      now: "Now {value}.",
      not_known_now: "Not known now.",
      waterings: { one: "Watered once.", other: "Watered {n} times." },
      no_watering: "No watering seen.",
      watered_at: "Watered: {time}",
      loading: "The history is on its way.",
      no_history: "Nothing measured in the last 7 days",
      history_failed: "The history could not be read ({error}). Trying again soon.",
    },
  },
  fr: {
    strategy: {
      name: "SIGACS",
      description: "Ce qu'il faut arroser, ce qui est en panne, et une page par serre. Rien à régler.",
      title: "Serres",
      today: "Aujourd'hui",
      dry_below: "Trop sec sous",
      wet_above: "Trop mouillé dès",
      watered: "Arrosé ?",
      note_it: "Noter",
      no_planter: "Aucun bac ne s'est encore manifesté",
      what_to_do:
        "Les serres et les bacs apparaissent ici d'eux-mêmes dès qu'un concentrateur publie leurs premières mesures.\n\n" +
        "Toujours rien après un quart d'heure ? " +
        "[Paramètres → Appareils et services → SIGACS](/config/integrations/integration/sigacs) " +
        "montre si Home Assistant joint le broker.",
    },
    today: {
      name: "SIGACS : aujourd'hui",
      description: "Quel bac arroser en premier, ce qui ne marche plus, et si tout tiendra jusqu'à lundi.",
      planters: { one: "{n} bac", other: "{n} bacs" },
      show_more: { one: "et {n} autre", other: "et {n} autres" },
      show_less: "en montrer moins",
      waiting: {
        starting: "SIGACS n'a pas encore démarré",
        connecting: "Connexion au broker en cours",
        measurements: "En attente des premières mesures",
        soil: "L'humidité de la terre n'est pas encore mesurée",
      },
      waiting_note: {
        starting: "Si cela dure : Paramètres → Appareils et services → SIGACS dit pourquoi.",
        measurements: "En général, elles arrivent tous les quarts d'heure.",
        soil: "Un bac qui ne mesure que son air ne peut pas dire quand il est sec.",
      },
      no_planter: "Pas encore de bac",
      not_known_yet: "On ne sait pas encore",
      not_known: {
        only: "On ne sait pas pour {name}",
        one: "On ne sait pas pour {n} bac",
        other: "On ne sait pas pour {n} bacs",
      },
      because: "{reason} : {names}",
      no_measurement: "Pas encore de mesure",
      first: {
        question: "Quel bac en premier ?",
        first: "À arroser en premier : {name}",
        only: "À arroser : {name}",
        nothing: "Rien à arroser",
        all_resting: "Rien : tout est au repos",
        limit: "seuil {limit}",
        thirsty: { one: "{n} bac à arroser", other: "{n} bacs à arroser" },
        fine: { one: "{n} n'a pas besoin d'eau", other: "{n} n'ont pas besoin d'eau" },
        too_wet: "Trop mouillé : {names}",
        unknown: "On ne sait pas : {names}",
        resting: { one: "{n} au repos", other: "{n} au repos" },
      },
      broken: {
        question: "Quelque chose en panne ?",
        nothing: "Non, tout répond",
        broker: "Oui : pas de liaison avec le broker",
        silent: {
          only: "Oui : {name} ne répond plus",
          one: "Oui : {n} bac ne répond plus",
          other: "Oui : {n} bacs ne répondent plus",
        },
        silent_greenhouse: {
          only: "Oui : {name} ne répond plus",
          one: "Oui : {n} serre ne répond plus",
          other: "Oui : {n} serres ne répondent plus",
        },
        probe: {
          only: "Oui : sonde à vérifier, {name}",
          one: "Oui : {n} sonde à vérifier",
          other: "Oui : sondes à vérifier sur {n} bacs",
        },
        expired: { one: "Oui : un certificat a expiré", other: "Oui : {n} certificats ont expiré" },
        several: { one: "Oui : {n} chose à vérifier", other: "Oui : {n} choses à vérifier" },
        soon: { one: "Non, mais un certificat expire bientôt", other: "Non, mais {n} certificats expirent bientôt" },
        about: {
          broker: "Home Assistant n'entend plus les serres",
          hub: "Le concentrateur est hors ligne",
          greenhouse: "On n'en entend plus rien",
          air: "La sonde d'air est silencieuse",
        },
        certificate_own: "Certificat de Home Assistant",
        certificate_server: "Certificat du broker",
        certificate_client: "Certificat du concentrateur",
        certificate_authority: "Certificat de l'autorité",
        certificate_ca: "Certificat de l'autorité",
        ends: "expire {when}",
        ended: "expiré {when}",
        since: {
          broker: "perdue",
          hub: "dernières nouvelles",
          greenhouse: "dernières nouvelles",
          silent: "dernières nouvelles",
          probe: "dernière bonne valeur",
          air: "constaté",
        },
        never: "jamais entendu",
        awaited: "Pas encore de nouvelles : {names}",
        not_heard: "Il n'a pas encore donné de nouvelles.",
      },
      weekend: {
        question: "Tout tiendra jusqu'à dimanche soir ?",
        question_sunday: "Tout tiendra jusqu'à ce soir ?",
        yes: "Oui, sans arroser",
        no: {
          only: "Non : {name} à arroser avant",
          one: "Non : {n} bac à arroser avant",
          other: "Non : {n} bacs à arroser avant",
        },
        no_at_least: {
          only: "Non : au moins {name} à arroser avant",
          one: "Non : au moins {n} bac à arroser avant",
          other: "Non : au moins {n} bacs à arroser avant",
        },
        perhaps: {
          only: "Pas sûr : {name} sera peut-être sec",
          one: "Pas sûr : {n} bac sera peut-être sec",
          other: "Pas sûr : {n} bacs seront peut-être secs",
        },
        any_time: "d'un moment à l'autre",
        from: "dès {earliest}",
        probably: "sans doute {at}",
        thirsty: { one: "dont {n} dès maintenant", other: "dont {n} dès maintenant" },
        lasting: { one: "{n} tiendra", other: "{n} tiendront" },
        next: "Le prochain : {name}, {at}",
        resting: "Rien à arroser : tout est au repos",
      },
    },
    planter: {
      name: "SIGACS : un bac",
      description: "L'humidité d'un bac entre ses limites, et comment il en est arrivé là.",
      device: "Bac",
      no_device: "Choisissez le bac que cette carte montre : device_id manque.",
      gone: "Ce bac n'existe plus. Retirez la carte, ou choisissez-lui un autre bac.",
      never: "Jamais mesurée",
      last: "Dernière valeur : {value}",
      until: "jusqu'au {time}",
      dry_below: "trop sec sous {limit}",
      wet_above: "trop mouillé dès {limit}",
      graph: "Humidité du sol sur les 7 derniers jours : au plus bas {lowest}, au plus haut {highest}.",
      now: "Maintenant {value}.",
      not_known_now: "Inconnue maintenant.",
      waterings: { one: "Arrosé une fois.", other: "Arrosé {n} fois." },
      no_watering: "Aucun arrosage constaté.",
      watered_at: "Arrosé : {time}",
      loading: "L'historique arrive.",
      no_history: "Aucune mesure ces 7 derniers jours",
      history_failed: "L'historique n'a pas pu être lu ({error}). Nouvel essai bientôt.",
    },
  },
};

/** The texts in the language of whoever looks, or in English. */
export const texts = (hass) => TEXTS[languageOf(hass).split("-")[0]] ?? TEXTS.en;

/** A text with its values put in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The one of several texts that goes with a number, with its values put in. */
export function plural(hass, forms, n, values = {}) {
  const language = texts(hass) === TEXTS.en ? "en" : languageOf(hass);
  return fill(forms[new Intl.PluralRules(language).select(n)] ?? forms.other, { n, ...values });
}
