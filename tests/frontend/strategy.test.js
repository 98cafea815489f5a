import assert from "node:assert/strict";
import { test } from "node:test";

import { dashboard, differs } from "../../custom_components/sigacs/frontend/strategy.js";
import { House } from "./hass.js";

/** A house with one greenhouse and one planter in it. */
function small(states, language) {
  const house = new House({ language });
  const greenhouse = house.greenhouse("Greenhouse 1");
  const planter = house.planter(greenhouse, "Planter 1", states);
  return { house, greenhouse, planter };
}

function large() {
  const house = new House();
  house.broker();
  for (let greenhouse = 1; greenhouse <= 8; greenhouse++) {
    const device_id = house.greenhouse(`Greenhouse ${greenhouse}`);
    for (let planter = 1; planter <= 25; planter++) {
      house.planter(device_id, `Planter ${planter}`, { battery: 87, battery_voltage: 3.9, signal_strength: -60 });
    }
  }
  return house;
}

/** All cards of a configuration that are of a type. */
const cards = ({ views }, type) =>
  views.flatMap(({ sections }) => sections.flatMap((section) => section.cards)).filter((card) => card.type === type);

const headings = (view) => view.sections.map(({ cards: [first] }) => first.heading);

/** The tiles of an entity that would be seen with these states. */
const tilesOf = (hass, entity) => cards(dashboard(hass), "tile").filter((tile) => tile.entity === entity);
const seen = (hass, entity) =>
  tilesOf(hass, entity).filter((tile) => (tile.visibility ?? []).every((condition) => holds(hass, condition)));

function holds(hass, { condition, entity, state, state_not, above, below, conditions }) {
  if (condition === "not") return conditions.every((one) => !holds(hass, one));
  const now = hass.states[entity]?.state ?? "unavailable";
  if (condition === "numeric_state") return now > (above ?? -Infinity) && now < (below ?? Infinity);
  assert.equal(condition, "state");
  return state === undefined ? ![state_not].flat().includes(now) : [state].flat().includes(now);
}

/** Every entity that a configuration names, wherever it does. */
function entitiesIn(part) {
  if (!part || typeof part !== "object") return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === "entity" && typeof value === "string" ? [value] : entitiesIn(value),
  );
}

test("there is an overview, and a view for each greenhouse under its name", () => {
  const house = new House();
  for (const name of ["Greenhouse 10", "Greenhouse 2"]) house.planter(house.greenhouse(name), "Planter 1");
  const { views } = dashboard(house.hass);
  assert.deepEqual(views.map((view) => view.title), ["Today", "Greenhouse 2", "Greenhouse 10"]);
  assert.ok(views.every((view) => view.type === "sections" && !view.icon)); // an icon would hide the title
});

test("paths stay when names change, and differ even where names do not", () => {
  const house = new House();
  const twins = [house.greenhouse("Greenhouse"), house.greenhouse("Greenhouse")];
  const before = dashboard(house.hass).views.map((view) => view.path);
  assert.equal(new Set(before).size, 3);
  for (const twin of twins) house.changeDevice(twin, { name_by_user: "Orangery" });
  assert.deepEqual(dashboard(house.hass).views.map((view) => view.path), before);
});

test("each planter of a greenhouse has a section under its name", () => {
  const { house, greenhouse } = small();
  house.planter(greenhouse, "Citronnier de Menton, près de la porte d’été");
  assert.deepEqual(headings(dashboard(house.hass).views[1]), [
    "Citronnier de Menton, près de la porte d’été",
    "Planter 1",
  ]);
});

test("the overview leads to each greenhouse", () => {
  const { house } = small();
  const [overview, view] = dashboard(house.hass).views;
  const [, { cards: [first] }] = overview.sections;
  assert.equal(first.heading, "Greenhouse 1");
  assert.deepEqual(first.tap_action, { action: "navigate", navigation_path: view.path });
});

