/**
 * The dashboard, written anew from the model: an overview, and a view for each greenhouse.
 *
 * Cards are Home Assistant's own but for two: `sigacs-today-card`, which answers what people open the dashboard for,
 * and `sigacs-planter-card`, which shows soil between its limits. Values are no part of what is written here: whatever
 * is there only at times carries the condition for it.
 */

import { model, pathOf } from "./model.js";
import { texts } from "./texts.js";

const COLUMNS = 4;
const FULL = { grid_options: { columns: "full" } };
const HALF = { grid_options: { columns: 6 } };
const LOW_BATTERY = 20;

/** What an entity is called without its device, under whose heading it stands. */
const OWN_NAME = { name: { type: "entity" } };
const NOT_KNOWN = ["unknown", "unavailable"];

/** The whole dashboard, as Lovelace's configuration has it. */
export function dashboard(hass) {
  const said = texts(hass).strategy;
  const { brokers, greenhouses } = model(hass);
  if (!greenhouses.length) return { views: [view(said.today, "today", [nothingYet(said, brokers)])] };
  const settings = (place) => hass.user?.is_admin && `/config/devices/device/${place.device_id}`;
  return { views: [overview(said, greenhouses), ...greenhouses.map((one) => closer(said, one, settings))] };
}

/** Whether what was written for one `hass` is not what another wants: other things or names, never other values. */
export const differs = (before, now) =>
  model(before) !== model(now) && JSON.stringify(dashboard(before)) !== JSON.stringify(dashboard(now));

function overview(said, greenhouses) {
  const answers = { ...section({ type: "custom:sigacs-today-card", ...FULL }), column_span: COLUMNS };
  return view(said.today, "today", [answers, ...greenhouses.map(summary)]);
}

/** What is to be known of a greenhouse at a glance. */
function summary(greenhouse) {
  const shown = greenhouse.entities;
  const there = pathOf(greenhouse);
  return section(
    heading(greenhouse.name, "mdi:greenhouse", there),
    // 0 would be no answer where nobody has spoken yet.
    ...(greenhouse.planters.length ? thirsty(shown.thirsty, goTo(there)) : []),
    ...troubles(shown),
    ...[shown.temperature, shown.humidity].flatMap((entity) => tile(entity, { ...HALF, ...whileKnown(entity) })),
    ...tile(shown.vpd, { ...FULL, ...whileKnown(shown.vpd) }),
  );
}

/** How many want water, in red if any. A tile cannot change its colour: there are two, never both of them at a time. */
function thirsty(entity, tap_action) {
  const some = { condition: "numeric_state", entity, above: 0 };
  const about = { ...FULL, state_content: ["state", "planters"], tap_action };
  return [
    ...tile(entity, { ...about, color: "red", visibility: [some] }),
    // Never green: of some it may not be known.
    ...tile(entity, { ...about, visibility: [{ condition: "not", conditions: [some] }] }),
  ];
}

/** What is said only while it is so. */
const troubles = (shown) => [
  ...tile(shown.silence, {
    ...FULL,
    color: "red",
    state_content: ["state", "planters"],
    ...whileIt(shown.silence, { state: "on" }),
  }),
  ...tile(shown.hub, { ...FULL, ...whileIt(shown.hub, { state: "off" }) }),
  ...tile(shown.frost, { ...HALF, color: "blue", ...whileIt(shown.frost, { state: "on" }) }),
  ...tile(shown.condensation, { ...HALF, color: "blue", ...whileIt(shown.condensation, { state: "on" }) }),
  ...tile(shown.rest_until, { ...FULL, ...whileKnown(shown.rest_until) }),
];

/** A greenhouse with all that grows in it. `settings` gives the page of a device, for who may open that. */
function closer(said, greenhouse, settings) {
  const { thirsty, temperature, humidity } = greenhouse.entities;
  const badges = [thirsty, temperature, humidity].filter(Boolean);
  const planters = greenhouse.planters.map((planter) => planterSection(said, planter, settings(planter)));
  if (!planters.length) planters.push(nothingYet(said, [greenhouse.broker].filter(Boolean)));
  return {
    ...view(greenhouse.name, pathOf(greenhouse), planters),
    badges: badges.map((entity) => ({ type: "entity", entity, show_name: true, ...OWN_NAME, ...whileKnown(entity) })),
  };
}

function planterSection(said, planter, settings) {
  const shown = planter.entities;
  const soil = shown.moisture ? soilTiles(said, shown) : [];
  return section(
    heading(planter.name, "mdi:sprout", settings),
    ...judged(planter),
    ...["temperature", "humidity"].flatMap((key) => tile(shown[key], HALF)),
    ...soil,
    ...planter.others.flatMap((entity) => tile(entity, HALF)),
    ...tile(shown.battery, {
      ...FULL,
      color: "red",
      visibility: [{ condition: "numeric_state", entity: shown.battery, below: LOW_BATTERY }],
    }),
  );
}

/** How the soil is. Where its moisture is not measured there are no limits to show it between. */
const judged = ({ device_id, entities: { moisture, status } }) =>
  moisture
    ? [{ type: "custom:sigacs-planter-card", device_id, ...FULL }]
    : tile(status, { ...FULL, state_content: ["state", "reason"] });

/** When water will be needed, and what its keeper sets: limits have short names here, so that there is room beside. */
const soilTiles = (said, shown) => [
  ...forecast(shown),
  ...tile(shown.dry_below, { name: said.dry_below, ...inPlace({ type: "numeric-input", style: "buttons" }) }),
  ...tile(shown.wet_above, { name: said.wet_above, ...inPlace({ type: "numeric-input", style: "buttons" }) }),
  ...tile(shown.mark_watered, { name: said.watered, ...inPlace({ type: "button", action_name: said.note_it }) }),
];

/** When, or why that is not known; nothing where water is needed now. */
function forecast({ needs_water_at: entity, status }) {
  const asked = status ? whileIt(status, { state_not: "needs_water" }).visibility : [];
  const told = (content, is) =>
    tile(entity, { ...FULL, state_content: [content], visibility: [...asked, ...whileIt(entity, is).visibility] });
  return [...told("state", { state_not: NOT_KNOWN }), ...told("unknown_because", { state: NOT_KNOWN })];
}

const inPlace = (feature) => ({ ...FULL, features: [feature], features_position: "inline", hide_state: true });

const nothingYet = (said, brokers) =>
  section(
    heading(said.no_planter, "mdi:sprout-outline"),
    { type: "markdown", content: said.what_to_do, ...FULL },
    ...brokers.flatMap(({ entities }) => tile(entities.connectivity, { ...FULL, name: { type: "device" } })),
  );

/** A tile, or nothing where there is no such entity. */
const tile = (entity, about) => (entity ? [{ type: "tile", entity, ...OWN_NAME, ...about }] : []);

const whileIt = (entity, is) => ({ visibility: [{ condition: "state", entity, ...is }] });

const whileKnown = (entity) => whileIt(entity, { state_not: NOT_KNOWN });

const heading = (text, icon, path) => ({ type: "heading", heading: text, icon, tap_action: goTo(path) });

const goTo = (path) => (path ? { action: "navigate", navigation_path: path } : { action: "none" });

const section = (...cards) => ({ type: "grid", cards });

const view = (title, path, sections) => ({ title, path, type: "sections", max_columns: COLUMNS, sections });
