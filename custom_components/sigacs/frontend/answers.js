/**
 * What the overview says: which planter first, is anything broken, will it last the weekend. Data only, no words.
 *
 * Whatever is not known is an answer of its own: a planter is never counted as fine, heard or lasting because nobody
 * knows. A planter at rest is asked for nothing, and neither is its silence.
 *
 * @typedef {import("./model.js").Planter} Planter
 * @typedef {import("./model.js").Place} Place
 *
 * @typedef {Object} First
 * @property {{planter: Planter, reason: string|null}[]} thirsty - most urgent first, as the server orders them
 * @property {{planter: Planter, reason: string|null}[]} unknown
 * @property {Planter[]} too_wet
 * @property {number} fine - how many are known to need no water now, and to be no wetter than they should
 *
 * @typedef {Object} Trouble - one cause, told once
 * @property {string} kind - `broker`, `hub`, `greenhouse`, `silent`, `probe`, `air` or `certificate`
 * @property {Place} place
 * @property {string} entity_id - which says it
 * @property {number|null} since - milliseconds; when it was last heard
 * @property {string} [reason] - of a probe, see `status` of a planter
 * @property {number} [end] - of a certificate
 *
 * @typedef {Object} Weekend
 * @property {number} until - the end of Sunday
 * @property {{planter: Planter, thirsty: boolean, earliest: number, at: number}[]} dry - who needs water until then, or
 *   may, soonest first; `at` is Infinity where no time is known
 * @property {Planter[]} lasting
 * @property {{planter: Planter, soil_unknown: boolean, because: string|null}[]} unknown - `because`: the reason of
 *   `status` if it is the soil that is not known, else what `needs_water_at` says
 * @property {{planter: Planter, at: number}|null} next - who will need water first of those that need none now
 *
 * @typedef {Object} Answers
 * @property {Planter[]} planters - all of them
 * @property {Planter[]} resting
 * @property {boolean} severalGreenhouses
 * @property {"starting"|"connecting"|"measurements"|"soil"|null} waiting - for what, while nothing at all is known
 * @property {First} first
 * @property {{troubles: Trouble[], awaited: Planter[]}} broken - `awaited`: not heard yet, and had no time to speak
 * @property {Weekend} weekend
 */

import { brokenOf } from "./broken.js";
import { sundayMidnight } from "./calendar.js";
import { byUrgency, reader, soilOf } from "./soil.js";
import { weekendOf } from "./weekend.js";

/** The keys of the entities that answers are made of. */
export const USED = [
  "status needs_water moisture dry_below needs_water_at rest_until last_seen temperature humidity",
  "silence hub connectivity",
  "certificate_own certificate_server certificate_client certificate_authority certificate_ca",
].flatMap((keys) => keys.split(" "));

/**
 * @param {import("./model.js").Model} model
 * @param {Object<string, Object>} states - of Home Assistant, by entity id; some, or all, may be missing
 * @param {number} now - milliseconds
 * @param {string} [timeZone] - in which Sunday ends; the browser's by default
 * @returns {Answers}
 */
export function answers(model, states, now, timeZone) {
  const read = reader(states);
  const soils = model.greenhouses.flatMap(({ planters }) => planters).map((planter) => soilOf(planter, read));
  const unknown = soils.filter(({ kind }) => kind === "unknown");
  return {
    planters: soils.map(({ planter }) => planter),
    resting: soils.filter(({ kind }) => kind === "at_rest").map(({ planter }) => planter),
    severalGreenhouses: model.greenhouses.length > 1,
    waiting: awaitedThing(soils),
    first: {
      thirsty: soils.filter(({ kind }) => kind === "needs_water").sort(byUrgency(read)).map(told),
      unknown: unknown.map(told),
      too_wet: soils.filter(({ kind }) => kind === "too_wet").map(({ planter }) => planter),
      fine: soils.filter(({ kind }) => kind === "fine").length,
    },
    broken: brokenOf(model, soils, read, now),
    weekend: weekendOf(soils, read, now, sundayMidnight(now, timeZone)),
  };
}

const told = ({ planter, reason }) => ({ planter, reason });

/** What everybody waits for, when there is nothing else to say. */
function awaitedThing(soils) {
  const awake = soils.filter(({ kind }) => kind !== "at_rest");
  return awake.length && awake.every(({ waits }) => waits) ? awake[0].waits : null;
}

