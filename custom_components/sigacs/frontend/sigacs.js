/** What Home Assistant's frontend loads: makes the dashboard and its two cards known. */

import { PlanterCard } from "./planter-card.js";
import { dashboard, differs } from "./strategy.js";
import { texts } from "./texts.js";
import { TodayCard } from "./today-card.js";

const DOCUMENTATION = "https://github.com/sigacs/sigacs";

class DashboardStrategy extends HTMLElement {
  static generate = (_config, hass) => dashboard(hass);

  static shouldRegenerate = (_config, before, now) => differs(before, now);

  /** What the form for a new dashboard is filled in with. */
  static getCreateSuggestions = (hass) => ({ title: texts(hass).strategy.title, icon: "mdi:greenhouse" });

  /** There is nothing to set. */
  static noEditor = true;
}

/** Once: after an update, an open page may load the new files beside the old ones. */
function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

/** Offers something in a list of the frontend's, by the words that a part of `texts.js` has for it in its language. */
function offer(list, about, words) {
  const said = () => words(texts(document.querySelector("home-assistant")?.hass));
  window[list] ??= [];
  if (window[list].some((known) => known.type === about.type)) return;
  window[list].push({
    ...about,
    documentationURL: DOCUMENTATION,
    get name() {
      return said().name;
    },
    get description() {
      return said().description;
    },
  });
}

define("ll-strategy-dashboard-sigacs", DashboardStrategy);
define("sigacs-today-card", TodayCard);
define("sigacs-planter-card", PlanterCard);

offer("customStrategies", { type: "sigacs", strategyType: "dashboard" }, (said) => said.strategy);
offer("customCards", { type: "sigacs-today-card", preview: true }, (said) => said.today);
offer("customCards", { type: "sigacs-planter-card", preview: true }, (said) => said.planter);
