import assert from "node:assert/strict";
import { test } from "node:test";

import { DAY, Garden, HOUR, iso, MINUTE, NOW } from "./garden.js";

const SPACES = /[\u00a0\u202f]/g;
const plain = ({ question, answer, tone, rows, notes }) => ({
  question: question.replace(SPACES, " "),
  answer: answer.replace(SPACES, " "),
  tone,
  rows: rows.map(({ name, about, value, note }) => [name, about, value, note].join(" | ").replace(SPACES, " ")),
  notes: notes.map((note) => note.replace(SPACES, " ")),
});
const said = (garden, id, now) => plain(garden.say(now)[id]);
const french = { language: "fr" };

test("several thirsty planters: which first, and each with its moisture and its limit", () => {
  for (const [about, answer, limit, note] of [
    [{}, "Water Planter 2 first", "limit", "2 planters need water · 1 needs none"],
    [french, "À arroser en premier : Planter 2", "seuil", "2 bacs à arroser · 1 n'a pas besoin d'eau"],
  ]) {
    const garden = new Garden(about);
    garden.dry("Planter 1", 20);
    garden.dry("Planter 2", 12);
    garden.fine("Planter 3");
    assert.deepEqual(said(garden, "first"), {
      question: about === french ? "Quel bac en premier ?" : "Which planter first?",
      answer,
      tone: "water",
      rows: [`Planter 2 |  | 12 % | ${limit} 30 %`, `Planter 1 |  | 20 % | ${limit} 30 %`],
      notes: [note],
    });
  }
});

test("one thirsty planter needs no order, and an unusual reason is said", () => {
  const garden = new Garden(french);
  garden.set(garden.dry("Bac 4", 12), "status", "needs_water", { reason: "watered_without_rise" });
  const { answer, rows } = said(garden, "first");
  assert.equal(answer, "À arroser : Bac 4");
  assert.deepEqual(rows, ["Bac 4 | watered_without_rise | 12 % | seuil 30 %"]);
});

test("planters of the same name are told apart by their greenhouses", () => {
  const garden = new Garden();
  const other = garden.greenhouse("Greenhouse 2");
  garden.dry("Planter 1", 12, 30, other);
  garden.fine("Planter 1");
  const { answer, rows } = said(garden, "first");
  assert.equal(answer, "Water Planter 1 (Greenhouse 2)");
  assert.deepEqual(rows, ["Planter 1 | Greenhouse 2 | 12 % | limit 30 %"]);
});

test("nothing needs water is said only when that is known of all", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  assert.deepEqual([said(garden, "first").answer, said(garden, "first").tone], ["Nothing needs water", "good"]);
  garden.lost("Planter 2");
  assert.deepEqual([said(garden, "first").answer, said(garden, "first").tone], ["Not known for Planter 2", "unknown"]);
  garden.lost("Planter 3", "soil_silent");
  assert.equal(said(garden, "first").answer, "Not known for 2 planters");
});

test("a few are named, of many it is said how many", () => {
  const garden = new Garden(french);
  garden.fine("Bac 0");
  for (let number = 1; number <= 3; number++) garden.lost(`Bac ${number}`);
  assert.match(said(garden, "first").notes[0], /^Bac 1, Bac 2,? et Bac 3$/);
  garden.lost("Bac 4");
  assert.equal(said(garden, "first").answer, "On ne sait pas pour 4 bacs");
  assert.deepEqual(said(garden, "first").notes, ["1 n'a pas besoin d'eau"]);
  garden.dry("Bac 5", 12);
  assert.ok(said(garden, "first").notes.includes("On ne sait pas : 4 bacs"));
});

test("too wet is told, and is not among those that need no water", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  garden.set(garden.fine("Planter 2"), "status", "too_wet", { reason: "above_limit" });
  garden.dry("Planter 3", 12);
  assert.deepEqual(said(garden, "first").notes, ["1 needs none", "Too wet: Planter 2"]);
});

test("a long name of a greenhouse is left to the list", () => {
  const garden = new Garden();
  const other = garden.greenhouse("The old winter greenhouse behind the barn");
  garden.dry("Planter 1", 12, 30, other);
  garden.fine("Planter 1");
  assert.equal(said(garden, "first").answer, "Water Planter 1");
});

test("greenhouses that are silent are counted as such", () => {
  const garden = new Garden();
  for (const name of ["Greenhouse 2", "Greenhouse 3"]) {
    const greenhouse = garden.greenhouse(name);
    garden.lost("Planter 1", "hub_offline", greenhouse);
    garden.set(greenhouse, "silence", "on", { cause: "hub" });
    garden.set(greenhouse, "hub", "off");
  }
  assert.equal(said(garden, "broken").answer, "Yes: 2 greenhouses are silent");
});

test("where not all are known, those that need water are the least", () => {
  const garden = new Garden();
  garden.dry("Planter 1", 10);
  garden.dry("Planter 2", 10);
  garden.unforeseen(garden.fine("Planter 3"), "learning");
  assert.equal(said(garden, "weekend").answer, "No: at least 2 planters need water before then");
});

test("all at rest is no claim about the soil", () => {
  const garden = new Garden();
  garden.resting("Planter 1", NOW + 90 * DAY);
  const blocks = Object.values(garden.say());
  assert.deepEqual(
    blocks.map(({ answer }) => answer),
    ["Nothing: all is at rest", "No, everything speaks", "Nothing to water: all is at rest"],
  );
});

test("the first minute says that it waits, in all three answers", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  garden.forgetStates();
  const blocks = Object.values(garden.say());
  assert.deepEqual(
    blocks.map(({ answer, tone }) => [answer, tone]),
    [["Waiting for the first measurements", "unknown"], ["Not known yet", "unknown"], ["Not known yet", "unknown"]],
  );
});

