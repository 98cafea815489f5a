import assert from "node:assert/strict";
import { test } from "node:test";

import { fill, plural, texts } from "../../custom_components/sigacs/frontend/texts.js";

const NO_BREAK = "\u00a0";
const inLanguage = (language) => ({ locale: { language } });
const english = texts(inLanguage("en"));
const french = texts(inLanguage("fr"));

/** All texts of a tree, by their paths. */
const flat = (part, path = "") =>
  typeof part === "string"
    ? [[path, part]]
    : Object.entries(part).flatMap(([key, value]) => flat(value, path ? `${path}.${key}` : key));

const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();

test("everything is said in both languages", () => {
  assert.deepEqual(flat(french).map(([path]) => path).sort(), flat(english).map(([path]) => path).sort());
  for (const [path, text] of [...flat(english), ...flat(french)]) assert.ok(text.trim(), path);
});

test("both languages say it with the same values", () => {
  const said = new Map(flat(french));
  for (const [path, text] of flat(english)) assert.deepEqual(placeholders(said.get(path)), placeholders(text), path);
});

test("French is set as French: no line begins with a mark, and apostrophes are those of the translations", () => {
  for (const [path, text] of flat(french)) {
    const words = text.replace(/\]\([^)]*\)|\{\w+\}/g, "x");
    for (const [, before] of words.matchAll(/(.)[;:!?»]/g)) assert.equal(before, NO_BREAK, `${path}: ${text}`);
    for (const [, after] of words.matchAll(/«(.)/g)) assert.equal(after, NO_BREAK, `${path}: ${text}`);
    assert.doesNotMatch(text, /’/, path);
  }
});

test("who speaks another language reads English", () => {
  assert.equal(texts(inLanguage("de")), english);
  assert.equal(texts(inLanguage("fr-CA")), french);
  assert.equal(texts(undefined), english);
});

test("values are put in, also twice, and what has no value stays to be seen", () => {
  assert.equal(fill("{a} and {b}, {a}", { a: 1, b: "{a}" }), "1 and {a}, 1");
  assert.equal(fill("{missing}", {}), "{missing}");
});

test("each language counts as it does", () => {
  const forms = { one: "{n} planter of {all}", other: "{n} planters of {all}" };
  const count = (language) => [0, 1, 2].map((n) => plural(inLanguage(language), forms, n, { all: 9 }));
  assert.deepEqual(count("en"), ["0 planters of 9", "1 planter of 9", "2 planters of 9"]);
  assert.deepEqual(count("fr"), ["0 planter of 9", "1 planter of 9", "2 planters of 9"]);
});

test("who reads English for want of another language counts as English does", () => {
  const forms = { one: "one", other: "many" };
  assert.equal(plural(inLanguage("ja"), forms, 1), "one");
});
