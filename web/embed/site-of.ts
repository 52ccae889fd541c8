/** Whether two origins are of one site: browsers give a frame of another site a storage of its own. */

/** Second-level names under which people register, where the last one is a country's. */
const registries = new Set(['ac', 'co', 'com', 'edu', 'gov', 'net', 'org']);

/** An estimate without the public suffix list. @param host without a port. */
function siteOf(host: string): string {
  if (/^[\d.]+$|:/.test(host)) return host;
  const labels = host.split('.');
  const [second = '', last = ''] = labels.slice(-2);
  return labels.slice(last.length === 2 && registries.has(second) ? -3 : -2).join('.');
}

/** @param a, b origins such as "https://app.example.com". False for what is not an origin ("null"). */
export function isSameSite(a: string, b: string): boolean {
  const first = URL.parse(a);
  const second = URL.parse(b);
  if (first === null || second === null) return false;
  return first.protocol === second.protocol && siteOf(first.hostname) === siteOf(second.hostname);
}
