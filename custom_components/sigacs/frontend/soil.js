/** What the states say of planters: their soil in one word, and how urgent it is. */

const ASSUMED_LIMIT = 30;

/** Reads the states of places by key; what is missing and what is `unavailable` is the same: nothing. */
export function reader(states) {
  const there = (place, key) => {
    const state = states[place.entities[key]];
    return state && state.state !== "unavailable" ? state : undefined;
  };
  return {
    raw: (place, key) => states[place.entities[key]],
    there,
    said: (place, key) => there(place, key)?.state,
    attribute: (place, key, name) => there(place, key)?.attributes?.[name] ?? null,
    number: (place, key) => finite(Number.parseFloat(there(place, key)?.state)),
    time: (place, key) => finite(Date.parse(there(place, key)?.state)),
  };
}

const finite = (number) => (Number.isFinite(number) ? number : null);
export const moment = (text) => (text === null ? null : finite(Date.parse(text)));

const KINDS = new Set(["fine", "needs_water", "too_wet", "at_rest"]);
const BY_THIRST = { on: "needs_water", off: "fine" };

/**
 * What is known of a planter's soil; `status` has the reasons, `needs_water` serves where that was disabled.
 *
 * @returns {{planter: Object, kind: string, reason: string|null, waits: string|null}} `waits`: for what, while it had
 *   no chance yet to be known
 */
export function soilOf(planter, read) {
  const status = read.said(planter, "status") ?? BY_THIRST[read.said(planter, "needs_water")];
  const reason = read.attribute(planter, "status", "reason");
  if (KINDS.has(status)) return { planter, kind: status, reason, waits: null };
  return { planter, kind: "unknown", reason, waits: awaited(planter, reason, read) };
}

/** What a planter that is not known waits for; null when it waits for nothing, but should be known. */
function awaited(planter, reason, read) {
  const { broker } = planter.greenhouse;
  const entities = ["status", "needs_water"];
  if (entities.some((key) => read.raw(planter, key)?.attributes?.restored)) return "starting";
  if (reason === "broker_unreachable" && broker && read.said(broker, "connectivity") === "unknown") return "connecting";
  if (reason !== "never_measured" && entities.some((key) => read.there(planter, key))) return null;
  return speaks(planter, read) ? "soil" : "measurements";
}

/** Whether something of it is measured now. */
export const speaks = (planter, read) =>
  ["moisture", "temperature", "humidity"].some((key) => read.number(planter, key) !== null);

/** By how much of the moisture that it should have at least is there: the smaller, the more urgent. */
export const byUrgency = (read) => (one, other) => share(one, read) - share(other, read) || 0;

function share({ planter }, read) {
  const moisture = read.number(planter, "moisture");
  const limit = read.number(planter, "dry_below") ?? ASSUMED_LIMIT;
  return moisture === null ? Number.MAX_VALUE : moisture / Math.max(limit, 1);
}