test("a planter's heading leads to its settings, for who may open these", () => {
  const { house, planter } = small();
  const action = () => dashboard(house.hass).views[1].sections[0].cards[0].tap_action;
  assert.deepEqual(action(), { action: "navigate", navigation_path: `/config/devices/device/${planter}` });
  house.change({ user: { is_admin: false } });
  assert.deepEqual(action(), { action: "none" });
});

test("nothing is named that is hidden, disabled or another's", () => {
  const { house, planter, greenhouse } = small({ temperature: null, wet_above: null });
  const hidden = [house.id(planter, "needs_water_at"), house.id(greenhouse, "thirsty"), house.id(greenhouse, "frost")];
  for (const entity_id of hidden) house.changeEntity(entity_id, { hidden: true });
  const named = entitiesIn(dashboard(house.hass));
  assert.ok(named.length > 0);
  for (const entity_id of named) {
    assert.ok(entity_id in house.hass.entities, entity_id);
    assert.ok(!hidden.includes(entity_id), entity_id);
  }
});

test("a planter with a soil probe alone gets no tile for the air that it does not measure", () => {
  const { house, planter } = small({ temperature: null, humidity: null });
  assert.equal(cards(dashboard(house.hass), "custom:sigacs-planter-card").length, 1);
  for (const key of ["vpd", "dew_point"]) assert.deepEqual(tilesOf(house.hass, house.id(planter, key)), []);
});

test("a planter that measures the air alone says so, and asks for no limits of its soil", () => {
  const { house, planter } = small({ moisture: null });
  assert.equal(cards(dashboard(house.hass), "custom:sigacs-planter-card").length, 0);
  assert.equal(tilesOf(house.hass, house.id(planter, "status")).length, 1);
  assert.deepEqual(tilesOf(house.hass, house.id(planter, "dry_below")), []);
});

test("when water will be needed is said, and why that is not known, until it is needed", () => {
  const { house, planter } = small();
  const entity = house.id(planter, "needs_water_at");
  const content = () => seen(house.hass, entity).map((tile) => tile.state_content);
  house.set(planter, "needs_water_at", "2026-06-04T12:00:00+00:00");
  assert.deepEqual(content(), [["state"]]);
  house.set(planter, "needs_water_at", "unknown");
  assert.deepEqual(content(), [["unknown_because"]]);
  house.set(planter, "status", "needs_water");
  assert.deepEqual(seen(house.hass, entity), []);
});

test("limits are changed in place", () => {
  const { house, planter } = small();
  for (const key of ["dry_below", "wet_above"]) {
    const [tile] = tilesOf(house.hass, house.id(planter, key));
    assert.deepEqual(tile.features, [{ type: "numeric-input", style: "buttons" }]);
  }
});

test("measures that SIGACS does not know are shown as they are", () => {
  const { house, planter } = small({ other: 4.2 });
  assert.equal(tilesOf(house.hass, house.id(planter, "other")).length, 1);
});

for (const [what, key, state] of [
  ["frost", "frost", "on"],
  ["condensation", "condensation", "on"],
  ["silence", "silence", "on"],
  ["a hub that is away", "hub", "off"],
  ["a rest", "rest_until", "2026-12-01T00:00:00+00:00"],
]) {
  test(`${what} is seen on the overview while it is so, and only then`, () => {
    const { house, greenhouse } = small();
    const entity = house.id(greenhouse, key);
    for (const other of ["unknown", "unavailable"]) {
      house.set(greenhouse, key, other);
      assert.deepEqual(seen(house.hass, entity), [], other);
    }
    house.set(greenhouse, key, state);
    assert.equal(seen(house.hass, entity).length, 1);
  });
}

test("how many are thirsty is always seen, once, and in red when there are some", () => {
  const { house, greenhouse } = small();
  const entity = house.id(greenhouse, "thirsty");
  const colourOf = (state) => {
    house.set(greenhouse, "thirsty", state);
    const tiles = seen(house.hass, entity);
    assert.equal(tiles.length, 1, state);
    return tiles[0].color;
  };
  assert.deepEqual(["1", "34"].map(colourOf), ["red", "red"]);
  assert.deepEqual(["0", "unknown", "unavailable"].map(colourOf), [undefined, undefined, undefined]);
});

