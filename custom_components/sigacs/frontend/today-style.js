/** How the overview's three answers look: beside one another where there is room, below one another on a phone. */

export const STYLE = `
  :host { display: block; }
  ha-card { container-type: inline-size; overflow: hidden; color: var(--primary-text-color); }
  .answers { display: grid; grid-template-columns: minmax(0, 1fr); }
  .answer { --tone: var(--disabled-color, #888); box-sizing: border-box; min-height: 104px; padding: 16px; }
  .answer + .answer { border-top: 1px solid var(--divider-color); }
  .answer[data-tone="good"] { --tone: var(--success-color, #43a047); }
  .answer[data-tone="water"] { --tone: var(--info-color, #039be5); }
  .answer[data-tone="bad"] { --tone: var(--error-color, #db4437); }
  .answer[data-tone="soon"] { --tone: var(--warning-color, #ffa600); }
  .head { display: flex; gap: 16px; align-items: flex-start; min-height: 72px; }
  .sign {
    flex: none; display: grid; place-items: center; width: 56px; height: 56px; border-radius: 50%;
    background: color-mix(in srgb, var(--tone) 25%, transparent);
    color: color-mix(in srgb, var(--tone) 45%, var(--primary-text-color));
    --mdc-icon-size: 32px;
  }
  .said { min-width: 0; }
  .question { margin: 0; font-size: 15px; line-height: 20px; color: var(--secondary-text-color); }
  h2 {
    margin: 2px 0 0; font-size: 26px; line-height: 1.2; font-weight: 500; overflow-wrap: anywhere;
    text-wrap: balance;
  }
  ul { list-style: none; margin: 8px -8px 0; padding: 0; }
  li + li { border-top: 1px solid var(--divider-color); }
  button {
    font: inherit; color: inherit; background: none; border: 0; cursor: pointer; border-radius: 8px;
    text-align: start;
  }
  button:hover { background: color-mix(in srgb, var(--primary-text-color) 6%, transparent); }
  button:focus-visible { outline: 3px solid var(--primary-color); outline-offset: -3px; }
  .row { display: flex; gap: 12px; align-items: center; width: 100%; min-height: 56px; padding: 8px; }
  .row:disabled { cursor: default; }
  .who { flex: 1; min-width: 0; }
  .what { flex: none; max-width: 60%; text-align: end; }
  .who, .what { display: flex; flex-direction: column; }
  .name, .value { font-size: 19px; line-height: 24px; font-weight: 500; overflow-wrap: anywhere; }
  .value { font-variant-numeric: tabular-nums; }
  .about, .note { font-size: 14px; line-height: 19px; color: var(--secondary-text-color); overflow-wrap: anywhere; }
  .about:empty, .note:empty, [hidden] { display: none; }
  .more {
    margin: 4px -8px 0; padding: 12px 8px; min-height: 48px; font-size: 16px; font-weight: 500;
    text-decoration: underline;
  }
  .notes { margin-top: 8px; font-size: 15px; line-height: 21px; color: var(--secondary-text-color); }
  .notes p { margin: 0; overflow-wrap: anywhere; }
  .notes p + p { margin-top: 4px; }
  @container (min-width: 900px) {
    .answers { grid-template-columns: repeat(3, minmax(0, 1fr)); }
    .answer { padding: 20px; }
    .answer + .answer { border-top: 0; border-inline-start: 1px solid var(--divider-color); }
  }
`;
