/**
 * The geometry of a moisture graph: where things lie, without drawing them.
 *
 * A moisture holds until the next one, so lines are made of steps. They are laid on columns, a week's of a quarter of an
 * hour; where many values fall into one column it shows the lowest and the highest of them.
 */

import { DAY, HOUR, wallClock } from "./calendar.js";
import { beginning, SHOWN, unbroken } from "./history.js";

export const COLUMN = HOUR / 4;
export const COLUMNS = SHOWN / COLUMN;
/** The times that may be shown, and how far apart the marks below are then. */
const FRAMES = [
  { length: HOUR, step: HOUR / 4 },
  { length: 6 * HOUR, step: 2 * HOUR },
  { length: DAY, step: 6 * HOUR },
  { length: 3 * DAY, step: DAY },
  { length: SHOWN, step: DAY },
];
const SHIFTS = 60;
const LEAST_RANGE = 20;
const GRID = 10;

/**
 * Since when is shown, and how far apart the marks are: a planter that is new has a shorter past to show. It moves on in
 * small shifts, not with each value.
 */
export function frameOf(spans, now) {
  const known = now - Math.min(now, ...spans.map((one) => one.from));
  const { length, step } = FRAMES.find((frame) => frame.length >= known) ?? FRAMES.at(-1);
  const shift = length / SHIFTS;
  return { from: length === SHOWN ? beginning(now) : Math.floor((now - length) / shift) * shift, step };
}

/** The range in % that is shown: in tens, with all values and the dry limit inside, and never so narrow that noise looks big. */
export function rangeOf(spans, dry) {
  const inside = spans.flatMap((one) => [one.low, one.high]);
  if (dry !== null) inside.push(dry);
  if (!inside.length) return [0, 100];
  const low = Math.max(0, Math.floor((Math.min(...inside) - 2) / GRID) * GRID);
  const high = Math.min(100, Math.ceil((Math.max(...inside) + 2) / GRID) * GRID);
  return low + LEAST_RANGE > 100 ? [100 - LEAST_RANGE, 100] : [low, Math.max(high, low + LEAST_RANGE)];
}

/** A scale, as a function: what lies at `from` and `to` comes to 0 and `length`. */
export const scale = (from, to, length) => (value) => ((value - from) / (to - from)) * length;

/** One SVG path for each list of spans without a gap. */
export const pathsOf = (spans, x, y) => unbroken(spans).map((list) => path(columns(list, x), x(list.at(-1).to), y));

function columns(list, x) {
  const result = [];
  for (const { from, value } of list) {
    const at = Math.round(x(from));
    const last = result.at(-1);
    if (last?.at === at) {
      last.low = Math.min(last.low, value);
      last.high = Math.max(last.high, value);
      last.end = value;
    } else {
      result.push({ at, begin: value, low: value, high: value, end: value });
    }
  }
  return result;
}

function path(list, end, y) {
  const height = (value) => Math.round(y(value) * 10) / 10;
  const steps = list.map(({ at, begin, low, high, end: last }) => {
    const heights = [begin, low, high, last].map(height).filter((one, index, all) => one !== all[index - 1]);
    return `H${at}V${heights.join("V")}`;
  });
  return `M${list[0].at} ${height(list[0].begin)}${steps.join("")}H${Math.max(Math.round(end), list.at(-1).at)}`;
}

/** The lowest and the highest that was measured; null when nothing was. */
export function extremesOf(spans) {
  if (!spans.length) return null;
  return { lowest: Math.min(...spans.map((one) => one.low)), highest: Math.max(...spans.map((one) => one.high)) };
}

/** The full hours, quarters or midnights, `step` apart, between two times in a time zone (undefined: the browser's). */
export function marksBetween(from, to, step, timeZone) {
  const result = [];
  const last = wallClock(to, timeZone);
  for (let shown = Math.floor(wallClock(from, timeZone) / step) * step; shown <= last; shown += step) {
    let at = shown;
    for (const _twice of [1, 2]) at += shown - wallClock(at, timeZone); // clocks may change in between
    if (at >= from && at <= to) result.push(at);
  }
  return result;
}