test("a battery is seen when it needs someone", () => {
  const { house, planter } = small({ battery: 87 });
  const entity = house.id(planter, "battery");
  assert.deepEqual(seen(house.hass, entity), []);
  house.set(planter, "battery", 8);
  assert.equal(seen(house.hass, entity).length, 1);
});

test("an empty house says what to do", () => {
  const house = new House();
  const broker = house.broker();
  const { views } = dashboard(house.hass);
  assert.equal(views.length, 1);
  assert.equal(tilesOf(house.hass, house.id(broker, "connectivity")).length, 1);
  assert.deepEqual(headings(views[0]), ["No planter has spoken yet"]);
  assert.match(cards({ views }, "markdown")[0].content, /Devices & services/);
});

test("a greenhouse that has no planter yet says what to do", () => {
  const house = new House();
  house.greenhouse("Greenhouse 1");
  assert.deepEqual(headings(dashboard(house.hass).views[1]), ["No planter has spoken yet"]);
});

test("a planter all of whose states are missing has its section nevertheless", () => {
  const { house } = small();
  for (const entity_id of Object.keys(house.hass.states)) house.unwrite(entity_id);
  assert.deepEqual(headings(dashboard(house.hass).views[1]), ["Planter 1"]);
});

test("words are in the language of whoever looks, or in English", () => {
  const titleIn = (language) => dashboard(small({}, language).house.hass).views[0].title;
  assert.deepEqual(["fr", "en-GB", "de"].map(titleIn), ["Aujourd'hui", "Today", "Today"]);
});

test("a value is no reason to write the dashboard anew", () => {
  const { house, planter, greenhouse } = small();
  const before = house.hass;
  house.set(planter, "moisture", 12);
  house.set(planter, "status", "unavailable");
  house.set(greenhouse, "silence", "on");
  assert.equal(differs(before, house.hass), false);
});

test("what others change in the registries is no reason either", () => {
  const { house, planter } = small();
  const before = house.hass;
  house.entity(planter, { domain: "light", key: "lamp", platform: "hue" });
  house.changeDevice(planter, { labels: ["terrace"] });
  house.changeEntity(house.id(planter, "last_seen"), { hidden: true });
  assert.notEqual(before.entities, house.hass.entities);
  assert.equal(differs(before, house.hass), false);
});

for (const [what, change] of [
  ["a new planter", ({ house, greenhouse }) => house.planter(greenhouse, "Planter 2")],
  ["a removed planter", ({ house, planter }) => house.changeDevice(planter, null)],
  ["another name", ({ house, planter }) => house.changeDevice(planter, { name_by_user: "Basil" })],
  ["a renamed entity id", ({ house, planter }) => rename(house, house.id(planter, "needs_water_at"))],
  ["a hidden entity", ({ house, planter }) => house.changeEntity(house.id(planter, "dry_below"), { hidden: true })],
  ["another language", ({ house }) => house.change({ locale: { ...house.hass.locale, language: "fr" } })],
]) {
  test(`${what} is a reason to write the dashboard anew`, () => {
    const all = small();
    const before = all.house.hass;
    change(all);
    assert.equal(differs(before, all.house.hass), true);
  });
}

test("a moisture that comes late is a reason to write the dashboard anew", () => {
  const { house, planter } = small();
  const moisture = house.id(planter, "moisture");
  const state = house.hass.states[moisture];
  house.unwrite(moisture);
  const before = house.hass;
  house.write(state);
  assert.equal(differs(before, house.hass), true);
});

test("two hundred planters are all there", () => {
  const config = dashboard(large().hass);
  assert.equal(config.views.length, 9);
  assert.equal(cards(config, "custom:sigacs-planter-card").length, 200);
});

function rename(house, entity_id) {
  const { [entity_id]: entity } = house.hass.entities;
  const state = house.hass.states[entity_id];
  house.changeEntity(entity_id, null);
  house.changeEntity("sensor.soil", { ...entity, entity_id: "sensor.soil" });
  house.write({ ...state, entity_id: "sensor.soil" });
}
