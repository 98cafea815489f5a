/**
 * One planter, as no card of Home Assistant's own can say it: how moist it is and how old that is, what that means by
 * its own limits, and how it came about. A planter that is silent stays, with the last that was known of it.
 *
 * `{type: custom:sigacs-planter-card, device_id: <the planter's device>}`
 *
 * A new `hass` comes with every change in the house: only when something of this planter is another object than before
 * is anything worked out, and only what is another text than before is written.
 */

import { distance, HOUR, MINUTE } from "./calendar.js";
import { show, style } from "./element.js";
import { languageOf, model, planterOf } from "./model.js";
import { BAR, BAR_STYLE, drawBar } from "./moisture-bar.js";
import { drawGraph, GRAPH, GRAPH_STYLE } from "./moisture-graph.js";
import { account, ingredients, percent } from "./planter-account.js";
import { PlanterPast } from "./planter-past.js";
import { fill, texts } from "./texts.js";

const OUTDATED = HOUR;

/** Which colour goes with a state, beside its icon and its words. */
const COLOURS = { fine: "success", needs_water: "error", too_wet: "info" };

const TEMPLATE = `
  <style>
    :host { display: block; height: 100%; }
    ha-card { height: 100%; display: flex; flex-direction: column; padding: 12px 16px 8px; box-sizing: border-box; cursor: pointer; }
    button { all: unset; cursor: pointer; display: block; border-radius: 4px; }
    button:focus-visible { outline: 2px solid var(--primary-color); outline-offset: 4px; }
    .moisture { display: flex; align-items: baseline; flex-wrap: wrap; column-gap: 8px; color: var(--primary-text-color); }
    .value { font-size: 36px; line-height: 44px; font-weight: 500; }
    .stale .value { color: var(--secondary-text-color); }
    .age { font-size: 14px; line-height: 20px; color: var(--secondary-text-color); }
    .status { display: flex; gap: 8px; min-height: 40px; margin-block-end: 8px; align-items: flex-start; font-size: 14px; line-height: 20px; color: var(--primary-text-color); }
    .status ha-state-icon { flex: none; width: 24px; height: 24px; --mdc-icon-size: 24px; color: var(--colour, var(--secondary-text-color)); }
    .status b { font-weight: 500; }
    .known { display: contents; }
    .known[hidden] { display: none; }
    .gone { color: var(--primary-text-color); font-size: 14px; line-height: 20px; margin: auto; }
    [hidden] { display: none; }
    ${BAR_STYLE}${GRAPH_STYLE}
  </style>
  <ha-card>
    <p class="gone" hidden></p>
    <div class="known">
      <button type="button">
        <span class="moisture"><span class="value"></span><span class="age"></span></span>
        <span class="status"><ha-state-icon aria-hidden="true"></ha-state-icon><span><b></b><span class="reason"></span></span></span>
      </button>
      ${BAR}${GRAPH}
    </div>
  </ha-card>`;

/** All cards that are on a page: one clock tells them that a minute has passed. */
const shown = new Set();
let clock;

/** Before a card is given a `hass`, the page has one. */
const ownWords = () => texts(document.querySelector("home-assistant")?.hass).planter;

export class PlanterCard extends HTMLElement {
  #device;
  #hass;
  #past;
  #ingredients = [];
  #left_at = Date.now();

  static getStubConfig = (hass) => ({ device_id: model(hass).greenhouses[0]?.planters[0]?.device_id ?? "" });

  static getConfigForm = () => ({
    schema: [{ name: "device_id", required: true, selector: { device: { filter: { integration: "sigacs" } } } }],
    computeLabel: () => ownWords().device,
  });

  getCardSize = () => 5;

  getGridOptions = () => ({ columns: 12, min_columns: 6, rows: 5, min_rows: 5 });

  setConfig({ device_id }) {
    if (typeof device_id !== "string") throw new Error(ownWords().no_device);
    if (device_id === this.#device) return; // a dashboard that is written anew keeps its cards
    this.#past?.stop();
    this.#past = new PlanterPast(() => this.#renew());
    this.#device = device_id;
    this.#renew();
  }

  set hass(hass) {
    const missed = hass.connected && this.#hass?.connected === false;
    this.#hass = hass;
    if (missed) {
      this.#past?.outdate();
      this.#renew();
    } else {
      this.#update();
    }
  }

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    shown.add(this);
    clock ??= setInterval(() => shown.forEach((card) => card.#renew()), MINUTE);
    if (Date.now() - this.#left_at > OUTDATED) this.#past?.outdate();
    this.#renew();
  }

  disconnectedCallback() {
    shown.delete(this);
    if (!shown.size) clock = clearInterval(clock);
    this.#past?.stop();
    this.#left_at = Date.now();
  }

  #build() {
    this.attachShadow({ mode: "open" }).innerHTML = TEMPLATE;
    this.shadowRoot.querySelector("ha-card").addEventListener("click", () => this.#open());
  }

  get #planter() {
    return this.#hass?.entities && planterOf(this.#hass, this.#device);
  }

  #open() {
    const { moisture, status } = this.#planter?.entities ?? {};
    const entityId = moisture ?? status;
    if (!entityId) return;
    this.dispatchEvent(new CustomEvent("hass-more-info", { detail: { entityId }, bubbles: true, composed: true }));
  }

  /** Draw if something of this planter is not what it was. */
  #update() {
    if (!this.isConnected || !this.#hass?.entities || !this.#past) return;
    const before = this.#ingredients;
    this.#ingredients = ingredients(this.#hass, this.#planter);
    if (this.#ingredients.some((one, index) => one !== before[index])) this.#draw();
  }

  #renew() {
    this.#ingredients = [];
    this.#update();
  }

  #draw() {
    const [hass, planter, root] = [this.#hass, this.#planter, this.shadowRoot];
    const words = texts(hass).planter;
    show(root.querySelector(".gone"), { hidden: Boolean(planter), textContent: planter ? "" : words.gone });
    show(root.querySelector(".known"), { hidden: !planter });
    if (!planter) return;
    const { moisture, last_watered } = planter.entities;
    const now = Date.now();
    this.#past.note(hass.states[moisture], hass.states[last_watered]);
    this.#past.follow(hass, planter.entities, now);

    const said = account(hass, planter);
    root.querySelector("ha-card").classList.toggle("stale", !said.live);
    drawWords(root, hass, words, said, now);
    drawBar(root, hass, words, said);
    drawGraph(root, hass, words, said, this.#past, now);
  }
}

function drawWords(root, hass, words, said, now) {
  const { value, live, at, moisture } = said;
  const spelled = value === null ? "—" : percent(hass, moisture, value);
  const age = at === null ? "" : distance(Math.min(at, now), now, { language: languageOf(hass) }); // a clock may be behind
  const until = said.until && fill(words.until, { time: hass.formatEntityState(said.until) });
  show(root.querySelector(".value"), { textContent: spelled });
  show(root.querySelector(".age"), { textContent: live || !age ? age : fill(words.last, { value: age }) });
  show(root.querySelector("ha-state-icon"), { hass, stateObj: said.status && { ...said.status, state: said.state } });
  style(root.querySelector(".status"), { "--colour": `var(--${COLOURS[said.state] ?? "secondary-text"}-color)` });
  show(root.querySelector("b"), { textContent: said.said });
  const why = until || said.reason;
  show(root.querySelector(".reason"), { textContent: why && ` · ${why}` });
}
