/**
 * The three answers in words, in the language and the formats of whoever looks.
 *
 * @typedef {Object} Row - a line of a list
 * @property {string} key
 * @property {string} name
 * @property {string} about - what is said of it, and where it is
 * @property {string} value
 * @property {string} note - what the value is
 * @property {string|undefined} entity_id - what it opens
 *
 * @typedef {Object} Block
 * @property {"first"|"broken"|"weekend"} id
 * @property {"good"|"water"|"bad"|"soon"|"unknown"} tone
 * @property {string} question
 * @property {string} answer
 * @property {Row[]} rows
 * @property {string[]} notes
 */

import { comingDay, comingMoment, distance, nightsBetween } from "./calendar.js";
import { languageOf } from "./model.js";
import { fill, plural, texts } from "./texts.js";

/** So many are named in a note; of more it is enough how many there are. */
const NAMED = 3;
/** A longer name may be broken at any of its spaces. */
const UNBROKEN = 25;

/**
 * @param {import("./answers.js").Answers} answers
 * @returns {Block[]}
 */
export function say(answers, hass, now) {
  const speech = speechOf(answers, hass, now);
  return Object.entries({ first, broken, weekend }).map(([id, block]) => {
    const { notes = [], rows = [], ...said } = block(answers, speech);
    return { id, ...said, rows, notes: notes.filter(Boolean) };
  });
}

/** How planters, numbers and times are called. */
function speechOf({ planters, severalGreenhouses }, hass, now) {
  const text = texts(hass).today;
  const way = wayOf(hass);
  const list = new Intl.ListFormat(way.language, { type: "unit", style: "short" });
  const twice = repeated(planters.map(({ name }) => name));
  const nameOf = ({ name, greenhouse }) => (twice.has(name) ? `${name} (${greenhouse.name})` : name);
  const count = (forms, n) => (n ? plural(hass, forms, n) : "");
  /** For a headline, which has no room for long names of greenhouses: those stand in the list below. */
  const shortNameOf = (place) =>
    twice.has(place.name) && place.greenhouse.name.length <= UNBROKEN
      ? `${unbroken(place.name)} (${unbroken(place.greenhouse.name)})`
      : unbroken(place.name);
  return {
    text,
    way,
    now,
    nameOf,
    shortNameOf,
    count,
    where: (place) => (severalGreenhouses && place.greenhouse?.name) || "",
    when: (at) => comingMoment(at, now, way),
    ago: (at) => distance(at, now, way),
    /** One by its name, several by how many. */
    oneOrMany: (forms, places) =>
      places.length === 1 ? fill(forms.only, { name: shortNameOf(places[0]) }) : count(forms, places.length),
    names: (places) => (places.length > NAMED ? count(text.planters, places.length) : list.format(places.map(nameOf))),
    state: (place, key) => {
      const state = hass.states[place.entities[key]];
      return state && state.state !== "unavailable" ? hass.formatEntityState(state) : "";
    },
    attribute: (place, key, name) => {
      const state = hass.states[place.entities[key]];
      return state?.attributes[name] ? hass.formatEntityAttributeValue(state, name) : "";
    },
  };
}

const unbroken = (words) => (words.length > UNBROKEN ? words : words.replaceAll(" ", "\u00a0"));

const repeated = (names) => new Set(names.filter((name, at) => names.indexOf(name) !== at));

/** The time zone by which whoever looks counts days; undefined for the browser's. */
export const timeZoneOf = (hass) => (hass.locale?.time_zone === "server" ? hass.config?.time_zone : undefined);

/** Dates in the language of the texts; times of day as Home Assistant was told to show them. */
function wayOf(hass) {
  const language = languageOf(hass);
  const spoken = texts(hass) !== texts({ language: "en" }) || language.startsWith("en");
  return {
    language: spoken ? language : "en",
    timeZone: timeZoneOf(hass),
    hour12: { 12: true, 24: false }[hass.locale?.time_format],
  };
}

