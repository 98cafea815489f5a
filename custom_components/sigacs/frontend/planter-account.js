/** What a planter's card says in numbers and words, from the states of now; drawing is the card's. */

import { languageOf } from "./model.js";
import { moment, reader } from "./soil.js";

/** What a card is made of. Whoever compares these with `===` knows whether it would say something else. */
export const ingredients = (hass, planter) => [
  planter,
  hass.locale,
  hass.formatEntityState,
  ...["moisture", "status", "last_seen", "dry_below", "recovery_gap", "wet_above", "last_watered", "rest_until"].map(
    (key) => hass.states[planter?.entities[key]],
  ),
];

/**
 * `value` is the moisture of now, or, where `live` is false, the last that was known; null when there never was one.
 * `at` is when it was measured, `state` what is said of the planter: never "fine" of one that is not live. Whole numbers
 * of % are spelled like those of `scale`.
 */
export function account(hass, planter) {
  const read = reader(hass.states);
  const number = (key) => read.number(planter, key);
  const [moisture, status] = ["moisture", "status"].map((key) => read.raw(planter, key));
  const now = number("moisture");
  const live = now !== null;
  const value = now ?? read.attribute(planter, "last_seen", "moisture");
  const measured = moment(read.attribute(planter, "last_seen", "moisture_at")) ?? (live ? moment(moisture.last_updated) : null);
  const state = !live && status?.state === "fine" ? "unknown" : (status?.state ?? "unknown");
  return {
    live,
    value,
    at: value === null ? null : measured,
    state,
    status,
    moisture,
    said: status ? hass.formatEntityState({ ...status, state }) : (hass.localize?.("state.default.unknown") ?? ""),
    reason: state === status?.state && status.attributes.reason ? hass.formatEntityAttributeValue(status, "reason") : "",
    until: state === "at_rest" && read.time(planter, "rest_until") ? read.raw(planter, "rest_until") : null,
    limits: limitsOf(number("dry_below"), number("recovery_gap"), number("wet_above")),
    scale: read.there(planter, "dry_below") ?? moisture,
  };
}

/** Where the zones of moisture end, in %; null where a limit is not known. */
function limitsOf(dry, gap, wet) {
  const recovered = dry === null ? null : Math.min(dry + (gap ?? 0), 100);
  return { dry, recovered, wet: wet === null ? null : Math.max(wet, recovered ?? 0) };
}

/** A value in %, as Home Assistant spells those of an entity; `like` is the state of one, if there is one. */
export const percent = (hass, like, value) =>
  like
    ? hass.formatEntityState({ ...like, state: String(value) })
    : `${new Intl.NumberFormat(languageOf(hass), { maximumFractionDigits: 1 }).format(value)} %`;
