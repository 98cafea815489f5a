/**
 * A house of greenhouses, as the frontend's `hass` object shows it: registries and states in the shape that Home
 * Assistant 2026.11 gives them. Entity ids tell nothing, so that nothing can be read from them.
 *
 *     const house = new House();
 *     const greenhouse = house.greenhouse("Greenhouse 1");
 *     const planter = house.planter(greenhouse, "Planter 1", { moisture: 23.5, status: "needs_water" });
 *     house.set(planter, "status", "unknown", { reason: "silent" });
 *     const hass = house.hass;
 *
 * As in the frontend, each change makes a new `hass`, and new registries only when it is the registries that change.
 */

const CONFIG = "config";
const DIAGNOSTIC = "diagnostic";

const number = (unit, state, attributes) => ({
  domain: "number",
  category: CONFIG,
  unit,
  state,
  attributes: { ...attributes, mode: "auto" },
});

/** domain, then what else the registry and the state say of an entity; `class`: known by its device class alone. */
const PLANTER = {
  moisture: { domain: "sensor", class: "moisture", unit: "%", state: "55.0" },
  temperature: { domain: "sensor", class: "temperature", unit: "°C", state: "21.5" },
  humidity: { domain: "sensor", class: "humidity", unit: "%", state: "58.0" },
  status: {
    domain: "sensor",
    state: "fine",
    attributes: {
      device_class: "enum",
      reason: "moist_enough",
      options: ["fine", "needs_water", "too_wet", "unknown", "at_rest"],
    },
  },
  last_watered: { domain: "sensor", attributes: { device_class: "timestamp" } },
  needs_water_at: { domain: "sensor", attributes: { device_class: "timestamp", earliest: null, latest: null } },
  vpd: { domain: "sensor", unit: "kPa", state: "1.08", attributes: { device_class: "pressure" } },
  dew_point: { domain: "sensor", unit: "°C", state: "12.9", attributes: { device_class: "temperature" } },
  last_seen: { domain: "sensor", category: DIAGNOSTIC, attributes: { device_class: "timestamp" } },
  needs_water: { domain: "binary_sensor", state: "off", attributes: { device_class: "problem" } },
  mark_watered: { domain: "button" },
  rest_until: { domain: "datetime", category: CONFIG },
  watering: { domain: "event", attributes: { event_types: ["watered", "watered_without_rise"], event_type: null } },
  dry_below: number("%", "30.0", { device_class: "moisture", min: 0, max: 100, step: 1 }),
  recovery_gap: number("%", "5.0", { min: 0, max: 50, step: 1 }),
  wet_above: number("%", "85.0", { device_class: "moisture", min: 0, max: 100, step: 1 }),
};

/** Those that not every planter has. */
const EXTRA = {
  battery: { domain: "sensor", category: DIAGNOSTIC, class: "battery", unit: "%", state: "87" },
  battery_voltage: {
    domain: "sensor",
    category: DIAGNOSTIC,
    unit: "V",
    state: "3.91",
    attributes: { device_class: "voltage" },
  },
  signal_strength: { domain: "sensor", category: DIAGNOSTIC, class: "signal_strength", unit: "dBm", state: "-61" },
  probe_voltage: {
    domain: "sensor",
    category: DIAGNOSTIC,
    unit: "mV",
    state: "1843",
    attributes: { device_class: "voltage" },
  },
  calibrate_dry: { domain: "button", category: CONFIG },
  calibrate_wet: { domain: "button", category: CONFIG },
  calibrate_reset: { domain: "button", category: CONFIG },
  other: { domain: "sensor", state: "4.2" },
};

const GREENHOUSE = {
  thirsty: { domain: "sensor", state: "0", attributes: { planters: [], unknown: [] } },
  temperature: { domain: "sensor", class: "temperature", unit: "°C", state: "21.5", attributes: { odd: [] } },
  humidity: { domain: "sensor", class: "humidity", unit: "%", state: "58.0", attributes: { odd: [] } },
  dew_point: { domain: "sensor", unit: "°C", state: "12.9", attributes: { device_class: "temperature" } },
  vpd: { domain: "sensor", unit: "kPa", state: "1.08", attributes: { device_class: "pressure" } },
  hub: { domain: "binary_sensor", category: DIAGNOSTIC, state: "on", attributes: { device_class: "connectivity" } },
  silence: {
    domain: "binary_sensor",
    state: "off",
    attributes: { device_class: "problem", cause: null, planters: [], since: null },
  },
  frost: { domain: "binary_sensor", state: "off", attributes: { device_class: "cold" } },
  condensation: { domain: "binary_sensor", state: "off", attributes: { device_class: "problem" } },
  rest_until: { domain: "datetime", category: CONFIG },
  frost_below: number("°C", "2.0", { device_class: "temperature", min: -10, max: 15, step: 0.5 }),
};

const HUB_CERTIFICATES = {
  certificate_client: { domain: "sensor", category: DIAGNOSTIC, attributes: { device_class: "timestamp" } },
  certificate_ca: { domain: "sensor", category: DIAGNOSTIC, attributes: { device_class: "timestamp" } },
};

const BROKER = {
  connectivity: { domain: "binary_sensor", category: DIAGNOSTIC, class: "connectivity", state: "on" },
  certificate_server: { domain: "sensor", category: DIAGNOSTIC, attributes: { device_class: "timestamp" } },
  certificate_own: { domain: "sensor", category: DIAGNOSTIC, attributes: { device_class: "timestamp" } },
  certificate_authority: { domain: "sensor", category: DIAGNOSTIC, attributes: { device_class: "timestamp" } },
};

const ALL = { ...EXTRA, ...HUB_CERTIFICATES };
const EPOCH = Date.UTC(2026, 5, 1, 12);

