import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { document, touched } from "./dom.js";
import { Garden, HOUR, MINUTE, NOW } from "./garden.js";

const { TodayCard } = await import("../../custom_components/sigacs/frontend/today-card.js");

/** A card on a page, at a time that stands still. */
async function shown(t, garden) {
  mock.timers.enable({ apis: ["Date", "setInterval"], now: NOW });
  const card = new TodayCard();
  card.setConfig({ type: "custom:sigacs-today-card" });
  card.hass = garden.hass;
  document.body.append(card);
  t.after(() => {
    card.remove();
    mock.timers.reset();
  });
  await drawn();
  return card;
}

const drawn = () => new Promise((done) => queueMicrotask(() => queueMicrotask(done)));

async function becomes(card, garden) {
  touched.count = 0;
  card.hass = garden.hass;
  await drawn();
}

const blocks = (card) => card.shadowRoot.querySelectorAll("section");
const answersOf = (card) => card.shadowRoot.querySelectorAll("h2").map((node) => node.textContent);
const rows = (block) => block.querySelectorAll("li").map((node) => node.querySelector(".name").textContent);

function thirsty(count) {
  const garden = new Garden();
  for (let number = 1; number <= count; number++) garden.dry(`Planter ${number}`, number / 10);
  return garden;
}

test("three questions and their answers, each an own landmark with a name", async (t) => {
  const card = await shown(t, thirsty(1));
  assert.deepEqual(answersOf(card), ["Water Planter\u00a01", "No, everything speaks", "No: Planter\u00a01 needs water before then"]);
  for (const block of blocks(card)) {
    assert.equal(block.getAttribute("aria-labelledby"), block.querySelector("h2").id);
    assert.equal(block.querySelector("ha-icon").getAttribute("aria-hidden"), "true");
  }
});

test("a long list is cut, opened in place, and stays open when values come in", async (t) => {
  const garden = thirsty(39);
  const card = await shown(t, garden);
  const [first] = blocks(card);
  const more = first.querySelector(".more");
  assert.deepEqual([rows(first).length, more.textContent, more.getAttribute("aria-expanded")], [5, "and 34 more", "false"]);
  more.onclick();
  assert.deepEqual([rows(first).length, more.getAttribute("aria-expanded")], [39, "true"]);
  garden.fine("Planter 99");
  await becomes(card, garden);
  assert.equal(rows(first).length, 39);
  more.onclick();
  assert.deepEqual([rows(first).length, more.textContent], [5, "and 34 more"]);
});

test("a list of six is shown whole: one more line is no longer than the button", async (t) => {
  const card = await shown(t, thirsty(6));
  assert.equal(rows(blocks(card)[0]).length, 6);
  assert.equal(blocks(card)[0].querySelector(".more").hidden, true);
});

test("a line opens what Home Assistant knows of the planter", async (t) => {
  const garden = new Garden();
  const planter = garden.dry("Planter 1", 12);
  const card = await shown(t, garden);
  const events = [];
  card.dispatchEvent = (event) => events.push(event);
  blocks(card)[0].querySelector(".row").onclick();
  const [{ type, detail, bubbles, composed }] = events;
  assert.deepEqual([type, detail, bubbles, composed], ["hass-more-info", { entityId: garden.id(planter, "moisture") }, true, true]);
});

test("a change of anything else touches nothing", async (t) => {
  const garden = thirsty(3);
  const card = await shown(t, garden);
  const planter = garden.fine("Planter 9");
  await becomes(card, garden);
  garden.set(planter, "vpd", 1.5);
  garden.write({ entity_id: "light.kitchen", state: "on", attributes: {} });
  await becomes(card, garden);
  assert.equal(touched.count, 0);
});

test("a new value touches its own text only, and keeps the nodes", async (t) => {
  const garden = new Garden();
  const planter = garden.dry("Planter 1", 12);
  garden.dry("Planter 2", 20);
  const card = await shown(t, garden);
  const before = blocks(card)[0].querySelectorAll("li");
  garden.set(planter, "moisture", 11);
  await becomes(card, garden);
  const after = blocks(card)[0].querySelectorAll("li");
  assert.deepEqual([after[0] === before[0], after[1] === before[1], touched.count], [true, true, 1]);
});

test("another order moves lines and makes none", async (t) => {
  const garden = new Garden();
  const planter = garden.dry("Planter 1", 12);
  garden.dry("Planter 2", 20);
  const card = await shown(t, garden);
  const before = blocks(card)[0].querySelectorAll("li");
  garden.set(planter, "moisture", 25);
  await becomes(card, garden);
  assert.deepEqual(rows(blocks(card)[0]), ["Planter 2", "Planter 1"]);
  assert.deepEqual(new Set(blocks(card)[0].querySelectorAll("li")), new Set(before));
});

test("the age of a silence goes on by itself, but not on a page that is left", async (t) => {
  const garden = new Garden();
  garden.lost("Planter 1", "silent", garden.glass, NOW - HOUR);
  garden.fine("Planter 2");
  const card = await shown(t, garden);
  const age = () => blocks(card)[1].querySelector(".value").textContent;
  assert.equal(age(), "1 hour ago");
  mock.timers.tick(HOUR);
  await drawn();
  assert.equal(age(), "2 hours ago");
  card.remove();
  mock.timers.tick(HOUR);
  await drawn();
  assert.equal(age(), "2 hours ago");
  document.body.append(card);
  await drawn();
  assert.equal(age(), "3 hours ago");
});

test("it speaks another language as soon as its user does", async (t) => {
  const garden = thirsty(1);
  const card = await shown(t, garden);
  garden.change({ language: "fr", locale: { ...garden.hass.locale, language: "fr" } });
  await becomes(card, garden);
  assert.equal(answersOf(card)[1].replace(/\u00a0/g, " "), "Non, tout répond");
});

test("words that Home Assistant loads later are taken up", async (t) => {
  const garden = new Garden();
  garden.lost("Planter 1", "soil_silent");
  garden.fine("Planter 2");
  const card = await shown(t, garden);
  garden.change({ formatEntityAttributeValue: () => "The soil probe is silent" });
  await becomes(card, garden);
  assert.equal(blocks(card)[1].querySelector(".about").textContent, "The soil probe is silent");
});

test("another name of a planter is shown", async (t) => {
  const garden = new Garden();
  const planter = garden.dry("Planter 1", 12);
  const card = await shown(t, garden);
  garden.changeDevice(planter, { name_by_user: "Basil" });
  await becomes(card, garden);
  assert.equal(answersOf(card)[0], "Water Basil");
});

test("a planter that is removed is gone, and one that appears is there", async (t) => {
  const garden = new Garden();
  const planter = garden.dry("Planter 1", 12);
  const card = await shown(t, garden);
  garden.dry("Planter 2", 20);
  garden.changeDevice(planter, null);
  await becomes(card, garden);
  assert.deepEqual(rows(blocks(card)[0]), ["Planter 2"]);
  assert.equal(touched.count > 0, true);
  mock.timers.tick(MINUTE);
});
