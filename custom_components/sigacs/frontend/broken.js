/** What is broken: one trouble for one cause. What lies further up the way from the probe explains all below it. */

import { DAY, MINUTE } from "./calendar.js";
import { moment, speaks } from "./soil.js";

/** A hub that changes its access point, or restarts for an update, is back within minutes. */
const HUB_PATIENCE_MS = 5 * MINUTE;
const CERTIFICATE_MS = 30 * DAY;
const PROBE_REASONS = new Set(["soil_silent", "refused", "voltage_missing", "implausible_voltage"]);
const CERTIFICATES = ["certificate_own", "certificate_server", "certificate_client"];
const AUTHORITIES = ["certificate_authority", "certificate_ca"];

/** @returns {{troubles: Object[], awaited: Object[]}} see `answers.js` */
export function brokenOf(model, soils, read, now) {
  const links = [...model.brokers, ...model.greenhouses.filter(({ broker }) => !broker)];
  const down = new Map(links.map((link) => [link, linkTrouble(link, soils, read)]));
  const heard = model.greenhouses.filter((greenhouse) => !down.get(greenhouse.broker ?? greenhouse));
  const off = new Map(heard.map((greenhouse) => [greenhouse, hubTrouble(greenhouse, soils, read, now)]));
  const far = [...down.values(), ...off.values()].filter((found) => found && !hasExpired(found.place, read, now));
  const near = soils
    .filter(({ planter: { greenhouse } }) => off.get(greenhouse) === null)
    .map((soil) => ({ soil, trouble: planterTrouble(soil, read) }));
  const awaited = near.filter(
    ({ soil, trouble }) => !trouble && soil.kind === "unknown" && !speaks(soil.planter, read),
  );
  return {
    troubles: [
      ...far,
      ...near.flatMap(({ trouble }) => trouble ?? []),
      ...endingCertificates([...new Set([...links, ...model.greenhouses])], read, now),
    ],
    awaited: awaited.map(({ soil }) => soil.planter),
  };
}

/** An expired certificate is told as such, and not as the silence that comes of it. */
const hasExpired = (place, read, now) =>
  [...CERTIFICATES, ...AUTHORITIES].some((key) => (read.time(place, key) ?? Infinity) <= now);

const changed = (state) => moment(state?.last_changed ?? null);

/** No link to the broker, as itself or, where that sensor is missing, the planters say. */
function linkTrouble(link, soils, read) {
  const state = read.there(link, "connectivity");
  const cut = soils.find(
    ({ planter: { greenhouse }, reason }) =>
      (greenhouse.broker ?? greenhouse) === link && reason === "broker_unreachable",
  );
  if (state ? state.state !== "off" : !cut) return null;
  const { connectivity = cut?.planter.entities.status } = link.entities;
  return { kind: "broker", place: link, entity_id: connectivity, since: changed(state) };
}

/** A hub that is off, or a greenhouse of which nothing is heard; the server says so, or all planters together. */
function hubTrouble(greenhouse, soils, read, now) {
  const here = soils.filter(({ planter }) => planter.greenhouse === greenhouse);
  const awake = here.filter(({ kind }) => kind !== "at_rest");
  if (here.length && !awake.length) return null;
  const silence = read.there(greenhouse, "silence");
  const told = silence?.state === "on" && silence.attributes.cause === "hub";
  const off = read.said(greenhouse, "hub") === "off" && changed(read.there(greenhouse, "hub"));
  const all = awake.length > 1 && silence?.state !== "unknown" && awake.every(({ reason }) => reason === "silent");
  if (!told && !all && !(off && now - off >= HUB_PATIENCE_MS)) return null;
  const heard = awake.map(({ planter }) => read.time(planter, "last_seen") ?? 0);
  return {
    kind: off ? "hub" : "greenhouse",
    place: greenhouse,
    entity_id: greenhouse.entities[off ? "hub" : "silence"] ?? greenhouse.entities.hub,
    since: (told && moment(silence.attributes.since ?? null)) || off || Math.max(...heard) || null,
  };
}

/** A planter, or one of its probes, that is silent or cannot be trusted, once it has had the time to speak. */
function planterTrouble({ planter, kind, reason }, read) {
  const early = read.said(planter.greenhouse, "silence") === "unknown";
  const about = { place: planter, entity_id: planter.entities.status, since: read.time(planter, "last_seen") };
  if (kind === "at_rest") return null;
  if (reason === "silent" || reason === "hub_offline") return early ? null : { ...about, kind: "silent" };
  if (PROBE_REASONS.has(reason)) {
    if (early && reason === "soil_silent") return null;
    return { ...about, kind: "probe", reason, since: moment(read.attribute(planter, "last_seen", "moisture_at")) };
  }
  const air = ["temperature", "humidity"].find((key) => isGone(read.raw(planter, key)));
  if (early || kind === "unknown" || !air) return null;
  return { ...about, kind: "air", entity_id: planter.entities[air], since: changed(read.raw(planter, air)) };
}

const isGone = (state) => state?.state === "unavailable" && !state.attributes?.restored;

/** Certificates that end within 30 days or have ended; an authority's once, whoever holds it. */
function endingCertificates(places, read, now) {
  const ends = (keys) =>
    places.flatMap((place) =>
      keys.map((key) => {
        const about = { kind: "certificate", key, place, entity_id: place.entities[key], since: null };
        return { ...about, end: read.time(place, key) ?? Infinity };
      }),
    );
  const authorities = new Map(ends(AUTHORITIES).reverse().map((one) => [one.end, one]));
  return [...ends(CERTIFICATES), ...authorities.values()]
    .filter(({ end }) => end - now <= CERTIFICATE_MS)
    .sort((one, other) => one.end - other.end);
}
