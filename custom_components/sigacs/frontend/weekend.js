/** Who lasts until Sunday night, who may not, and of whom that is not known. */

import { moment } from "./soil.js";

export function weekendOf(soils, read, now, until) {
  const weekend = { until, dry: [], lasting: [], unknown: [], next: null };
  for (const soil of soils) {
    const { planter, kind, reason } = soil;
    const from = kind === "at_rest" ? restEnd(planter, read) : now;
    if (from >= until) continue;
    if (kind === "needs_water") weekend.dry.push({ planter, thirsty: true, earliest: now, at: now });
    else if (kind === "unknown") weekend.unknown.push({ planter, soil_unknown: true, because: reason });
    else foresee(planter, read, from, weekend);
  }
  weekend.dry.sort((one, other) => one.earliest - other.earliest || 0);
  return weekend;
}

/**
 * Conservative: what counts is when it may be dry at the earliest, and not when it probably will be. Before `from`
 * nobody asks.
 */
function foresee(planter, read, from, weekend) {
  const because = read.attribute(planter, "needs_water_at", "unknown_because");
  const dry = because === "dry_already" ? from : null;
  const at = dry ?? read.time(planter, "needs_water_at");
  const earliest = dry ?? moment(read.attribute(planter, "needs_water_at", "earliest")) ?? at;
  if (at !== null && (!weekend.next || at < weekend.next.at)) weekend.next = { planter, at };
  if (earliest === null) weekend.unknown.push({ planter, soil_unknown: false, because });
  else if (earliest > weekend.until) weekend.lasting.push(planter);
  else weekend.dry.push({ planter, thirsty: false, earliest: Math.max(earliest, from), at: at ?? Infinity });
}

/** When a rest ends, of the planter or of its greenhouse, whichever is later. */
const restEnd = (planter, read) =>
  Math.max(read.time(planter, "rest_until") ?? 0, read.time(planter.greenhouse, "rest_until") ?? 0) || Infinity;