const joined = (...parts) => parts.filter(Boolean).join(" · ");

// Which planter first

function first(answers, speech) {
  const { text, count, names, shortNameOf, oneOrMany } = speech;
  const { thirsty, unknown, too_wet, fine } = answers.first;
  const block = { question: text.first.question };
  const unsure = unknown.map(({ planter }) => planter);
  const rest = count(text.first.resting, answers.resting.length);
  const wet = too_wet.length ? fill(text.first.too_wet, { names: names(too_wet) }) : "";
  if (!answers.planters.length) return { ...block, tone: "unknown", answer: text.no_planter };
  if (answers.waiting) {
    const notes = [text.waiting_note[answers.waiting], rest];
    return { ...block, tone: "unknown", answer: text.waiting[answers.waiting], notes };
  }
  if (thirsty.length) {
    const answer = fill(thirsty.length > 1 ? text.first.first : text.first.only, { name: shortNameOf(thirsty[0].planter) });
    const not_known = unsure.length ? fill(text.first.unknown, { names: names(unsure) }) : "";
    const notes = [
      joined(thirsty.length > 1 && count(text.first.thirsty, thirsty.length), count(text.first.fine, fine), rest),
      wet,
      not_known,
    ];
    return { ...block, tone: "water", answer, rows: thirsty.map((one) => dryRow(one, speech)), notes };
  }
  if (unsure.length) {
    const said = unsure.length === 1 || unsure.length > NAMED; // in the answer itself
    const notes = [said ? "" : names(unsure), joined(count(text.first.fine, fine), rest), wet];
    return { ...block, tone: "unknown", answer: oneOrMany(text.not_known, unsure), notes };
  }
  const answer = fine || wet ? text.first.nothing : text.first.all_resting;
  return { ...block, tone: "good", answer, notes: [fine && rest, wet] };
}

/** Why it is thirsty is said only where a look at its moisture does not say it. */
function dryRow({ planter, reason }, { text, where, state, attribute }) {
  const limit = state(planter, "dry_below");
  const plain = reason === "below_threshold";
  return {
    key: planter.device_id,
    name: planter.name,
    about: joined(where(planter), !plain && attribute(planter, "status", "reason")),
    value: state(planter, "moisture"),
    note: limit && fill(text.first.limit, { limit }),
    entity_id: planter.entities.moisture ?? planter.entities.status,
  };
}

// Is anything broken

function broken(answers, speech) {
  const { text, now, count, names, oneOrMany } = speech;
  const { troubles, awaited } = answers.broken;
  const question = text.broken.question;
  const rows = troubles.map((trouble) => troubleRow(trouble, speech));
  const notes = [awaited.length && fill(text.broken.awaited, { names: names(awaited) })];
  const wrong = troubles.filter(({ end = now }) => end <= now);
  const places = wrong.map(({ place }) => place);
  const kinds = new Set(wrong.map(({ kind }) => SAID_AS[kind]));
  if (wrong.length) {
    const [kind] = kinds;
    const answer =
      kinds.size > 1 ? count(text.broken.several, wrong.length)
      : kind === "broker" ? text.broken.broker
      : kind === "expired" ? count(text.broken.expired, wrong.length)
      : oneOrMany(text.broken[kind], places);
    return { question, tone: "bad", answer, rows, notes };
  }
  if (awaited.length || !answers.planters.length) {
    const all = awaited.length + answers.resting.length >= answers.planters.length;
    const answer = all ? text.not_known_yet : oneOrMany(text.not_known, awaited);
    const why = all || awaited.length > 1 ? notes : [text.broken.not_heard];
    return { question, tone: "unknown", answer, rows, notes: why };
  }
  if (troubles.length) return { question, tone: "soon", answer: count(text.broken.soon, troubles.length), rows };
  const rest = count(text.first.resting, answers.resting.length);
  return { question, tone: "good", answer: text.broken.nothing, notes: [rest] };
}

