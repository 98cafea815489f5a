import assert from "node:assert/strict";
import { test } from "node:test";

import { DAY, HOUR } from "../../custom_components/sigacs/frontend/calendar.js";
import {
  beginning,
  filled,
  hoursOf,
  past,
  samplesOf,
  SHOWN,
  spansOf,
  unbroken,
  wateringsOf,
  within,
} from "../../custom_components/sigacs/frontend/history.js";
import {
  COLUMN,
  extremesOf,
  frameOf,
  marksBetween,
  pathsOf,
  rangeOf,
  scale,
} from "../../custom_components/sigacs/frontend/moisture-plot.js";

const NOW = Date.UTC(2026, 5, 8, 12, 20);
const ago = (hours) => NOW - hours * HOUR;
const sample = (hours, value) => ({ at: ago(hours), value });
const span = (from, to, value) => ({ from, to, value, low: value, high: value });
const drawn = (spans) => pathsOf(spans, (at) => (at - beginning(NOW)) / COLUMN, (value) => 100 - value);
const seconds = (hours) => ago(hours) / 1000;

/** Deterministic noise in 0..1. */
function* noise(seed) {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

// From the recorder's answers to spans

test("what is unknown, unavailable, empty or no number is a gap, and 0 is a value", () => {
  const rows = ["40.5", "unavailable", "0.0", "unknown", "", "high", "1"].map((s, index) => ({ s, lu: seconds(7 - index) }));
  assert.deepEqual(
    samplesOf(rows).map(({ value }) => value),
    [40.5, null, 0, null, null, null, 1],
  );
  assert.deepEqual(samplesOf(undefined), []);
});

test("a moisture holds until the next one, and the newest until now", () => {
  assert.deepEqual(spansOf([sample(3, 40), sample(1, 39)], NOW), [span(ago(3), ago(1), 40), span(ago(1), NOW, 39)]);
});

test("silence is a gap, in the middle and at the end", () => {
  const spans = spansOf([sample(5, 40), sample(4, null), sample(2, 38), sample(1, null)], NOW);
  assert.deepEqual(spans, [span(ago(5), ago(4), 40), span(ago(2), ago(1), 38)]);
  assert.equal(unbroken(spans).length, 2);
});

test("values out of order, and the same one from the recorder and live, are drawn as if they had come in order", () => {
  const samples = [sample(5, 40), sample(3, 39), sample(2, null), sample(1, 41)];
  const shuffled = [3, 0, 2, 1, 3, 0].map((index) => samples[index]);
  assert.deepEqual(spansOf(shuffled, NOW), spansOf(samples, NOW));
});

test("one single value is one span, and at the very moment of now it is still there", () => {
  assert.deepEqual(spansOf([sample(2, 50)], NOW), [span(ago(2), NOW, 50)]);
  assert.deepEqual(spansOf([sample(0, 50)], NOW), [span(NOW, NOW, 50)]);
});

test("a planter that was silent all the time has no span, no line, no extremes", () => {
  const spans = spansOf([sample(30, null)], NOW);
  assert.deepEqual([spans, drawn(spans), extremesOf(spans)], [[], [], null]);
  assert.deepEqual(rangeOf(spans, null), [0, 100]);
});

// Hours where the states know nothing

const hour = (hours, mean, min, max) => ({ start: ago(hours), end: ago(hours - 1), mean, min, max });

test("hours stand in before the states begin and where measurements came late, and nowhere else", () => {
  const spans = spansOf([sample(10, 40), sample(8, null), sample(4, 38)], NOW);
  const hours = hoursOf([hour(12, 45, 44, 46), hour(10, 41), hour(9, 40), hour(7, 39), hour(5, 38.5), hour(1, 38)]);
  assert.deepEqual(
    filled(spans, hours).map(({ from, value }) => [(NOW - from) / HOUR, value]),
    [[12, 45], [10, 40], [7, 39], [5, 38.5], [4, 38]],
  );
});

test("an hour of which the states know a part is left to them, so that a gap within it stays one", () => {
  const spans = spansOf([sample(5, 40), sample(4.8, null), sample(4.2, 39)], NOW);
  assert.equal(unbroken(filled(spans, hoursOf([hour(5, 39.5)]))).length, 2);
});

test("hours without a mean, or without extremes, do no harm", () => {
  assert.deepEqual(hoursOf([hour(3, null), { start: ago(2), end: ago(1), mean: 40 }]), [span(ago(2), ago(1), 40)]);
  assert.deepEqual(hoursOf(undefined), []);
});

test("the hours' own extremes count, although only their means are drawn", () => {
  assert.deepEqual(extremesOf(hoursOf([hour(3, 40, 22.5, 77)])), { lowest: 22.5, highest: 77 });
});

test("what lies outside the shown time is cut off", () => {
  assert.deepEqual(within([span(0, ago(2), 40), span(ago(2), NOW, 39), span(0, 1, 9)], ago(3), ago(1)), [
    span(ago(3), ago(2), 40),
    span(ago(2), ago(1), 39),
  ]);
});

test("what is asked for begins at a full hour, a week ago", () => {
  assert.equal(beginning(NOW) % HOUR, 0);
  assert.ok(NOW - beginning(NOW) - SHOWN < HOUR);
});

// Waterings

test("a watering is marked once, however often the state was written, at the time it tells and not at the row's", () => {
  const time = (hours) => new Date(ago(hours)).toISOString().replace(".000Z", "+00:00");
  const states = ["unknown", time(200), time(50), "unavailable", time(50), time(4), time(20)];
  assert.deepEqual(wateringsOf(states, beginning(NOW), NOW), [ago(50), ago(20), ago(4)]);
});

// Lines

test("a line is made of steps: a watering rises at once, after hours of the same moisture", () => {
  assert.deepEqual(pathsOf([span(0, 10, 30), span(10, 12, 80)], (at) => at, (value) => 100 - value), ["M0 70H0V70H10V20H12"]);
});

test("a gap ends one line and begins another", () => {
  assert.equal(pathsOf([span(0, 10, 30), span(20, 30, 80)], (at) => at, (value) => value).length, 2);
});

test("a single value of now is a point and not nothing", () => {
  assert.deepEqual(pathsOf([span(5, 5, 30)], (at) => at, (value) => value), ["M5 30H5V30H5"]);
});

test("1,000 values in a day become one line of at most 97 columns that keeps the lowest and the highest", () => {
  const next = noise(7);
  const samples = Array.from({ length: 1000 }, (_, index) => ({ at: ago(24) + index * 86_400, value: 40 + 5 * next.next().value }));
  samples[333].value = 12.5;
  samples[667].value = 95.5;
  const [path, ...others] = drawn(spansOf(samples, NOW));
  assert.deepEqual(others, []);
  assert.ok(path.match(/H/g).length <= 98, path);
  const heights = path.match(/V[\d.]+/g).map((one) => Number(one.slice(1)));
  assert.deepEqual([Math.min(...heights), Math.max(...heights)], [4.5, 87.5]);
});

test("the range holds all values and the dry limit, in tens, within 0 and 100, and makes no mountain of noise", () => {
  const cases = [
    [[], 30, [20, 40]],
    [[55, 55.4], null, [50, 70]],
    [[55, 80], 30, [20, 90]],
    [[0, 0], null, [0, 20]],
    [[99, 100], null, [80, 100]],
    [[100, 100], 0, [0, 100]],
  ];
  for (const [values, dry, range] of cases) {
    assert.deepEqual(rangeOf(values.map((value) => span(0, 1, value)), dry), range, `${values} ${dry}`);
  }
});

test("a scale may run either way", () => {
  assert.deepEqual([scale(20, 80, 60)(50), scale(80, 20, 60)(70), scale(80, 20, 60)(20)], [30, 10, 60]);
});

// Days

const localTimes = (from, zone) =>
  marksBetween(from, from + SHOWN, DAY, zone).map((at) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", hour: "numeric", minute: "numeric" }).format(at),
  );

test("days begin at midnight where the house is, also in a week in which the clocks change", () => {
  const weeks = [
    ["Europe/Paris", Date.UTC(2026, 9, 22, 10), ["23, 00:00", "24, 00:00", "25, 00:00", "26, 00:00", "27, 00:00", "28, 00:00", "29, 00:00"]],
    ["Europe/Paris", Date.UTC(2026, 2, 26, 10), ["27, 00:00", "28, 00:00", "29, 00:00", "30, 00:00", "31, 00:00", "1, 00:00", "2, 00:00"]],
    ["America/New_York", Date.UTC(2026, 9, 29, 10), ["30, 00:00", "31, 00:00", "1, 00:00", "2, 00:00", "3, 00:00", "4, 00:00", "5, 00:00"]],
    ["Asia/Kathmandu", Date.UTC(2026, 9, 22, 10), ["23, 00:00", "24, 00:00", "25, 00:00", "26, 00:00", "27, 00:00", "28, 00:00", "29, 00:00"]],
  ];
  for (const [zone, from, days] of weeks) assert.deepEqual(localTimes(from, zone), days, zone);
});

test("the day on which the clocks go back is 25 hours long, the other one 23", () => {
  const lengths = (from) => marksBetween(from, from + 4 * DAY, DAY, "Europe/Paris").map((at, index, all) => (all[index + 1] - at) / HOUR);
  assert.ok(lengths(Date.UTC(2026, 9, 23, 10)).includes(25));
  assert.ok(lengths(Date.UTC(2026, 2, 27, 10)).includes(23));
});

test("a planter that is new shows the time since it is there, and a week once it has one", () => {
  const shown = (hours) => frameOf([span(ago(hours), NOW, 40)], NOW);
  for (const [known, length, step] of [[0.2, 1, 0.25], [3, 6, 2], [20, 24, 6], [50, 72, 24], [100, 168, 24]]) {
    const { from, step: marks } = shown(known);
    assert.ok(NOW - from >= length * HOUR && NOW - from <= length * HOUR * 1.02, `${known} hours`);
    assert.equal(marks, step * HOUR);
  }
  assert.equal(shown(100).from, beginning(NOW));
  assert.equal(frameOf([], NOW).step, HOUR / 4);
});

test("marks within a day are full hours of the house's clock", () => {
  const from = Date.UTC(2026, 5, 8, 3, 10);
  const marks = marksBetween(from, from + 6 * HOUR, 2 * HOUR, "Asia/Kathmandu");
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kathmandu", timeStyle: "short" });
  assert.deepEqual(marks.map((at) => clock.format(at)), ["10:00", "12:00", "14:00"]);
});

// Asking

/** A connection that answers as the recorder does, and notes what it was asked. */
function recorder(answers = {}) {
  const asked = [];
  const callWS = async (message) => {
    asked.push(message);
    const answer = answers[message.type] ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, hass: { callWS } };
}

test("all cards of a view ask together: three messages, each planter named once", async () => {
  const { asked, hass } = recorder({
    "history/history_during_period": { "sensor.a": [{ s: "40", lu: 1, a: {} }], "sensor.aw": [{ s: "2026-06-01T10:00:00+00:00", lu: 1 }] },
    "recorder/statistics_during_period": { "sensor.b": [{ start: 0, end: HOUR, mean: 41, min: 40, max: 42 }] },
  });
  const cards = ["a", "b", "a"].map((name) => past(hass, { moisture: `sensor.${name}`, last_watered: `sensor.${name}w` }));
  const [first, second, again] = await Promise.all(cards);
  assert.deepEqual(
    asked.map(({ type, entity_ids, statistic_ids }) => [type, entity_ids ?? statistic_ids]),
    [
      ["history/history_during_period", ["sensor.a", "sensor.b"]],
      ["recorder/statistics_during_period", ["sensor.a", "sensor.b"]],
      ["history/history_during_period", ["sensor.aw", "sensor.bw"]],
    ],
  );
  assert.deepEqual(first, { samples: [{ at: 1000, value: 40 }], hours: [], waterings: ["2026-06-01T10:00:00+00:00"] });
  assert.deepEqual(second, { samples: [], hours: [{ from: 0, to: HOUR, value: 41, low: 40, high: 42 }], waterings: [] });
  assert.deepEqual(again, first);
});

test("no answer is asked for of what a planter has not", async () => {
  const { asked, hass } = recorder();
  assert.deepEqual(await past(hass, { moisture: "sensor.a" }), { samples: [], hours: [], waterings: [] });
  assert.equal(asked.length, 2);
});

test("a refusal reaches every card that asked, and the next question is a new one", async () => {
  const { hass } = recorder({ "recorder/statistics_during_period": new Error("Unknown command.") });
  for (const _twice of [1, 2]) {
    const answers = await Promise.allSettled([past(hass, { moisture: "sensor.a" }), past(hass, { moisture: "sensor.b" })]);
    assert.deepEqual(answers.map(({ reason }) => reason?.message), ["Unknown command.", "Unknown command."]);
  }
});
