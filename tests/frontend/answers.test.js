import assert from "node:assert/strict";
import { test } from "node:test";

import { DAY, Garden, names, NOW } from "./garden.js";

/** Repeatable noise: a linear congruential generator (Numerical Recipes). */
function* noise(seed) {
  for (let x = seed; ; ) yield (x = (1664525 * x + 1013904223) % 2 ** 32) / 2 ** 32;
}

test("the thirstiest by its own measure comes first, and not the driest", () => {
  const garden = new Garden();
  garden.dry("Planter 1", 20, 25);
  garden.dry("Planter 2", 35, 80);
  garden.fine("Planter 3");
  const { first } = garden.answers();
  assert.deepEqual(names(first.thirsty), ["Planter 2", "Planter 1"]);
  assert.equal(first.fine, 1);
});

test("whatever the moistures and limits, the order is that of the shares, those without a moisture come last", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const garden = new Garden();
    const other = garden.greenhouse("Greenhouse 2");
    const random = noise(seed);
    const draw = (to) => Math.floor(random.next().value * to);
    const shares = new Map();
    for (let number = 1; number <= 12; number++) {
      const [moisture, limit] = [draw(60), draw(8) * 10];
      const known = draw(5) > 0;
      const name = `Planter ${number}`;
      const planter = garden.dry(name, moisture, limit, draw(2) ? other : garden.glass);
      if (!known) garden.set(planter, "moisture", "unavailable");
      shares.set(name, known ? moisture / Math.max(limit, 1) : Infinity);
    }
    const order = names(garden.answers().first.thirsty).map((name) => shares.get(name));
    assert.equal(order.length, 12);
    assert.deepEqual(order, order.toSorted((one, other) => (one === other ? 0 : one - other)));
  }
});

test("equally thirsty ones keep the order in which people count", () => {
  const garden = new Garden();
  for (const number of [10, 2, 1]) garden.dry(`Planter ${number}`, 15);
  assert.deepEqual(names(garden.answers().first.thirsty), ["Planter 1", "Planter 2", "Planter 10"]);
});

test("a disabled threshold or moisture breaks no order", () => {
  const garden = new Garden();
  for (const key of ["dry_below", "moisture"]) {
    const planter = garden.dry(`without ${key}`, 20);
    garden.changeEntity(garden.id(planter, key), null);
  }
  garden.dry("whole", 10);
  assert.deepEqual(names(garden.answers().first.thirsty), ["whole", "without dry_below", "without moisture"]);
});

test("where the status is disabled, what says whether it needs water serves", () => {
  const garden = new Garden();
  const planters = [garden.dry("Planter 1", 20), garden.fine("Planter 2"), garden.lost("Planter 3")];
  for (const planter of planters) garden.changeEntity(garden.id(planter, "status"), null);
  const { first } = garden.answers();
  assert.deepEqual([names(first.thirsty), first.fine, names(first.unknown)], [["Planter 1"], 1, ["Planter 3"]]);
});

for (const reason of [
  "silent",
  "soil_silent",
  "refused",
  "hub_offline",
  "never_measured",
  "implausible_voltage",
  "voltage_missing",
]) {
  test(`not known because of ${reason} is never fine`, () => {
    const garden = new Garden();
    garden.lost("Planter 1", reason);
    garden.fine("Planter 2");
    const { first, weekend } = garden.answers();
    assert.deepEqual(first.unknown.map(({ planter, reason: why }) => [planter.name, why]), [["Planter 1", reason]]);
    assert.equal(first.fine, 1);
    assert.deepEqual(names(weekend.lasting), ["Planter 2"]);
    assert.deepEqual(names(weekend.unknown), ["Planter 1"]);
  });
}

test("just below the threshold needs no water, and too wet is told apart", () => {
  const garden = new Garden();
  garden.set(garden.fine("Planter 1"), "status", "too_wet", { reason: "above_limit" });
  garden.set(garden.fine("Planter 2"), "status", "fine", { reason: "just_below" });
  const { first } = garden.answers();
  assert.deepEqual([first.thirsty, first.unknown, names(first.too_wet), first.fine], [[], [], ["Planter 1"], 1]);
});

test("a planter at rest is neither thirsty nor fine nor unknown nor silent", () => {
  const garden = new Garden();
  const planter = garden.resting("Planter 1", NOW + 30 * DAY);
  for (const key of ["moisture", "temperature", "humidity"]) garden.set(planter, key, "unavailable");
  garden.set(planter, "needs_water", "unknown");
  const { first, broken, weekend, resting } = garden.answers();
  assert.deepEqual(names(resting), ["Planter 1"]);
  assert.deepEqual([first.thirsty, first.unknown, first.fine], [[], [], 0]);
  assert.deepEqual([broken.troubles, broken.awaited], [[], []]);
  assert.deepEqual([weekend.dry, weekend.lasting, weekend.unknown], [[], [], []]);
});

// The first minutes

test("before any state came, everybody waits for measurements and nothing is said to be well", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  garden.fine("Planter 2");
  garden.forgetStates();
  const { waiting, first, broken, weekend } = garden.answers();
  assert.equal(waiting, "measurements");
  assert.deepEqual([first.thirsty, first.fine, first.unknown.length], [[], 0, 2]);
  assert.deepEqual([broken.troubles, broken.awaited.length], [[], 2]);
  assert.deepEqual([weekend.lasting, weekend.unknown.length], [[], 2]);
});

test("what the registry restored while the integration is not running yet is no answer", () => {
  const garden = new Garden();
  const planter = garden.fine("Planter 1");
  for (const key of ["status", "needs_water", "moisture", "temperature", "humidity", "needs_water_at"]) {
    garden.set(planter, key, "unavailable", { restored: true });
  }
  const { waiting, first, broken } = garden.answers();
  assert.deepEqual([waiting, first.fine, broken.troubles, names(broken.awaited)], ["starting", 0, [], ["Planter 1"]]);
});

test("until the first attempt to connect has ended, it connects", () => {
  const garden = new Garden();
  garden.set(garden.link, "connectivity", "unknown");
  garden.lost("Planter 1", "broker_unreachable");
  const { waiting, broken } = garden.answers();
  assert.deepEqual([waiting, broken.troubles, names(broken.awaited)], ["connecting", [], ["Planter 1"]]);
});

test("a planter that measures only its air waits for its soil, and is heard", () => {
  const garden = new Garden();
  const planter = garden.planter(garden.glass, "Planter 1", { moisture: null });
  garden.set(planter, "status", "unknown", { reason: "never_measured" });
  garden.set(planter, "needs_water", "unknown");
  const { waiting, broken } = garden.answers();
  assert.deepEqual([waiting, broken], ["soil", { troubles: [], awaited: [] }]);
});

test("one that is known ends the wait of all", () => {
  const garden = new Garden();
  garden.lost("Planter 1", "never_measured");
  garden.fine("Planter 2");
  assert.equal(garden.answers().waiting, null);
});

test("a house without a planter has answers too", () => {
  assert.deepEqual(new Garden().answers().planters, []);
});
