/**
 * When a week ends, and how moments are said. All moments are milliseconds.
 *
 * @typedef {{language: string, timeZone?: string, hour12?: boolean}} Way - in which whoever looks wants times
 */

const PARTS = ["year", "month", "day", "hour", "minute", "second"];
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** From here on a day of the week could be taken for today's. */
const DISTANT_DAYS = 7;

/** Making one costs a hundred times what asking it does. */
const clocks = new Map();

function clockOf(timeZone) {
  const parts = Object.fromEntries(PARTS.map((part) => [part, "numeric"]));
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...parts });
  clocks.set(timeZone, clock);
  return clock;
}

/** What the clocks of a time zone show, in milliseconds as if it were UTC. */
export function wallClock(at, timeZone) {
  const shown = Object.fromEntries(clockOf(timeZone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second);
}

/** The end of the Sunday that comes, or of today if it is one. */
export function sundayMidnight(now, timeZone) {
  const today = new Date(wallClock(now, timeZone));
  const monday = Date.UTC(
    today.getUTCFullYear(),
    today.getUTCMonth(),
    today.getUTCDate() + ((7 - today.getUTCDay()) % 7) + 1,
  );
  let at = monday;
  for (const _twice of [1, 2]) at += monday - wallClock(at, timeZone); // clocks may change between now and then
  return at;
}

const dayNumber = (at, timeZone) => Math.floor(wallClock(at, timeZone) / DAY);

/** How many midnights lie between two moments. */
export const nightsBetween = (from, to, timeZone) => dayNumber(to, timeZone) - dayNumber(from, timeZone);

/** A moment that comes, as exact as forecasts are: "in 40 minutes", "tomorrow 2 PM", "Saturday 2 PM", "2 May". */
export function comingMoment(at, now, way) {
  const { language, timeZone } = way;
  if (at - now < 2 * HOUR) return distance(at, now, way);
  const nights = nightsBetween(now, at, timeZone);
  if (nights >= DISTANT_DAYS) return comingDay(at, way);
  const time = hourOf(at, way);
  const day =
    nights < 2
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(nights, "day")
      : new Intl.DateTimeFormat(language, { timeZone, weekday: "long" }).format(at);
  return `${day} ${time}`.replaceAll(" ", "\u00a0");
}

/** "3 PM", "15 h"; where an hour alone would be a bare number, "15:00". */
function hourOf(at, { language, timeZone, hour12 }) {
  const say = (options) => new Intl.DateTimeFormat(language, { timeZone, hour12, hour: "numeric", ...options });
  const hour = say({}).format(at);
  if (Number.isNaN(Number(hour))) return hour.replace(/^0(?=\d)/, "");
  return say({ minute: "2-digit" }).format(at - (at % HOUR));
}

/** A day of the year. */
export const comingDay = (at, { language, timeZone }) =>
  new Intl.DateTimeFormat(language, { timeZone, day: "numeric", month: "long" }).format(at);

/** How far away a moment is: "3 hours ago", "in 12 days". Never more than it is. */
export function distance(at, now, { language }) {
  const away = Math.abs(at - now);
  const [unit, size] = away < HOUR ? ["minute", MINUTE] : away < 2 * DAY ? ["hour", HOUR] : ["day", DAY];
  const whole = Math.max(1, Math.floor(away / size));
  return new Intl.RelativeTimeFormat(language).format(at > now ? whole : -whole, unit);
}
