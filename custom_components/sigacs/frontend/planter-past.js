/**
 * The past of one planter while its card is shown: asked for once, carried on by what comes live, asked for anew when
 * it is a day old or when something may have been missed. What is there stays until something newer is.
 */

import { DAY, MINUTE } from "./calendar.js";
import { numberOf, past } from "./history.js";

const OVERLAP = MINUTE;
const FIRST_PAUSE = MINUTE / 2;
const LONGEST_PAUSE = 10 * MINUTE;

export class PlanterPast {
  /** Why it could not be had, in the words of whoever refused; null when all is well. */
  trouble = null;

  #changed;
  #fetched = null;
  #fetched_at = -Infinity;
  #live = { samples: [], waterings: [] };
  #asking = null;
  #timer;
  #pause = FIRST_PAUSE;

  /** `changed` is called when an answer, or trouble, came. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** What is known; null as long as no answer came. */
  get known() {
    const { samples, waterings } = this.#live;
    return (
      this.#fetched && {
        ...this.#fetched,
        samples: [...this.#fetched.samples, ...samples],
        waterings: [...this.#fetched.waterings, ...waterings],
      }
    );
  }

  /** Take the states of now, the same ones again or new ones. */
  note(moisture, last_watered) {
    const { samples, waterings } = this.#live;
    if (moisture) {
      const sample = { at: Date.parse(moisture.last_changed), value: numberOf(moisture.state) };
      if (samples.at(-1)?.at !== sample.at) samples.push(sample);
    }
    if (last_watered && waterings.at(-1) !== last_watered.state) waterings.push(last_watered.state);
  }

  /** Ask if there is need to, and nothing is under way; `entities` are a planter's. */
  async follow(hass, entities, now) {
    const enough = now - this.#fetched_at < DAY;
    if (enough || this.#asking || this.#timer || hass.connected === false || !entities.moisture) return;
    const asking = {};
    this.#asking = asking;
    try {
      const fetched = await past(hass, entities);
      if (this.#asking !== asking) return;
      this.#fetched = fetched;
      this.#fetched_at = now;
      this.#live.samples = this.#live.samples.filter(({ at }) => at >= now - OVERLAP);
      this.#pause = FIRST_PAUSE;
      this.trouble = null;
    } catch (error) {
      if (this.#asking !== asking) return;
      this.trouble = String(error?.message ?? error?.code ?? error);
      this.#timer = setTimeout(() => this.#again(), this.#pause);
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    }
    this.#asking = null;
    this.#changed();
  }

  /** Something may have been missed: ask at the next occasion. An answer that is under way comes too late. */
  outdate() {
    this.stop();
    this.#fetched_at = -Infinity;
    this.#pause = FIRST_PAUSE;
  }

  /** Ask nothing and expect nothing. */
  stop() {
    this.#asking = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #again() {
    this.#timer = undefined;
    this.#changed();
  }
}
