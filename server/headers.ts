/**
 * What each origin sends with every response, errors too. One response without `Origin-Agent-Cluster` would put the
 * whole origin back into a process that it shares with its neighbours.
 */

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface SiteHeaders {
  /** With every response of the origin. */
  readonly always: HeaderList;
  /** With its documents, besides. */
  readonly document: HeaderList;
  /** In place of the policy in `always`, for the documents of these paths. */
  readonly policies: ReadonlyMap<string, string>;
}

/** Nothing of a device is used, and no frame below may ask; `allow` opens the few that the panel needs. */
function permissionsPolicy(allow: readonly string[]): string {
  const off = ['camera', 'microphone', 'geolocation', 'display-capture', 'usb', 'serial', 'hid', 'midi'];
  return [...off.map((name) => `${name}=()`), ...allow].join(', ');
}

const common: HeaderList = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Origin-Agent-Cluster', '?1'],
  ['X-DNS-Prefetch-Control', 'off'],
];

/** An API without documents: nothing that it answers is ever shown, framed or run. */
export const apiHeaders: SiteHeaders = {
  always: [
    ...common,
    ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ],
  document: [],
  policies: new Map(),
};

/** What the vault may use, and what an app hands on to its frame. */
const vaultFeatures = [
  'clipboard-read',
  'clipboard-write',
  'publickey-credentials-get',
  'publickey-credentials-create',
];

/** The vault's own origin. @param apps the origins that may embed it. */
export function vaultHeaders(apps: readonly string[]): SiteHeaders {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
    `frame-ancestors ${apps.length > 0 ? apps.join(' ') : "'none'"}`,
    "require-trusted-types-for 'script'",
    'trusted-types byok',
  ].join('; ');
  return {
    always: [
      ...common,
      ['Content-Security-Policy', policy],
      // An app that isolates itself may frame the vault only where the vault says so; apps are of the same site.
      ['Cross-Origin-Resource-Policy', 'same-site'],
      ['Permissions-Policy', permissionsPolicy(vaultFeatures.map((name) => `${name}=(self)`))],
    ],
    document: [
      ['Document-Isolation-Policy', 'isolate-and-require-corp'],
      // Opened by itself: whoever opened it holds no handle to it.
      ['Cross-Origin-Opener-Policy', 'same-origin'],
    ],
    policies: new Map(),
  };
}

/** Pages of the demo that load the vault into the app's own page (`import { Vault }`), and so compile its WebAssembly. */
const importPages = ['/import', '/import.html', '/import/'];

/** The demo app's origin. @param vault the origin that it embeds. */
export function appHeaders(vault: string): SiteHeaders {
  const policy = (script: string, more: readonly string[]): string =>
    [
      "default-src 'none'",
      `script-src ${script}`,
      ...more,
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self'",
      `frame-src ${vault}`,
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types byok',
    ].join('; ');
  const importing = policy("'self' 'wasm-unsafe-eval'", ["worker-src 'self'"]);
  return {
    always: [
      ...common,
      ['Content-Security-Policy', policy("'self'", [])],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
      ['Permissions-Policy', permissionsPolicy(vaultFeatures.map((name) => `${name}=(self "${vault}")`))],
    ],
    document: [['Cross-Origin-Opener-Policy', 'same-origin']],
    policies: new Map(importPages.map((path) => [path, importing])),
  };
}
