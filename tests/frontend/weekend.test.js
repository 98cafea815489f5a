import assert from "node:assert/strict";
import { test } from "node:test";

import { DAY, Garden, HOUR, iso, names, NOW } from "./garden.js";

const UNTIL = Date.parse("2026-06-08T00:00+02:00");

test("the weekend ends on Sunday night", () => {
  assert.equal(new Garden().answers().weekend.until, UNTIL);
});

test("it is the earliest time that counts, up to the last minute of Sunday", () => {
  const garden = new Garden();
  for (const [name, earliest] of [["before", UNTIL - NOW - 1], ["at", UNTIL - NOW], ["behind", UNTIL - NOW + 1]]) {
    garden.forecast(garden.fine(name), 9 * DAY, earliest);
  }
  const { dry, lasting } = garden.answers().weekend;
  assert.deepEqual([names(dry), names(lasting)], [["before", "at"], ["behind"]]);
});

test("who is thirsty comes first, then who may be dry soonest", () => {
  const garden = new Garden();
  garden.forecast(garden.fine("Saturday"), 2.5 * DAY, 2 * DAY);
  garden.forecast(garden.fine("tomorrow"), 3 * DAY, DAY);
  garden.dry("now", 12);
  assert.deepEqual(names(garden.answers().weekend.dry), ["now", "tomorrow", "Saturday"]);
});

test("a forecast that has passed, and what is dry already, may be dry now", () => {
  const garden = new Garden();
  garden.forecast(garden.fine("passed"), -HOUR, -5 * HOUR);
  garden.unforeseen(garden.fine("dry"), "dry_already");
  const { dry } = garden.answers().weekend;
  assert.deepEqual(dry.map(({ planter, earliest }) => [planter.name, earliest]), [["dry", NOW], ["passed", NOW]]);
});

test("what is too far away to tell lasts, if it is certain by then", () => {
  const garden = new Garden();
  garden.unforeseen(garden.fine("surely"), "far_away", NOW + 20 * DAY);
  garden.unforeseen(garden.fine("perhaps"), "far_away", NOW + 2 * DAY);
  const { dry, lasting } = garden.answers().weekend;
  assert.deepEqual([names(lasting), names(dry), dry[0].at], [["surely"], ["perhaps"], Infinity]);
});

for (const because of ["pending", "learning", "not_drying", "soil_unknown"]) {
  test(`nobody knows whether it lasts: ${because}`, () => {
    const garden = new Garden();
    garden.unforeseen(garden.fine("Planter 1"), because);
    const { dry, lasting, unknown } = garden.answers().weekend;
    assert.deepEqual([dry, lasting, unknown.map((one) => one.because)], [[], [], [because]]);
  });
}

test("without the forecast's entity, or its state, it is not known", () => {
  const garden = new Garden();
  const [disabled, early] = [garden.fine("disabled"), garden.fine("early")];
  garden.changeEntity(garden.id(disabled, "needs_water_at"), null);
  garden.unwrite(garden.id(early, "needs_water_at"));
  assert.deepEqual(names(garden.answers().weekend.unknown), ["disabled", "early"]);
});

test("a forecast that is still shown says nothing while the soil is not known", () => {
  const garden = new Garden();
  const planter = garden.lost("Planter 1");
  garden.forecast(planter, 12 * DAY, 10 * DAY);
  const { lasting, unknown } = garden.answers().weekend;
  assert.deepEqual([lasting, names(unknown), unknown[0].because], [[], ["Planter 1"], "silent"]);
});

test("a rest that ends before Sunday night is over then", () => {
  const garden = new Garden();
  for (const [name, until] of [["before", UNTIL - HOUR], ["behind", UNTIL + HOUR]]) {
    garden.forecast(garden.resting(name, until), 3 * DAY, DAY);
  }
  assert.deepEqual(names(garden.answers().weekend.dry), ["before"]);
  garden.set(garden.glass, "rest_until", iso(UNTIL + DAY));
  assert.deepEqual(names(garden.answers().weekend.dry), []);
});

test("what gets dry during a rest needs water when that is over", () => {
  const garden = new Garden();
  const rested = NOW + 2 * DAY;
  garden.forecast(garden.resting("dries", rested), DAY, DAY / 2);
  garden.unforeseen(garden.resting("dry", rested), "dry_already");
  const { dry } = garden.answers().weekend;
  assert.deepEqual(dry.map(({ earliest }) => earliest), [rested, rested]);
});

test("who will need water next is told of those that need none now", () => {
  const garden = new Garden();
  garden.dry("now", 10);
  garden.forecast(garden.fine("second"), 9 * DAY, 8 * DAY);
  garden.forecast(garden.fine("first"), 8 * DAY, 7 * DAY);
  const { next } = garden.answers().weekend;
  assert.deepEqual([next.planter.name, next.at], ["first", NOW + 8 * DAY]);
});
