import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { model, pathOf, planterOf } from "../../custom_components/sigacs/frontend/model.js";
import { House } from "./hass.js";

const names = (places) => places.map((place) => place.name);

/** A house with one greenhouse and one planter in it. */
function small(states) {
  const house = new House();
  const greenhouse = house.greenhouse("Greenhouse 1");
  const planter = house.planter(greenhouse, "Planter 1", states);
  return { house, greenhouse, planter };
}

test("the house of these tests has what the integration names, and nothing else", () => {
  const house = new House();
  house.broker();
  const greenhouse = house.greenhouse("Greenhouse 1", { certificate_client: "unknown", certificate_ca: "unknown" });
  const rare = ["battery_voltage", "probe_voltage", "calibrate_dry", "calibrate_wet", "calibrate_reset", "other"];
  house.planter(greenhouse, "Planter 1", Object.fromEntries(rare.map((key) => [key, "1"])));
  const keyed = Object.values(house.hass.entities).filter((entity) => entity.translation_key);
  const here = keyed.map(({ entity_id, translation_key }) => `${entity_id.split(".")[0]}.${translation_key}`);
  const file = new URL("../../custom_components/sigacs/translations/en.json", import.meta.url);
  const named = Object.entries(JSON.parse(readFileSync(file, "utf8")).entity).flatMap(([domain, keys]) =>
    Object.keys(keys).map((key) => `${domain}.${key}`),
  );
  // These two have a text for an attribute, and are known by their device class.
  const byClass = new Set(["sensor.air_temperature", "sensor.air_humidity"]);
  assert.deepEqual([...new Set(here)].sort(), named.filter((name) => !byClass.has(name)).sort());
});

test("greenhouses hold their planters, in the order in which people count", () => {
  const house = new House();
  const second = house.greenhouse("Greenhouse 10");
  const first = house.greenhouse("Greenhouse 2");
  for (const number of [10, 2, 1]) house.planter(first, `Planter ${number}`);
  house.planter(second, "Planter 1");
  const { greenhouses } = model(house.hass);
  assert.deepEqual(names(greenhouses), ["Greenhouse 2", "Greenhouse 10"]);
  assert.deepEqual(names(greenhouses[0].planters), ["Planter 1", "Planter 2", "Planter 10"]);
  assert.equal(greenhouses[1].planters[0].greenhouse, greenhouses[1]);
});

test("accents do not move a planter to the end of the list", () => {
  const house = new House({ language: "fr" });
  const greenhouse = house.greenhouse("Serre");
  for (const name of ["Œillets", "Épinards", "Zinnias", "Ail", "Fenouil"]) house.planter(greenhouse, name);
  const [{ planters }] = model(house.hass).greenhouses;
  assert.deepEqual(names(planters), ["Ail", "Épinards", "Fenouil", "Œillets", "Zinnias"]);
});

test("a planter's entities are known by what they show, whatever they are called", () => {
  const { house, planter } = small({ battery: 87 });
  const { entities } = planterOf(house.hass, planter);
  for (const key of ["moisture", "temperature", "humidity", "battery", "status", "needs_water_at", "dry_below"]) {
    assert.equal(entities[key], house.id(planter, key), key);
  }
});

test("a greenhouse's own air is not a planter's", () => {
  const { house, greenhouse, planter } = small();
  const [shown] = model(house.hass).greenhouses;
  assert.equal(shown.entities.temperature, house.id(greenhouse, "temperature"));
  assert.notEqual(shown.entities.temperature, planterOf(house.hass, planter).entities.temperature);
});

test("the name that its keeper gave goes before the one that it came with", () => {
  const { house, planter } = small();
  house.changeDevice(planter, { name_by_user: "Citronnier" });
  assert.equal(planterOf(house.hass, planter).name, "Citronnier");
});

test("planters of the same name in two greenhouses stay two planters", () => {
  const house = new House();
  const ids = ["Greenhouse 1", "Greenhouse 2"].map((name) => house.planter(house.greenhouse(name), "Planter 1"));
  const { greenhouses } = model(house.hass);
  const found = greenhouses.map(({ planters }) => planters.map((planter) => planter.device_id));
  assert.deepEqual(found, ids.map((id) => [id]));
});

