/** A moisture between its limits: a bar from 0 to 100 %, with zones, and a marker where the moisture is. */

import { mark, show, style } from "./element.js";
import { percent } from "./planter-account.js";
import { fill } from "./texts.js";

export const BAR = `
  <div class="bar" role="img">
    <div class="zones"><i class="dry"></i><i class="recovering"></i><i class="fine"></i><i class="wet"></i></div>
    <div class="marker"></div>
  </div>
  <div class="limits" aria-hidden="true"><span class="too-dry"></span><span class="too-wet"></span></div>`;

export const BAR_STYLE = `
  .bar, .limits { direction: ltr; }
  .bar { position: relative; height: 12px; margin-block-start: 4px; }
  .zones { display: flex; gap: 2px; height: 100%; border-radius: 6px; overflow: hidden; }
  .zones i { flex: 0 1 var(--width); }
  .zones i[hidden] { display: none; }
  .dry { background: color-mix(in srgb, var(--error-color) 60%, var(--card-background-color)); }
  .recovering {
    background: repeating-linear-gradient(
      -45deg, color-mix(in srgb, var(--warning-color) 60%, var(--card-background-color)) 0 4px, transparent 4px 7px);
  }
  .fine { background: color-mix(in srgb, var(--success-color) 60%, var(--card-background-color)); }
  .wet { background: color-mix(in srgb, var(--info-color) 60%, var(--card-background-color)); }
  .marker {
    position: absolute; inset-block: -4px; inset-inline-start: calc(var(--at) * 1%); width: 6px; margin-inline-start: -3px;
    border-radius: 3px; background: var(--primary-text-color); box-shadow: 0 0 0 2px var(--card-background-color);
  }
  .marker[hidden] { display: none; }
  .stale .zones i { filter: grayscale(1); opacity: .6; }
  .stale .marker { background: var(--card-background-color); border: 2px solid var(--secondary-text-color); box-sizing: border-box; }
  .limits { display: flex; justify-content: space-between; gap: 8px; margin-block-start: 4px; font-size: 12px; line-height: 16px; color: var(--secondary-text-color); }`;

/** Write what `account` knows. */
export function drawBar(root, hass, words, { value, live, limits, moisture, scale }) {
  const { dry, recovered, wet } = limits;
  const ends = [dry ?? 0, recovered ?? dry ?? 0, wet ?? 100, 100];
  [...root.querySelector(".zones").children].forEach((zone, index) => {
    const width = ends[index] - (ends[index - 1] ?? 0);
    show(zone, { hidden: width <= 0 });
    style(zone, { "--width": `${width}%` });
  });
  const marker = root.querySelector(".marker");
  show(marker, { hidden: value === null });
  if (value !== null) style(marker, { "--at": `${Math.min(Math.max(value, 0), 100)}` });

  const [too_dry, too_wet] = [
    dry === null ? "" : fill(words.dry_below, { limit: percent(hass, scale, dry) }),
    wet === null ? "" : fill(words.wet_above, { limit: percent(hass, scale, wet) }),
  ];
  show(root.querySelector(".too-dry"), { textContent: too_dry });
  show(root.querySelector(".too-wet"), { textContent: too_wet });
  const now = value === null ? words.never : percent(hass, moisture, value);
  mark(root.querySelector(".bar"), {
    "aria-label": [live || value === null ? now : fill(words.last, { value: now }), too_dry, too_wet].filter(Boolean).join(", "),
  });
}
