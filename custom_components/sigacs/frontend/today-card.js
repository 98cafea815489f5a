/**
 * `<sigacs-today-card>`: which planter first, is anything broken, will it last the weekend. Nothing to configure.
 *
 * set hass -> was one of the states used written anew? -> answers -> words -> the few nodes whose text is another one.
 * Nodes are kept by key, so nothing that stays is drawn anew, and a list that was opened stays open.
 */

import { answers, USED } from "./answers.js";
import { MINUTE } from "./calendar.js";
import { keyed, list, make, mark, show } from "./element.js";
import { model } from "./model.js";
import { plural, texts } from "./texts.js";
import { STYLE } from "./today-style.js";
import { say, timeZoneOf } from "./today-words.js";

const SHOWN = 5;
const ICONS = {
  good: "mdi:check-bold",
  water: "mdi:watering-can",
  bad: "mdi:alert",
  soon: "mdi:clock-alert",
  unknown: "mdi:help",
};

export class TodayCard extends HTMLElement {
  #hass;
  #model;
  #used = [];
  #seen = [];
  #frame = [];
  #drawing = false;
  #timer;
  #blocks;
  #open = new Set();

  static getStubConfig = () => ({});

  setConfig() {}

  getCardSize = () => 6;

  getGridOptions = () => ({ columns: "full", min_columns: 6 });

  set hass(hass) {
    this.#hass = hass;
    if (this.#notice(hass)) this.#drawSoon();
  }

  connectedCallback() {
    this.#timer ??= setInterval(() => this.#drawSoon(), MINUTE);
    if (this.#hass) this.#drawSoon();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether something that is shown may be another than when this was asked last: a few comparisons a planter. */
  #notice(hass) {
    const { states, locale, formatEntityState, formatEntityAttributeValue } = hass;
    const now = model(hass);
    const frame = [now, locale, formatEntityState, formatEntityAttributeValue];
    let changed = frame.some((part, at) => part !== this.#frame[at]);
    if (now !== this.#model) {
      this.#model = now;
      this.#used = entitiesOf(now);
      this.#seen = [];
    }
    this.#frame = frame;
    const [used, seen] = [this.#used, this.#seen];
    for (let at = 0; at < used.length; at++) {
      const state = states[used[at]];
      if (seen[at] !== state) changed = true;
      seen[at] = state;
    }
    return changed;
  }

  /** Once for all that changes in one go; nothing while nobody looks. */
  #drawSoon() {
    if (this.#drawing || !this.isConnected) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (this.isConnected && this.#hass) this.#draw();
    });
  }

  #draw() {
    const hass = this.#hass;
    const now = Date.now();
    const blocks = say(answers(this.#model, hass.states, now, timeZoneOf(hass)), hass, now);
    this.#blocks ??= this.#prepare();
    const fill = (node, block) => this.#fillBlock(node, block);
    keyed(this.#blocks, blocks, ({ id }) => id, newBlock, fill);
  }

  #prepare() {
    const root = this.attachShadow({ mode: "open" });
    const blocks = make("div", "answers");
    const card = make("ha-card");
    card.append(blocks);
    const style = make("style");
    style.textContent = STYLE;
    root.append(style, card);
    return blocks;
  }

  #fillBlock(block, { id, tone, question, answer, rows, notes }) {
    const part = (selector) => block.querySelector(selector);
    const heading = part("h2");
    heading.id ||= `answer-${id}`;
    mark(block, { "aria-labelledby": heading.id, "data-tone": tone });
    mark(part("ha-icon"), { icon: ICONS[tone] });
    write(part(".question"), question);
    write(heading, answer);
    const open = this.#open.has(id);
    const beyond = rows.length > SHOWN + 1 ? rows.length - SHOWN : 0;
    const lines = part("ul");
    lines.id ||= `list-${id}`;
    lines.hidden = !rows.length;
    keyed(lines, open || !beyond ? rows : rows.slice(0, SHOWN), (row) => row.key, () => this.#newRow(), fillRow);
    this.#fillMore(part(".more"), id, lines.id, beyond, open);
    const said = part(".notes");
    said.hidden = !notes.length;
    list(said, notes, () => make("p"), write);
  }

  #fillMore(button, id, lines, beyond, open) {
    const text = texts(this.#hass).today;
    button.hidden = !beyond;
    mark(button, { "aria-expanded": `${open}`, "aria-controls": lines });
    write(button, open ? text.show_less : plural(this.#hass, text.show_more, beyond));
    button.onclick = () => {
      if (!this.#open.delete(id)) this.#open.add(id);
      this.#draw();
    };
  }

  #newRow() {
    const button = make(
      "button",
      "row",
      make("span", "who", make("span", "name"), make("span", "about")),
      make("span", "what", make("span", "value"), make("span", "note")),
    );
    button.type = "button";
    button.onclick = () => {
      const detail = { entityId: button.dataset.entity };
      this.dispatchEvent(new CustomEvent("hass-more-info", { bubbles: true, composed: true, detail }));
    };
    return make("li", "", button);
  }
}

function newBlock() {
  const block = make("section", "answer");
  const icon = make("ha-icon");
  icon.setAttribute("aria-hidden", "true");
  const sign = make("div", "sign", icon);
  const head = make("div", "head", sign, make("div", "said", make("p", "question"), make("h2")));
  const more = make("button", "more");
  more.type = "button";
  more.hidden = true;
  const lines = make("ul");
  lines.setAttribute("role", "list"); // without marks, some browsers no longer take it for one
  block.append(head, lines, more, make("div", "notes"));
  return block;
}

const entitiesOf = ({ brokers, greenhouses }) =>
  [...brokers, ...greenhouses, ...greenhouses.flatMap(({ planters }) => planters)].flatMap(({ entities }) =>
    USED.map((key) => entities[key]).filter(Boolean),
  );

function fillRow(node, { name, about, value, note, entity_id }) {
  const button = node.firstElementChild;
  mark(button, { "data-entity": entity_id ?? "" });
  button.disabled = !entity_id;
  for (const [part, text] of Object.entries({ name, about, value, note })) {
    write(button.querySelector(`.${part}`), text);
  }
}

function write(node, textContent) {
  show(node, { textContent });
}