test("what is hidden is not there, and nor is a planter that hides everything", () => {
  const { house, planter } = small();
  house.changeEntity(house.id(planter, "vpd"), { hidden: true });
  assert.equal(planterOf(house.hass, planter).entities.vpd, undefined);
  for (const { entity_id, device_id } of Object.values(house.hass.entities)) {
    if (device_id === planter) house.changeEntity(entity_id, { hidden: true });
  }
  assert.equal(planterOf(house.hass, planter), undefined);
  assert.deepEqual(model(house.hass).greenhouses[0].planters, []);
});

test("a greenhouse is there for its planters, even where it shows nothing itself", () => {
  const { house, greenhouse } = small();
  for (const { entity_id, device_id } of Object.values(house.hass.entities)) {
    if (device_id === greenhouse) house.changeEntity(entity_id, null);
  }
  assert.deepEqual(names(model(house.hass).greenhouses), ["Greenhouse 1"]);
  assert.deepEqual(model(house.hass).greenhouses[0].entities, {});
});

test("entities of others on the same device are not ours", () => {
  const { house, planter } = small({ battery: null });
  house.entity(planter, { domain: "sensor", key: "battery", class: "battery", platform: "mqtt" });
  assert.equal(planterOf(house.hass, planter).entities.battery, undefined);
});

test("measures that nobody knows are kept apart, all of them", () => {
  const { house, planter } = small({ other: 4.2 });
  const second = house.entity(planter, { domain: "sensor", key: "other", state: 7 });
  assert.deepEqual(planterOf(house.hass, planter).others, [house.id(planter, "other"), second]);
});

test("each greenhouse knows the broker of its own entry", () => {
  const house = new House({ entry: "first" });
  house.broker();
  house.greenhouse("A");
  house.entry = "second";
  const other = house.broker();
  house.greenhouse("B");
  house.entry = "third";
  house.greenhouse("C");
  const { brokers, greenhouses } = model(house.hass);
  assert.equal(brokers.length, 2);
  assert.equal(greenhouses[0].broker.entities.connectivity, house.id(brokers[0].device_id, "connectivity"));
  assert.equal(greenhouses[1].broker.device_id, other);
  assert.equal(greenhouses[2].broker, null);
});

test("a house without greenhouses is an empty one", () => {
  assert.deepEqual(model(new House().hass), { brokers: [], greenhouses: [] });
});

test("before the registries have come there is nothing, and no error", () => {
  assert.deepEqual(model({ states: {} }).greenhouses, []);
  assert.equal(planterOf({}, "d1"), undefined);
});

test("an entity whose device has not come yet waits for it", () => {
  const { house, planter } = small();
  const devices = { ...house.hass.devices };
  delete devices[planter];
  assert.deepEqual(model({ ...house.hass, devices }).greenhouses[0].planters, []);
  assert.equal(model(house.hass).greenhouses[0].planters.length, 1);
});

test("values change nothing: the same model, the same object", () => {
  const { house, planter } = small();
  const before = model(house.hass);
  house.set(planter, "moisture", 12.5);
  house.set(planter, "status", "unavailable");
  assert.equal(model(house.hass), before);
});

test("a new device, a new name and another language make a new model", () => {
  const { house, greenhouse } = small();
  const seen = new Set([model(house.hass)]);
  house.planter(greenhouse, "Planter 2");
  seen.add(model(house.hass));
  house.changeDevice(greenhouse, { name_by_user: "Orangery" });
  seen.add(model(house.hass));
  house.change({ language: "fr", locale: { ...house.hass.locale, language: "fr" } });
  seen.add(model(house.hass));
  assert.equal(seen.size, 4);
});

test("what only a state can tell apart appears with that state, and the past is judged as it was", () => {
  const { house, planter } = small();
  const moisture = house.id(planter, "moisture");
  const state = house.hass.states[moisture];
  house.unwrite(moisture);
  const before = house.hass;
  assert.equal(planterOf(before, planter).entities.moisture, undefined);
  house.write(state);
  assert.equal(planterOf(house.hass, planter).entities.moisture, moisture);
  assert.equal(planterOf(before, planter).entities.moisture, undefined);
  assert.notEqual(model(before), model(house.hass));
});

test("a view's path says nothing of a name", () => {
  const { house, greenhouse } = small();
  const before = pathOf(model(house.hass).greenhouses[0]);
  house.changeDevice(greenhouse, { name_by_user: "Serre d’hiver" });
  assert.equal(pathOf(model(house.hass).greenhouses[0]), before);
});
