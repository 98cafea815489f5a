/** What tests of the overview begin with: houses in words, and moments counted from a Thursday noon in Paris. */

import { answers } from "../../custom_components/sigacs/frontend/answers.js";
import { model } from "../../custom_components/sigacs/frontend/model.js";
import { say, timeZoneOf } from "../../custom_components/sigacs/frontend/today-words.js";
import { House } from "./hass.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const NOW = Date.parse("2026-06-04T12:00+02:00");

export const iso = (at) => new Date(at).toISOString();

/** One greenhouse behind a broker; as fresh as can be. */
export class Garden extends House {
  constructor(about = {}) {
    super({ time: NOW - 3 * HOUR, ...about });
    this.link = this.broker();
    this.glass = this.greenhouse("Greenhouse 1");
  }

  /** A planter that is fine, with more than enough water for the next week. */
  fine(name, in_greenhouse = this.glass) {
    const planter = this.planter(in_greenhouse, name, { last_seen: iso(NOW - 5 * MINUTE) });
    this.forecast(planter, 12 * DAY, 10 * DAY);
    return planter;
  }

  dry(name, moisture, limit = 30, in_greenhouse = this.glass) {
    const planter = this.fine(name, in_greenhouse);
    this.set(planter, "moisture", moisture);
    this.set(planter, "dry_below", limit);
    this.set(planter, "status", "needs_water", { reason: "below_threshold" });
    this.set(planter, "needs_water", "on");
    this.unforeseen(planter, "dry_already");
    return planter;
  }

  /** One of which nobody knows, for a reason. */
  lost(name, reason = "silent", in_greenhouse = this.glass, seen = NOW - 3 * HOUR) {
    const planter = this.fine(name, in_greenhouse);
    this.set(planter, "last_seen", seen === null ? "unknown" : iso(seen));
    for (const key of ["moisture", "temperature", "humidity"]) this.set(planter, key, "unavailable");
    this.set(planter, "status", "unknown", { reason });
    this.set(planter, "needs_water", "unknown");
    this.unforeseen(planter, "soil_unknown");
    return planter;
  }

  resting(name, until) {
    const planter = this.fine(name);
    this.set(planter, "status", "at_rest", { reason: "resting" });
    this.set(planter, "rest_until", iso(until));
    return planter;
  }

  forecast(planter, at, earliest, from = NOW) {
    const attributes = { earliest: iso(from + earliest), latest: iso(from + at + DAY), unknown_because: null };
    this.set(planter, "needs_water_at", iso(from + at), attributes);
  }

  unforeseen(planter, because, earliest = null) {
    const attributes = { earliest: earliest && iso(earliest), latest: null, unknown_because: because };
    this.set(planter, "needs_water_at", "unknown", attributes);
  }

  /** Take all states away but the registries, as in the first moment of a page. */
  forgetStates() {
    for (const entity_id of Object.keys(this.hass.states)) this.unwrite(entity_id);
  }

  answers(now = NOW) {
    return answers(model(this.hass), this.hass.states, now, timeZoneOf(this.hass));
  }

  say(now = NOW) {
    const blocks = say(this.answers(now), this.hass, now);
    return Object.fromEntries(blocks.map((block) => [block.id, block]));
  }
}

export const names = (found) => found.map((one) => (one.planter ?? one.place ?? one).name);
