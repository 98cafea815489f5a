import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { planterOf } from "../../custom_components/sigacs/frontend/model.js";
import { account, ingredients, percent } from "../../custom_components/sigacs/frontend/planter-account.js";
import { PlanterPast } from "../../custom_components/sigacs/frontend/planter-past.js";
import { House } from "./hass.js";

const MEASURED = "2026-06-01T09:00:00+00:00";
const HOUR = 3_600_000;

/** A house with one planter; what its card would say. */
function stage(states = {}) {
  const house = new House();
  const device = house.planter(house.greenhouse("Greenhouse 1"), "Planter 1", { moisture: "42.0", dry_below: "30", recovery_gap: "5", wet_above: "85", ...states });
  const planter = () => planterOf(house.hass, device);
  return { house, device, planter, says: () => account(house.hass, planter()) };
}

// What is said

test("a planter that speaks says its moisture, when that was measured, and how it is", () => {
  const { house, device, says } = stage();
  house.set(device, "last_seen", "2026-06-01T10:00:00+00:00", { moisture: 42, moisture_at: MEASURED });
  const { live, value, at, state, reason, limits } = says();
  assert.deepEqual({ live, value, at, state, reason }, { live: true, value: 42, at: Date.parse(MEASURED), state: "fine", reason: "moist_enough" });
  assert.deepEqual(limits, { dry: 30, recovered: 35, wet: 85 });
});

test("a silent planter says its last moisture, how old that is, and why it is not known", () => {
  const { house, device, says } = stage();
  house.set(device, "moisture", "unavailable");
  house.set(device, "status", "unknown", { reason: "silent" });
  house.set(device, "last_seen", MEASURED, { moisture: 23.5, moisture_at: MEASURED });
  const { live, value, at, state, reason } = says();
  assert.deepEqual({ live, value, at, state, reason }, { live: false, value: 23.5, at: Date.parse(MEASURED), state: "unknown", reason: "silent" });
});

test("a planter whose soil alone is silent has the age of its soil, not of its air", () => {
  const { house, device, says } = stage({ moisture: "unavailable", status: "unknown" });
  house.set(device, "last_seen", "2026-06-01T12:00:00+00:00", { moisture: 23.5, moisture_at: MEASURED });
  assert.equal(says().at, Date.parse(MEASURED));
});

test("nothing is fine that is not known now, whatever the status still says", () => {
  for (const moisture of ["unavailable", "unknown", null]) {
    const { state, reason } = stage({ moisture, status: "fine" }).says();
    assert.deepEqual([state, reason], ["unknown", ""], `${moisture}`);
  }
});

test("a planter that was never measured has no value and no age", () => {
  const { value, at, live } = stage({ moisture: null, status: "unknown" }).says();
  assert.deepEqual([value, at, live], [null, null, false]);
});

test("0 % is a value", () => {
  assert.deepEqual([stage({ moisture: "0.0" }).says().value, stage({ moisture: "0.0" }).says().live], [0, true]);
});

test("a planter at rest says until when", () => {
  const { house, device, says } = stage();
  house.set(device, "status", "at_rest", { reason: "resting" });
  assert.equal(says().until, null);
  house.set(device, "rest_until", "2026-12-01T00:00:00+00:00");
  assert.equal(says().until.state, "2026-12-01T00:00:00+00:00");
});

test("limits that are missing or cross each other make no zone of less than nothing", () => {
  assert.deepEqual(stage({ dry_below: null, wet_above: null }).says().limits, { dry: null, recovered: null, wet: null });
  assert.deepEqual(stage({ recovery_gap: null }).says().limits, { dry: 30, recovered: 30, wet: 85 });
  assert.deepEqual(stage({ dry_below: "90", recovery_gap: "50", wet_above: "20" }).says().limits, { dry: 90, recovered: 100, wet: 100 });
});

test("entities and states may be missing, all of them", () => {
  const { house, device, planter, says } = stage();
  for (const entity_id of Object.values(planter().entities)) house.unwrite(entity_id);
  const { value, state, said } = says();
  assert.deepEqual([value, state, said], [null, "unknown", ""]);
  const bare = new House();
  const alone = bare.planter(bare.greenhouse("G"), "P", { ...Object.fromEntries(Object.keys(planter().entities).map((key) => [key, null])), status: "unknown" });
  assert.equal(account(bare.hass, planterOf(bare.hass, alone)).value, null);
  assert.ok(device);
});

test("percentages are spelled by Home Assistant, and without an entity by the language", () => {
  const { house, says } = stage();
  assert.equal(percent(house.hass, says().moisture, 12), "12 %");
  assert.equal(percent({ locale: { language: "fr" } }, undefined, 12.34), "12,3 %");
});

// When it is worked out anew

