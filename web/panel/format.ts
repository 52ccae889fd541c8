/** Dates, durations and lists in the reader's language, by Intl alone. */

export const locale = 'en';

/** The first of a page takes 10 ms and more to make, which neither a password field nor a card has to wait for. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const day = lazily(
  () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' }),
);
const moment = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
const relative = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
const timeIn = (unit: 'minute' | 'second'): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
const minutesShort = lazily(() => timeIn('minute'));
const secondsShort = lazily(() => timeIn('second'));

/** For a moment at which nobody waits: what the cards will need. */
export function makeFormats(): void {
  day();
  relative();
  minutesShort();
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** @param at milliseconds since 1970. */
export function formatDay(at: number): string {
  return day().format(at);
}

/** @param at milliseconds since 1970. */
export function formatMoment(at: number): string {
  return moment().format(at);
}

/** "3 minutes ago", up to a day; the date from then on. Both in milliseconds since 1970. */
export function formatAgo(at: number, now: number): string {
  const ago = Math.max(0, now - at);
  if (ago < minute) return relative().format(0, 'second');
  if (ago < hour) return relative().format(-Math.floor(ago / minute), 'minute');
  if (ago < 24 * hour) return relative().format(-Math.floor(ago / hour), 'hour');
  return formatDay(at);
}

/** The time left, in the one unit that matters, rounded up: 30 minutes begin as 30. @param ms 0 to an hour. */
export function formatLeft(ms: number): string {
  if (ms > minute) return minutesShort().format(Math.ceil(ms / minute));
  return secondsShort().format(Math.ceil(ms / second));
}

/** "0:45", "12:05": a wait that counts down, never shown as over before it is. @param ms at least 0. */
export function formatCountdown(ms: number): string {
  const seconds = Math.ceil(ms / second);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

export function formatMinutes(count: number): string {
  return minutesShort().format(count);
}