test("no planter at all is nothing good either", () => {
  for (const { tone } of Object.values(new Garden().say())) assert.equal(tone, "unknown");
});

// Is anything broken

test("one trouble is told in the answer, with when it was last heard below", () => {
  const garden = new Garden(french);
  garden.lost("Bac 4");
  garden.fine("Bac 5");
  assert.deepEqual(said(garden, "broken"), {
    question: "Quelque chose en panne ?",
    answer: "Oui : Bac 4 ne répond plus",
    tone: "bad",
    rows: ["Bac 4 |  | il y a 3 heures | dernières nouvelles"],
    notes: [],
  });
});

test("several of a kind are counted as such, several kinds as things", () => {
  const garden = new Garden();
  for (const number of [1, 2]) garden.lost(`Planter ${number}`);
  garden.fine("Planter 3");
  assert.equal(said(garden, "broken").answer, "Yes: 2 planters are silent");
  garden.lost("Planter 4", "implausible_voltage");
  assert.equal(said(garden, "broken").answer, "Yes: 3 things to see to");
});

test("a silence grows older while nothing else changes", () => {
  const garden = new Garden();
  garden.lost("Planter 1");
  garden.fine("Planter 2");
  assert.match(said(garden, "broken", NOW + 50 * MINUTE).rows[0], /3 hours ago/);
  assert.match(said(garden, "broken", NOW + 60 * MINUTE).rows[0], /4 hours ago/);
});

test("a certificate that ends soon breaks nothing yet, and one that has ended does", () => {
  const garden = new Garden();
  garden.fine("Planter 1");
  garden.set(garden.link, "certificate_server", iso(NOW + 12.5 * DAY));
  assert.deepEqual(
    [said(garden, "broken").answer, said(garden, "broken").rows],
    ["No, but a certificate ends soon", ["SIGACS broker | The broker's certificate | June 17 | ends in 12 days"]],
  );
  garden.set(garden.link, "certificate_own", iso(NOW - HOUR));
  assert.deepEqual([said(garden, "broken").answer, said(garden, "broken").tone], ["Yes: a certificate has ended", "bad"]);
});

test("who was not heard since the start is not called silent, nor heard", () => {
  const garden = new Garden();
  garden.set(garden.glass, "silence", "unknown");
  garden.lost("Planter 1");
  garden.fine("Planter 2");
  assert.deepEqual([said(garden, "broken").answer, said(garden, "broken").tone], ["Not known for Planter 1", "unknown"]);
});

// Will it last the weekend

test("yes, with who comes next", () => {
  const garden = new Garden(french);
  garden.forecast(garden.fine("Bac 1"), 8 * DAY, 6 * DAY);
  assert.deepEqual(said(garden, "weekend"), {
    question: "Tout tiendra jusqu'à dimanche soir ?",
    answer: "Oui, sans arroser",
    tone: "good",
    rows: [],
    notes: ["Le prochain : Bac 1, 12 juin"],
  });
});

test("no, if the forecast itself lies before Sunday night", () => {
  const garden = new Garden();
  garden.forecast(garden.fine("Planter 1"), 2 * DAY, DAY);
  garden.fine("Planter 2");
  const { answer, tone, rows, notes } = said(garden, "weekend");
  assert.deepEqual([answer, tone], ["No: Planter 1 needs water before then", "water"]);
  assert.deepEqual([rows, notes], [["Planter 1 |  | from tomorrow 12 PM | probably Saturday 12 PM"], ["1 will last"]]);
});

test("perhaps not, if only the earliest does", () => {
  const garden = new Garden(french);
  garden.forecast(garden.fine("Bac 1"), 8 * DAY, 3 * DAY);
  garden.unforeseen(garden.fine("Bac 2"), "far_away", NOW + 2 * DAY);
  const { answer, tone, rows } = said(garden, "weekend");
  assert.deepEqual([answer, tone], ["Pas sûr : 2 bacs seront peut-être secs", "soon"]);
  assert.deepEqual(rows, ["Bac 2 |  | dès samedi 12 h | ", "Bac 1 |  | dès dimanche 12 h | sans doute 12 juin"]);
});

test("who is not known is said with why, once for each reason; what is broken is told as such", () => {
  const garden = new Garden();
  garden.lost("Planter 1");
  for (const number of [2, 3]) garden.unforeseen(garden.fine(`Planter ${number}`), "learning");
  garden.fine("Planter 4");
  const { answer, tone, notes } = said(garden, "weekend");
  assert.deepEqual([answer, tone], ["Not known for 3 planters", "unknown"]);
  assert.deepEqual(notes, ["learning: Planter 2, Planter 3", "1 will last"]);
});

test("who needs water now is not listed twice, but counted", () => {
  const garden = new Garden();
  garden.dry("Planter 1", 10);
  garden.forecast(garden.fine("Planter 2"), 2 * DAY, DAY);
  const { answer, rows, notes } = said(garden, "weekend");
  assert.equal(answer, "No: 2 planters need water before then");
  assert.deepEqual([rows.length, notes], [1, ["1 of them now"]]);
});

test("on a Sunday the weekend ends tonight", () => {
  const garden = new Garden();
  const sunday = NOW + 3 * DAY;
  garden.forecast(garden.fine("Planter 1"), DAY, 13 * HOUR, sunday);
  const { question, answer } = said(garden, "weekend", sunday);
  assert.deepEqual([question, answer], ["Will it last until tonight?", "Yes, without watering"]);
});

test("a language that we do not speak gets English, dates too", () => {
  const garden = new Garden({ language: "de" });
  garden.forecast(garden.fine("Beet 1"), 2 * DAY, DAY);
  assert.match(said(garden, "weekend").rows[0], /from tomorrow 12 PM/);
});
