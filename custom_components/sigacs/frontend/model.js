/**
 * What there is to show: brokers, greenhouses and their planters, each with its entities, from Home Assistant's
 * registries alone. No entity id is read or built: those may have been changed.
 *
 * `model(hass)` gives the same object until the registries change, so whoever works something out of it can compare
 * with `===`. Values are no part of it: they are in `hass.states`, under the entity ids that stand here.
 *
 * @typedef {Object} Place
 * @property {string} device_id
 * @property {string} name - what its keeper calls it
 * @property {string|null} area_id
 * @property {Object<string, string>} entities - entity id by what it shows, such as `status` or `moisture`; some, or
 *   all, may be missing: disabled, hidden, or never measured
 * @property {string[]} others - entity ids of measures that SIGACS does not know
 *
 * @typedef {Place & {greenhouse: Greenhouse}} Planter
 * @typedef {Place & {broker: Place|null, planters: Planter[]}} Greenhouse
 * @typedef {{brokers: Place[], greenhouses: Greenhouse[]}} Model
 */

const PLATFORM = "sigacs";
const UNKNOWN_MEASURE = "other";
const NOTHING = Object.freeze({});

/** @type {WeakMap<Object, {devices: Object, language: string, late: string[], worked_out: Map<string, Object>}>} */
const memory = new WeakMap();

/**
 * All places that have something to show, each list in the natural order of names.
 *
 * @returns {Model}
 */
export const model = (hass) => remembered(hass).model;

/** The planter of a device; undefined when there is none, or when it has nothing to show. */
export const planterOf = (hass, device_id) => remembered(hass).planters.get(device_id);

/** The path of a greenhouse’s view in its dashboard: the same for ever, whatever the greenhouse is called. */
export const pathOf = (place) => `greenhouse-${place.device_id}`;

/** The language of whoever looks, as BCP 47 has it. */
export const languageOf = (hass) => hass?.locale?.language ?? hass?.language ?? "en";

/**
 * What was worked out from these registries. Some entities are told apart by their states only, and states may come
 * after the registries: what was worked out before they came is another thing than what is worked out after.
 */
function remembered(hass) {
  const { entities = NOTHING, devices = NOTHING, states = NOTHING } = hass;
  const language = languageOf(hass);
  let memo = memory.get(entities);
  if (memo?.devices !== devices || memo.language !== language) {
    const late = ours(entities).filter((entity) => !keyOf(entity, states)).map((entity) => entity.entity_id);
    memo = { devices, language, late, worked_out: new Map() };
    memory.set(entities, memo);
  }
  const came = memo.late.filter((entity_id) => entity_id in states).join();
  let result = memo.worked_out.get(came);
  if (!result) {
    result = workOut(entities, devices, states, language);
    memo.worked_out.set(came, result);
  }
  return result;
}

const ours = (entities) =>
  Object.values(entities).filter((entity) => entity.platform === PLATFORM && !entity.hidden && entity.device_id);

/** What an entity shows. Where its device class says it all, it has no key of its own. */
const keyOf = (entity, states) =>
  entity.translation_key ?? states[entity.entity_id]?.attributes?.device_class;

function workOut(entities, devices, states, language) {
  const places = new Map();
  const placeOf = (device_id) => {
    if (!places.has(device_id) && devices[device_id]) places.set(device_id, place(devices[device_id]));
    return places.get(device_id);
  };
  for (const entity of ours(entities)) add(placeOf(entity.device_id), keyOf(entity, states), entity.entity_id);

  const brokers = [];
  const greenhouses = new Map();
  const planters = new Map();
  for (const [device_id, found] of [...places]) {
    const device = devices[device_id];
    const parent = device.parent_device_id;
    if (device.entry_type === "service") brokers.push(found);
    else if (!parent) greenhouses.set(device_id, found);
    else if (placeOf(parent)) {
      planters.set(device_id, found);
      greenhouses.set(parent, placeOf(parent));
    }
  }
  for (const [device_id, greenhouse] of greenhouses) {
    const entry = devices[device_id].config_entry_id;
    greenhouse.broker = brokers.find((broker) => devices[broker.device_id].config_entry_id === entry) ?? null;
    greenhouse.planters = [];
  }
  for (const [device_id, planter] of planters) {
    planter.greenhouse = greenhouses.get(devices[device_id].parent_device_id);
    planter.greenhouse.planters.push(planter);
  }

  const sort = sorter(language);
  for (const greenhouse of greenhouses.values()) sort(greenhouse.planters);
  return { model: { brokers: sort(brokers), greenhouses: sort([...greenhouses.values()]) }, planters };
}

const place = (device) => ({
  device_id: device.id,
  name: device.name_by_user || device.name || "",
  area_id: device.area_id ?? null,
  entities: {},
  others: [],
});

function add(place, key, entity_id) {
  if (!place || !key) return;
  if (key === UNKNOWN_MEASURE) place.others.push(entity_id);
  else place.entities[key] ??= entity_id;
}

/** Sorts as people count: 2 before 10, whatever the accents and the case. */
function sorter(language) {
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const id = (one) => one.device_id;
  return (places) => places.sort((a, b) => compare(a.name, b.name) || (id(a) < id(b) ? -1 : 1));
}
