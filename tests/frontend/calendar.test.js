import assert from "node:assert/strict";
import { test } from "node:test";

import {
  comingMoment,
  distance,
  nightsBetween,
  sundayMidnight,
} from "../../custom_components/sigacs/frontend/calendar.js";
import { DAY, HOUR, iso, MINUTE } from "./garden.js";

const PARIS = "Europe/Paris";

for (const [what, now, end] of [
  ["Monday's first minute", "2026-06-01T00:00+02:00", "2026-06-08T00:00+02:00"],
  ["a Thursday", "2026-06-04T12:00+02:00", "2026-06-08T00:00+02:00"],
  ["Saturday", "2026-06-06T09:00+02:00", "2026-06-08T00:00+02:00"],
  ["Sunday's first minute", "2026-06-07T00:00+02:00", "2026-06-08T00:00+02:00"],
  ["Sunday night", "2026-06-07T23:59:59+02:00", "2026-06-08T00:00+02:00"],
  ["a week across the start of summer time", "2026-03-26T12:00+01:00", "2026-03-30T00:00+02:00"],
  ["the short Sunday", "2026-03-29T01:30+01:00", "2026-03-30T00:00+02:00"],
  ["a week across the end of summer time", "2026-10-22T12:00+02:00", "2026-10-26T00:00+01:00"],
  ["the hour that comes twice", "2026-10-25T02:30+01:00", "2026-10-26T00:00+01:00"],
  ["the end of a year", "2026-12-31T18:00+01:00", "2027-01-04T00:00+01:00"],
]) {
  test(`Sunday ends in Paris: ${what}`, () => {
    assert.equal(iso(sundayMidnight(Date.parse(now), PARIS)), iso(Date.parse(end)));
  });
}

test("Sunday ends when it does where the clock hangs", () => {
  const now = Date.parse("2026-06-07T23:00Z");
  assert.equal(iso(sundayMidnight(now, "America/New_York")), iso(Date.parse("2026-06-08T00:00-04:00")));
  assert.equal(iso(sundayMidnight(now, "Asia/Kolkata")), iso(Date.parse("2026-06-15T00:00+05:30")));
});

test("at any hour of two years, it is the midnight behind the Sunday that is next", () => {
  const clock = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const midnight = new Intl.DateTimeFormat("en-US", { timeZone: PARIS, ...clock });
  for (let now = Date.UTC(2026, 0, 1); now < Date.UTC(2028, 0, 1); now += 17 * HOUR) {
    const end = sundayMidnight(now, PARIS);
    assert.ok(end > now && end - now <= 7 * DAY + HOUR, iso(now));
    assert.equal(midnight.format(end), "Mon 00:00", iso(now));
  }
});

const english = { language: "en", timeZone: PARIS };
const french = { language: "fr", timeZone: PARIS };
const NOON = Date.parse("2026-06-04T12:00+02:00");
const plain = (text) => text.replace(/[\u00a0\u202f]/g, " ");

for (const [ahead, said, dit] of [
  [40 * MINUTE, "in 40 minutes", "dans 40 minutes"],
  [119 * MINUTE, "in 1 hour", "dans 1 heure"],
  [5.9 * HOUR, "today 5 PM", "aujourd’hui 17 h"],
  [20 * HOUR, "tomorrow 8 AM", "demain 8 h"],
  [2 * DAY, "Saturday 12 PM", "samedi 12 h"],
  [6 * DAY, "Wednesday 12 PM", "mercredi 12 h"],
  [7 * DAY, "June 11", "11 juin"],
]) {
  test(`what comes is said as people do: ${said}`, () => {
    assert.equal(plain(comingMoment(NOON + ahead, NOON, english)), said);
    assert.equal(plain(comingMoment(NOON + ahead, NOON, french)), dit);
  });
}

test("with 24 hours, an English hour is no bare number", () => {
  const way = { ...english, hour12: false };
  assert.equal(plain(comingMoment(NOON + 8 * HOUR + 25 * MINUTE, NOON, way)), "today 20:00");
});

test("a distance is never said to be longer than it is", () => {
  for (const [away, said] of [
    [1000, "1 minute ago"],
    [59 * MINUTE, "59 minutes ago"],
    [47.9 * HOUR, "47 hours ago"],
    [48 * HOUR, "2 days ago"],
  ]) {
    assert.equal(distance(NOON - away, NOON, english), said);
  }
  assert.equal(distance(NOON + 12.9 * DAY, NOON, english), "in 12 days");
});

test("nights are counted by the wall clock", () => {
  const at = (text) => Date.parse(text);
  assert.equal(nightsBetween(at("2026-03-28T23:30+01:00"), at("2026-03-29T00:30+01:00"), PARIS), 1);
  assert.equal(nightsBetween(at("2026-03-29T00:30+01:00"), at("2026-03-29T23:30+02:00"), PARIS), 0);
});