const SAID_AS = {
  broker: "broker",
  hub: "silent_greenhouse",
  greenhouse: "silent_greenhouse",
  silent: "silent",
  probe: "probe",
  air: "probe",
  certificate: "expired",
};

function troubleRow({ kind, place, entity_id, since, end, key }, { text, way, now, where, ago, attribute }) {
  const row = { key: `${place.device_id} ${key ?? kind}`, name: place.name, entity_id };
  if (kind === "certificate") {
    const note = fill(end > now ? text.broken.ends : text.broken.ended, { when: distance(end, now, way) });
    return { ...row, about: text.broken[key], value: comingDay(end, way), note };
  }
  const about = kind === "probe" ? attribute(place, "status", "reason") : text.broken.about[kind];
  const never = { value: kind === "silent" ? text.broken.never : "", note: "" };
  const heard = since === null ? never : { value: ago(since), note: text.broken.since[kind] };
  return { ...row, about: joined(where(place), about), ...heard };
}

// Will it last the weekend

function weekend(answers, speech) {
  const { text, way, now, when, count, nameOf, oneOrMany } = speech;
  const { until, dry, lasting, unknown, next } = answers.weekend;
  const sunday = nightsBetween(now, until, way.timeZone) === 1;
  const question = sunday ? text.weekend.question_sunday : text.weekend.question;
  const known = dry.length + lasting.length;
  const lasts = count(text.weekend.lasting, lasting.length);
  if (!known && !unknown.length) {
    const resting = answers.planters.length > 0;
    return resting
      ? { question, tone: "good", answer: text.weekend.resting }
      : { question, tone: "unknown", answer: text.not_known_yet };
  }
  if (dry.length) {
    const surely = dry.filter(({ at }) => at <= until);
    const now_dry = dry.filter(({ thirsty }) => thirsty);
    const no = unknown.length ? text.weekend.no_at_least : text.weekend.no;
    const [forms, told] = surely.length ? [no, surely] : [text.weekend.perhaps, dry];
    const answer = oneOrMany(forms, told.map(({ planter }) => planter));
    const rows = dry.filter(({ thirsty }) => !thirsty).map((one) => laterRow(one, speech));
    const already = now_dry.length && known > 1 && dry.length > 1 ? count(text.weekend.thirsty, now_dry.length) : "";
    const notes = [joined(already, lasts), ...whys(answers, speech)];
    return { question, tone: surely.length ? "water" : "soon", answer, rows, notes };
  }
  if (unknown.length) {
    const answer = known ? oneOrMany(text.not_known, unknown.map(({ planter }) => planter)) : text.not_known_yet;
    return { question, tone: "unknown", answer, notes: [...whys(answers, speech), lasts] };
  }
  const notes = [next && fill(text.weekend.next, { name: nameOf(next.planter), at: when(next.at) })];
  return { question, tone: "good", answer: text.weekend.yes, notes };
}

function laterRow({ planter, earliest, at }, { text, now, where, when }) {
  const soon = earliest <= now;
  return {
    key: planter.device_id,
    name: planter.name,
    about: where(planter),
    value: soon ? text.weekend.any_time : fill(text.weekend.from, { earliest: unbroken(when(earliest)) }),
    note: Number.isFinite(at) && at > now ? fill(text.weekend.probably, { at: when(at) }) : "",
    entity_id: planter.entities.needs_water_at ?? planter.entities.status,
  };
}

/** Why it is not known, once for all that have the same reason. What is broken is told as such. */
function whys({ weekend: { unknown }, broken: { troubles } }, { text, names, attribute }) {
  const groups = new Map();
  for (const { planter, soil_unknown } of unknown) {
    if (soil_unknown && troubles.length) continue;
    const said = soil_unknown ? ["status", "reason"] : ["needs_water_at", "unknown_because"];
    const reason = attribute(planter, ...said) || text.no_measurement;
    groups.set(reason, [...(groups.get(reason) ?? []), planter]);
  }
  return [...groups].map(([reason, planters]) => fill(text.because, { reason, names: names(planters) }));
}