export class House {
  #count = 0;
  #rows = { entities: new Map(), devices: new Map(), states: new Map() };
  #changed = new Set(["entities", "devices", "states"]);
  #hass;

  /** `time` is when all states were written, in milliseconds. */
  constructor({ language = "en", entry = "entry-1", time = EPOCH } = {}) {
    this.entry = entry;
    this.time = time;
    this.#hass = {
      areas: {},
      language,
      locale: {
        language,
        number_format: "language",
        time_format: "language",
        date_format: "language",
        time_zone: "server",
      },
      config: { state: "RUNNING", time_zone: "Europe/Paris", unit_system: { temperature: "°C" } },
      themes: { darkMode: false },
      user: { is_admin: true },
      formatEntityState: (state) => `${state.state}${unitOf(state)}`,
      formatEntityAttributeValue: (state, attribute) => `${state.attributes[attribute]}`,
      formatEntityName: (state) => state.attributes.friendly_name,
    };
  }

  /** What the frontend has now. */
  get hass() {
    if (this.#changed.size) {
      const anew = [...this.#changed].map((table) => [table, Object.fromEntries(this.#rows[table])]);
      this.#hass = { ...this.#hass, ...Object.fromEntries(anew) };
      this.#changed.clear();
    }
    return this.#hass;
  }

  /** Change something else of it, such as `language` or `locale`. */
  change(about) {
    this.#hass = { ...this.hass, ...about };
  }

  /** Add the link to a broker; give its device id, as all that add something do. */
  broker(states = {}) {
    const device_id = this.#device("SIGACS broker", { entry_type: "service" });
    this.#fill(device_id, BROKER, states);
    return device_id;
  }

  /** Add a greenhouse; `states` by key: a value, or null for an entity that shall be missing. */
  greenhouse(name, states = {}) {
    const device_id = this.#device(name, { entry_type: null });
    this.#fill(device_id, GREENHOUSE, states);
    return device_id;
  }

  /** Add a planter to a greenhouse, with `states` likewise. */
  planter(greenhouse, name, states = {}) {
    const device_id = this.#device(name, { parent_device_id: greenhouse });
    this.#fill(device_id, PLANTER, states);
    return device_id;
  }

  /** The entity id of what shows `key` on a device. */
  id(device_id, key) {
    for (const entity of this.#rows.entities.values()) {
      if (entity.device_id === device_id && this.#keyOf(entity) === key) return entity.entity_id;
    }
    return undefined;
  }

  /** Write a state; attributes are added to those that are there. */
  set(device_id, key, state, attributes = {}) {
    const before = this.#rows.states.get(this.id(device_id, key));
    this.write({ ...before, state: `${state}`, attributes: { ...before.attributes, ...attributes } });
  }

  /** Put a state into the state machine as it is. */
  write(state) {
    this.#put("states", state.entity_id, state);
  }

  /** Take a state away, as it is before an integration has written its first. */
  unwrite(entity_id) {
    this.#put("states", entity_id, null);
  }

  /** Change a device in the registry, or remove it and its entities with null. */
  changeDevice(device_id, change) {
    this.#update("devices", device_id, change);
    if (change) return;
    for (const entity of [...this.#rows.entities.values()]) {
      if (entity.device_id === device_id) this.changeEntity(entity.entity_id, null);
    }
  }

  /** Change an entity in the registry, or remove it (which disabling does too) with null. */
  changeEntity(entity_id, change) {
    this.#update("entities", entity_id, change);
    if (!change) this.unwrite(entity_id);
  }

  /** Add an entity of any kind. */
  entity(device_id, { domain, key, class: device_class, state = "unknown", unit, category, attributes, ...registry }) {
    const entity_id = `${domain}.e${++this.#count}`;
    this.#put("entities", entity_id, {
      entity_id,
      device_id,
      platform: "sigacs",
      labels: [],
      translation_key: device_class ? undefined : key,
      entity_category: category,
      has_entity_name: true,
      name: key,
      ...registry,
    });
    this.write({
      entity_id,
      state: `${state}`,
      attributes: {
        ...(device_class && { device_class }),
        ...(unit && { unit_of_measurement: unit }),
        ...attributes,
        friendly_name: `${this.#rows.devices.get(device_id)?.name} ${key}`,
      },
      last_changed: new Date(this.time).toISOString(),
      last_updated: new Date(this.time).toISOString(),
      context: { id: "", parent_id: null, user_id: null },
    });
    return entity_id;
  }

  #device(name, about) {
    const id = `d${++this.#count}`.padEnd(32, "0");
    this.#put("devices", id, {
      id,
      name,
      name_by_user: null,
      area_id: null,
      config_entry_id: this.entry,
      disabled_by: null,
      identifiers: [],
      labels: [],
      parent_device_id: null,
      ...about,
    });
    return id;
  }

  #fill(device_id, table, states) {
    for (const key of new Set([...Object.keys(table), ...Object.keys(states)])) {
      const about = table[key] ?? ALL[key];
      if (!about) throw new Error(`${key} is no entity of ours`);
      if (states[key] === null) continue;
      this.entity(device_id, { ...about, key, ...(key in states && { state: states[key] }) });
    }
  }

  #keyOf(entity) {
    return entity.translation_key ?? this.#rows.states.get(entity.entity_id)?.attributes.device_class;
  }

  #update(table, id, change) {
    this.#put(table, id, change && { ...this.#rows[table].get(id), ...change });
  }

  #put(table, id, row) {
    if (row) this.#rows[table].set(id, row);
    else this.#rows[table].delete(id);
    this.#changed.add(table);
  }
}

const unitOf = ({ attributes }) => (attributes.unit_of_measurement ? ` ${attributes.unit_of_measurement}` : "");
