/** How a moisture came about: a line over the last days, or since it is there, with its gaps, the dry limit, and a drop for each watering. */

import { DAY } from "./calendar.js";
import { list, mark, remembering, show, style } from "./element.js";
import { beginning, filled, spansOf, within, wateringsOf } from "./history.js";
import { languageOf } from "./model.js";
import { COLUMN, COLUMNS, extremesOf, frameOf, marksBetween, pathsOf, rangeOf, scale } from "./moisture-plot.js";
import { percent } from "./planter-account.js";
import { fill, plural } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;
const DROP = "M12 20a6 6 0 0 1-6-6c0-4 6-10.8 6-10.8S18 10 18 14a6 6 0 0 1-6 6Z";
/** A mark that lies further right has no room for its name. */
const LAST_NAME = 0.9;

export const GRAPH = `
  <div class="graph" role="img">
    <div class="drops"></div>
    <div class="plot">
      <svg preserveAspectRatio="none"><g class="marks"></g><line class="limit"></line><g class="lines"></g></svg>
      <span class="top"></span><span class="bottom"></span>
      <p class="note" hidden></p>
    </div>
    <div class="names"></div>
  </div>`;

export const GRAPH_STYLE = `
  .graph { direction: ltr; flex: 1; display: flex; flex-direction: column; min-height: 108px; margin-block-start: 4px; font-size: 12px; line-height: 16px; color: var(--secondary-text-color); }
  .drops, .names { position: relative; height: 16px; }
  .drops svg { position: absolute; inset-inline-start: calc(var(--at) * 100%); width: 16px; height: 16px; margin-inline-start: -8px; fill: var(--info-color); }
  .names span { position: absolute; inset-inline-start: calc(var(--at) * 100%); padding-inline-start: 4px; white-space: nowrap; }
  .plot { position: relative; flex: 1; min-height: 60px; }
  .plot > svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
  .plot > span { position: absolute; inset-inline-start: 2px; padding-inline: 2px; background: color-mix(in srgb, var(--card-background-color) 75%, transparent); }
  .top { top: 0; }
  .bottom { bottom: 0; }
  .plot :is(path, line) { fill: none; vector-effect: non-scaling-stroke; }
  .marks line { stroke: var(--divider-color); }
  .limit { stroke: var(--error-color); stroke-width: 1.5; stroke-dasharray: 6 4; }
  .lines path { stroke: var(--primary-text-color); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
  .stale .lines path { stroke: var(--secondary-text-color); }
  .note { position: absolute; inset: 0; display: grid; place-content: center; margin: 0; padding-inline: 16px; text-align: center; }
  .note[hidden] { display: none; }`;

/** What all graphs of a view have in common, and what costs more than the rest of them together. */
const calendar = remembering((from, to, step, language, timeZone) => ({
  marks: marksBetween(from, to, step, timeZone),
  name: new Intl.DateTimeFormat(language, { ...(step < DAY ? { timeStyle: "short" } : { weekday: "short" }), timeZone }),
  time: new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", timeZone }),
}));

/**
 * Write the past, and what `account` knows of now.
 *
 * @param {import("./planter-past.js").PlanterPast} past
 */
export function drawGraph(root, hass, words, { live, value, limits, moisture, scale: like }, { known: past, trouble }, clock) {
  const samples = past?.samples ?? [];
  const now = samples.reduce((newest, { at }) => Math.max(newest, at), clock);
  const spans = within(filled(spansOf(samples, now), past?.hours ?? []), beginning(now), now);
  const { from, step } = frameOf(spans, now);
  const waterings = wateringsOf(past?.waterings ?? [], from, now);
  const range = rangeOf(spans, limits.dry);
  const x = scale(from, now, COLUMNS);
  const y = scale(range[1], range[0], HEIGHT);
  const timeZone = hass.locale?.time_zone === "server" ? hass.config?.time_zone : undefined;
  const { marks, name, time } = calendar(from, Math.floor(now / COLUMN) * COLUMN, step, languageOf(hass), timeZone);

  mark(root.querySelector(".plot > svg"), { viewBox: `0 0 ${COLUMNS} ${HEIGHT}` });
  list(root.querySelector(".lines"), pathsOf(spans, x, y), () => document.createElementNS(SVG, "path"), (node, d) => mark(node, { d }));
  list(root.querySelector(".marks"), marks.map(x).map(Math.round), () => document.createElementNS(SVG, "line"), upright);
  const limit = limits.dry === null || !spans.length ? null : y(limits.dry);
  mark(root.querySelector(".limit"), { x1: 0, x2: COLUMNS, y1: limit ?? 0, y2: limit ?? 0, visibility: limit === null ? "hidden" : null });
  show(root.querySelector(".top"), { textContent: spans.length ? percent(hass, like, range[1]) : "" });
  show(root.querySelector(".bottom"), { textContent: spans.length ? percent(hass, like, range[0]) : "" });

  const named = marks.filter((at) => (at - from) / (now - from) < LAST_NAME);
  list(root.querySelector(".names"), named, () => document.createElement("span"), (node, at) => {
    show(node, { textContent: name.format(at) });
    style(node, { "--at": share(at, from, now) });
  });
  list(root.querySelector(".drops"), waterings, drop, (node, at) => {
    show(node.querySelector("title"), { textContent: fill(words.watered_at, { time: time.format(at) }) });
    style(node, { "--at": share(at, from, now) });
  });

  const nothing = (past || !moisture) && !spans.length ? words.no_history : "";
  const note = trouble === null ? nothing : fill(words.history_failed, { error: trouble });
  show(root.querySelector(".note"), { textContent: note, hidden: !note });
  const extremes = extremesOf(spans);
  const spelled = (moment) => percent(hass, moisture, Math.round(moment * 10) / 10);
  const told = extremes && [
    fill(words.graph, { lowest: spelled(extremes.lowest), highest: spelled(extremes.highest) }),
    live ? fill(words.now, { value: percent(hass, moisture, value) }) : words.not_known_now,
    waterings.length ? plural(hass, words.waterings, waterings.length) : words.no_watering,
  ];
  mark(root.querySelector(".graph"), { "aria-label": told ? told.join(" ") : note || words.loading });
}

const share = (at, from, to) => ((at - from) / (to - from)).toFixed(4);

const upright = (node, x) => mark(node, { x1: x, x2: x, y1: 0, y2: HEIGHT });

function drop() {
  const svg = document.createElementNS(SVG, "svg");
  mark(svg, { viewBox: "0 0 24 24" });
  const path = document.createElementNS(SVG, "path");
  mark(path, { d: DROP });
  svg.append(document.createElementNS(SVG, "title"), path);
  return svg;
}
