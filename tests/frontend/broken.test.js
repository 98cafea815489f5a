import assert from "node:assert/strict";
import { test } from "node:test";

import { DAY, Garden, HOUR, iso, MINUTE, names, NOW } from "./garden.js";

const kinds = (garden, now) => garden.answers(now).broken.troubles.map(({ kind, place }) => `${kind} ${place.name}`);

test("when all is heard, nothing is broken", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  assert.deepEqual(garden.answers().broken, { troubles: [], awaited: [] });
});

test("a link that is down explains all the silence behind it", () => {
  const garden = new Garden();
  garden.set(garden.link, "connectivity", "off");
  garden.set(garden.glass, "hub", "unknown");
  garden.set(garden.glass, "silence", "unknown");
  for (const number of [1, 2, 3]) garden.lost(`Planter ${number}`, "broker_unreachable");
  const [trouble, ...others] = garden.answers().broken.troubles;
  assert.deepEqual([trouble.kind, trouble.since, others], ["broker", NOW - 3 * HOUR, []]);
});

test("a link whose sensor is disabled is told by the planters", () => {
  const garden = new Garden();
  garden.changeEntity(garden.id(garden.link, "connectivity"), null);
  garden.lost("Planter 1", "broker_unreachable");
  assert.deepEqual(kinds(garden), ["broker SIGACS broker"]);
});

test("the link to one broker says nothing of what hangs on another", () => {
  const garden = new Garden();
  garden.set(garden.link, "connectivity", "off");
  garden.lost("Planter 1", "broker_unreachable");
  garden.entry = "entry-2";
  garden.broker();
  garden.lost("Planter 2", "silent", garden.greenhouse("Greenhouse 2"));
  assert.deepEqual(kinds(garden), ["broker SIGACS broker", "silent Planter 2"]);
});

test("a hub that is off is one trouble, since it was heard last", () => {
  const garden = new Garden();
  garden.set(garden.glass, "hub", "off");
  const since = iso(NOW - 2 * HOUR);
  garden.set(garden.glass, "silence", "on", { cause: "hub", planters: ["Planter 1", "Planter 2"], since });
  for (const number of [1, 2]) garden.lost(`Planter ${number}`, "hub_offline");
  const [trouble, ...others] = garden.answers().broken.troubles;
  assert.deepEqual([trouble.kind, trouble.since, others], ["hub", NOW - 2 * HOUR, []]);
});

test("a hub that restarts is given five minutes", () => {
  const garden = new Garden({ time: NOW });
  garden.set(garden.glass, "hub", "off");
  garden.fine("Planter 1");
  assert.deepEqual(kinds(garden, NOW + 4 * MINUTE), []);
  assert.deepEqual(kinds(garden, NOW + 5 * MINUTE), ["hub Greenhouse 1"]);
});

test("a greenhouse of which nothing is heard is one trouble, before and after the server says so", () => {
  const garden = new Garden();
  for (const number of [1, 2, 3]) garden.lost(`Planter ${number}`, "silent", garden.glass, NOW - number * HOUR);
  assert.deepEqual(kinds(garden), ["greenhouse Greenhouse 1"]);
  assert.equal(garden.answers().broken.troubles[0].since, NOW - HOUR);
  garden.set(garden.glass, "silence", "on", { cause: "hub", planters: [], since: iso(NOW - HOUR) });
  assert.deepEqual(kinds(garden), ["greenhouse Greenhouse 1"]);
});

test("a silent planter among others is told with when it was last heard", () => {
  const garden = new Garden();
  garden.lost("Planter 1");
  garden.lost("Planter 2", "silent", garden.glass, null);
  garden.fine("Planter 3");
  const { troubles } = garden.answers().broken;
  assert.deepEqual(troubles.map(({ kind, since }) => [kind, since]), [["silent", NOW - 3 * HOUR], ["silent", null]]);
});

test("after a start nobody is called silent before there was time to speak", () => {
  const garden = new Garden();
  garden.set(garden.glass, "silence", "unknown");
  garden.lost("Planter 1", "silent");
  garden.lost("Planter 2", "soil_silent");
  garden.fine("Planter 3");
  const { troubles, awaited } = garden.answers().broken;
  assert.deepEqual([troubles, names(awaited)], [[], ["Planter 1", "Planter 2"]]);
});

for (const reason of ["soil_silent", "refused", "voltage_missing", "implausible_voltage"]) {
  test(`a soil probe is broken: ${reason}`, () => {
    const garden = new Garden();
    const planter = garden.lost("Planter 1", reason);
    garden.set(planter, "last_seen", iso(NOW), { moisture_at: iso(NOW - 9 * HOUR) });
    garden.fine("Planter 2");
    const { troubles } = garden.answers().broken;
    assert.deepEqual(troubles.map((one) => [one.kind, one.reason, one.since]), [["probe", reason, NOW - 9 * HOUR]]);
  });
}

test("an air probe that died is told although the soil is fine", () => {
  const garden = new Garden();
  const planter = garden.fine("Planter 1");
  garden.set(planter, "temperature", "unavailable");
  garden.set(planter, "humidity", "unavailable");
  assert.deepEqual(kinds(garden), ["air Planter 1"]);
});

test("the hub of a greenhouse that is wholly at rest may be off", () => {
  const garden = new Garden();
  garden.resting("Planter 1", NOW + 90 * DAY);
  garden.set(garden.glass, "hub", "off");
  assert.deepEqual(kinds(garden), []);
});

// Certificates

const ends = (garden) => garden.answers().broken.troubles.map(({ key, end }) => [key, (end - NOW) / DAY]);

test("a certificate is told from 30 days before its end, the first to end first", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  garden.set(garden.link, "certificate_own", iso(NOW + 31 * DAY));
  garden.set(garden.link, "certificate_server", iso(NOW + 30 * DAY));
  garden.entity(garden.glass, { domain: "sensor", key: "certificate_client", state: iso(NOW + 3 * DAY) });
  assert.deepEqual(ends(garden), [["certificate_client", 3], ["certificate_server", 30]]);
});

test("an authority that several trust is told once", () => {
  const garden = new Garden();
  const end = iso(NOW + 10 * DAY);
  garden.set(garden.link, "certificate_authority", end);
  for (const place of [garden.glass, garden.greenhouse("Greenhouse 2")]) {
    garden.entity(place, { domain: "sensor", key: "certificate_ca", state: end });
  }
  assert.deepEqual(ends(garden), [["certificate_authority", 10]]);
});

test("an expired certificate is told, and not the silence that comes of it", () => {
  const garden = new Garden();
  garden.entity(garden.glass, { domain: "sensor", key: "certificate_client", state: iso(NOW - DAY) });
  for (const number of [1, 2]) garden.lost(`Planter ${number}`);
  assert.deepEqual(kinds(garden), ["certificate Greenhouse 1"]);
  garden.set(garden.link, "certificate_own", iso(NOW - 2 * DAY));
  garden.set(garden.link, "connectivity", "off");
  assert.deepEqual(kinds(garden), ["certificate SIGACS broker", "certificate Greenhouse 1"]);
});
