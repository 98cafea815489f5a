/**
 * What the recorder knows of planters' moisture, as spans in which it was known. Between them are gaps.
 *
 * The recorder is asked three things, once for all cards of a view: the states of the last day, the hours of the last
 * week out of its statistics, and when there was water. An hour stands in where the states know nothing of it: before
 * the last day, and where measurements came late, which only the statistics have. So a week of 25 planters is some 8,000
 * rows, whatever their measuring period is.
 *
 * Times are Unix milliseconds, moisture is in %.
 *
 * @typedef {{at: number, value: number|null}} Sample - from then on; null: nobody knows
 * @typedef {{from: number, to: number, value: number, low: number, high: number}} Span
 * @typedef {{samples: Sample[], hours: Span[], waterings: string[]}} Past - `waterings`: states of "last watered"
 */

import { DAY, HOUR } from "./calendar.js";

export const SHOWN = 7 * DAY;
const IN_DETAIL = DAY;

/** A number out of a state; null for "unknown", "unavailable", or no state at all. */
export function numberOf(state) {
  const number = state === "" || state === null ? NaN : Number(state);
  return Number.isFinite(number) ? number : null;
}

/** The recorder's rows of a moisture as samples. */
export const samplesOf = (rows = []) => rows.map((row) => ({ at: row.lu * 1000, value: numberOf(row.s) }));

/** Samples of any origin and order as spans; the newest value holds until now. */
export function spansOf(samples, now) {
  const sorted = [...samples].sort((a, b) => a.at - b.at);
  return sorted.flatMap(({ at, value }, index) => {
    const to = Math.min(sorted[index + 1]?.at ?? now, now);
    return value === null || (to <= at && index < sorted.length - 1) ? [] : [span(at, Math.max(at, to), value)];
  });
}

const span = (from, to, value, low = value, high = value) => ({ from, to, value, low, high });

/** The recorder's hours as spans. */
export const hoursOf = (rows = []) =>
  rows
    .filter((row) => row.mean !== null && row.mean !== undefined)
    .map((row) => span(row.start, row.end, row.mean, row.min ?? row.mean, row.max ?? row.mean));

/** Spans, and those hours of which they know nothing at all. */
export function filled(spans, hours) {
  let next = 0;
  const lacking = hours.filter((hour) => {
    while (next < spans.length && spans[next].to <= hour.from) next += 1;
    return next === spans.length || spans[next].from >= hour.to;
  });
  return [...lacking, ...spans].sort((a, b) => a.from - b.from);
}

/** The same within a time. */
export const within = (spans, from, to) =>
  spans
    .filter((one) => one.to >= from && one.from <= to)
    .map((one) => ({ ...one, from: Math.max(one.from, from), to: Math.min(one.to, to) }));

/** Lists of spans without a gap. */
export function unbroken(spans) {
  const lists = [];
  let end = -Infinity;
  for (const one of spans) {
    if (one.from > end) lists.push([]);
    lists.at(-1).push(one);
    end = Math.max(end, one.to);
  }
  return lists;
}

/** The times that states of "last watered" tell, each once. Such a state is the time itself, whenever it was seen. */
export const wateringsOf = (states, from, to) =>
  [...new Set(states.map((state) => Date.parse(state)))]
    .filter((at) => at >= from && at <= to)
    .sort((a, b) => a - b);

/** Since when the states, and since when the hours, are asked for: full hours, so that the two meet. */
const since = (now, length) => Math.floor((now - length) / HOUR) * HOUR;

/** Where the shown time begins. */
export const beginning = (now) => since(now, SHOWN);

let waiting = [];

/**
 * The past of one planter; rejects with what the connection says. All that is asked for in one turn goes out together.
 *
 * @returns {Promise<Past>}
 */
export function past(hass, { moisture, last_watered }) {
  return new Promise((resolve, reject) => {
    if (!waiting.length) setTimeout(answerAll);
    waiting.push({ hass, moisture, last_watered, resolve, reject });
  });
}

async function answerAll() {
  const batch = waiting;
  waiting = [];
  const ids = (key) => [...new Set(batch.map((one) => one[key]).filter(Boolean))];
  const { hass } = batch.at(-1);
  const now = Date.now();
  try {
    const [states, hours, watered] = await Promise.all([
      stateHistory(hass, ids("moisture"), since(now, IN_DETAIL)),
      statistics(hass, ids("moisture"), beginning(now)),
      stateHistory(hass, ids("last_watered"), beginning(now)),
    ]);
    for (const { moisture, last_watered, resolve } of batch) {
      resolve({
        samples: samplesOf(states[moisture]),
        hours: hoursOf(hours[moisture]),
        waterings: (watered[last_watered] ?? []).map((row) => row.s),
      });
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

const stateHistory = (hass, entity_ids, from) =>
  entity_ids.length
    ? hass.callWS({
        type: "history/history_during_period",
        start_time: new Date(from).toISOString(),
        entity_ids,
        minimal_response: true,
        no_attributes: true,
        significant_changes_only: false,
      })
    : {};

const statistics = (hass, statistic_ids, from) =>
  statistic_ids.length
    ? hass.callWS({
        type: "recorder/statistics_during_period",
        start_time: new Date(from).toISOString(),
        statistic_ids,
        period: "hour",
        types: ["mean", "min", "max"],
      })
    : {};