test("a change elsewhere in the house changes nothing, a change of one of its own states does", () => {
  const { house, device, planter } = stage();
  const other = house.planter(planter().greenhouse.device_id, "Planter 2");
  const same = (one, two) => one.every((part, index) => part === two[index]);
  const before = ingredients(house.hass, planter());
  house.set(other, "moisture", "1.0");
  house.set(device, "temperature", "30");
  assert.ok(same(before, ingredients(house.hass, planter())));
  for (const key of ["moisture", "dry_below", "recovery_gap", "wet_above", "status", "last_seen", "last_watered", "rest_until"]) {
    const earlier = ingredients(house.hass, planter());
    house.set(device, key, "50");
    assert.ok(!same(earlier, ingredients(house.hass, planter())), key);
  }
});

test("a planter that was removed has nothing left to compare", () => {
  const { house, device, planter } = stage();
  house.changeDevice(device, null);
  assert.equal(planter(), undefined);
  assert.ok(ingredients(house.hass, undefined).slice(3).every((part) => part === undefined));
});

// Its past

/** A recorder that gives what `answer` gives; the entities of a planter; what was asked; how often there was news. */
function followed(answer) {
  const entities = { moisture: "sensor.m", last_watered: "sensor.w" };
  const seen = { asked: 0, news: 0 };
  const following = new PlanterPast(() => (seen.news += 1));
  const hass = {
    connected: true,
    callWS: async (message) => {
      if (message.type.startsWith("recorder")) seen.asked += 1;
      return answer(message);
    },
  };
  return { following, hass, entities, seen };
}

/** Lets everything that waits for nothing but its turn happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const state = (value, time) => ({ state: value, last_changed: new Date(time).toISOString() });
const ROWS = { "sensor.m": [{ s: "40", lu: 1, a: {} }] };

test("the past is asked for once, and carried on by what comes live", async () => {
  const { following, hass, entities, seen } = followed(() => ROWS);
  const now = Date.now();
  following.follow(hass, entities, now);
  following.follow(hass, entities, now);
  assert.equal(following.known, null);
  await settle();
  following.follow(hass, entities, now + HOUR);
  for (const moisture of [state("41", now), state("41", now), state("unavailable", now + 1000)]) following.note(moisture, state("w", 0));
  assert.deepEqual(following.known.samples.slice(1), [{ at: now, value: 41 }, { at: now + 1000, value: null }]);
  assert.deepEqual(following.known.waterings, ["w"]);
  assert.deepEqual([seen.asked, seen.news], [1, 1]);
});

test("what comes while the answer is under way is not lost", async () => {
  const { following, hass, entities } = followed(() => ROWS);
  const now = Date.now();
  following.follow(hass, entities, now);
  following.note(state("39", now + 10), undefined);
  await settle();
  assert.deepEqual(following.known.samples.map(({ value }) => value), [40, 39]);
});

test("it is asked for anew when something may have been missed and after a day; until then the old one stays", async () => {
  const { following, hass, entities, seen } = followed(() => ROWS);
  const now = Date.now();
  await following.follow(hass, entities, now);
  following.outdate();
  const answer = following.follow(hass, entities, now + HOUR);
  assert.equal(following.known.samples.length, 1);
  await answer;
  assert.equal(seen.asked, 2);
  await following.follow(hass, entities, now + 24 * HOUR);
  assert.equal(seen.asked, 2);
  await following.follow(hass, entities, now + 26 * HOUR);
  assert.equal(seen.asked, 3);
});

test("a refusal is told in its own words, and it is tried again: later, and later still", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let works = false;
    const { following, hass, entities, seen } = followed(() => {
      if (!works) throw new Error("Unknown command.");
      return ROWS;
    });
    const attempt = async () => {
      const answer = following.follow(hass, entities, 0);
      mock.timers.tick(1);
      await answer;
    };
    await attempt();
    assert.equal(following.trouble, "Unknown command.");
    await attempt();
    assert.deepEqual([seen.asked, seen.news], [1, 1]);
    mock.timers.tick(30_000);
    assert.equal(seen.news, 2);
    await attempt();
    mock.timers.tick(30_000);
    await attempt();
    assert.equal(seen.asked, 2);
    mock.timers.tick(30_000);
    works = true;
    await attempt();
    assert.deepEqual([seen.asked, following.trouble, following.known.samples.length], [3, null, 1]);
  } finally {
    mock.timers.reset();
  }
});

test("a card that is taken away expects no answer, and asks again when it is back", async () => {
  const { following, hass, entities, seen } = followed(() => ROWS);
  const answer = following.follow(hass, entities, 0);
  following.stop();
  await answer;
  assert.deepEqual([following.known, seen.news], [null, 0]);
  await following.follow(hass, entities, 0);
  assert.deepEqual([following.known.samples.length, seen.news], [1, 1]);
});

test("nothing is asked without a connection, nor of a planter without a moisture", async () => {
  const { following, hass, entities, seen } = followed(() => ROWS);
  await following.follow({ ...hass, connected: false }, entities, 0);
  await following.follow(hass, { last_watered: "sensor.w" }, 0);
  assert.equal(seen.asked, 0);
});
