/** Every word that the panel shows or says. Sentences with a value in them are functions, so that a language can order them. */
import type { VaultErrorCode } from '../core/errors.ts';
import type { RouteReason } from '../core/route.ts';
import type { LockReason, RecordState, Verdict } from '../core/types.ts';
import { formatLeft, formatMinutes, locale } from './format.ts';

let plural: Intl.PluralRules | undefined;

function count(n: number, one: string, other: string): string {
  plural ??= new Intl.PluralRules(locale);
  return plural.select(n) === 'one' ? one : other;
}

export interface VerdictWords {
  readonly label: string;
  readonly detail: (provider: string) => string;
}

const verdictWords: Record<Verdict, VerdictWords> = {
  untested: {
    label: 'Not tested',
    detail: () => 'Saved without a test.',
  },
  valid: {
    label: 'Works',
    detail: (provider) => `${provider} accepted this key.`,
  },
  restricted: {
    label: 'Limited',
    detail: (provider) =>
      `${provider} accepted this key, but it lacks a permission. Some features may not work.`,
  },
  invalid: {
    label: 'Rejected',
    detail: (provider) => `${provider} rejected this key. Check that all of it was copied.`,
  },
  blocked: {
    label: 'Blocked',
    detail: (provider) => `${provider} has disabled this key. Create a new one there and delete this one.`,
  },
  no_credit: {
    label: 'No credit',
    detail: (provider) => `${provider} accepted this key, but its account has no credit left.`,
  },
  rate_limited: {
    label: 'Rate limited',
    detail: (provider) => `${provider} accepted this key, but its rate limit is used up for now.`,
  },
  wrong_region_or_ip: {
    label: 'Not from here',
    detail: (provider) =>
      `${provider} does not accept this key from this platform’s region or network address.`,
  },
  wrong_provider: {
    label: 'Other provider',
    detail: (provider) => `${provider} rejected this key. It looks like another provider’s.`,
  },
  provider_down: {
    label: 'Could not test',
    detail: (provider) => `${provider} has a problem at the moment, so this key could not be tested.`,
  },
  unreachable: {
    label: 'Could not test',
    detail: (provider) => `${provider} did not answer, so this key could not be tested.`,
  },
  unknown: {
    label: 'Could not test',
    detail: (provider) => `${provider} gave an answer that says nothing about this key.`,
  },
};

const errorWords: Partial<Record<VaultErrorCode, string>> = {
  wrong_password: 'Wrong password',
  too_many_attempts: 'Too many attempts',
  password_too_short: 'Use at least 8 characters.',
  password_too_long: 'This password is too long.',
  password_common: 'This password is among the first that an attacker would try. Choose another.',
  password_not_utf8: 'This password holds a character that can’t be used.',
  out_of_memory:
    'This device has too little free memory for this. Close other tabs and try again. Nothing was changed.',
  header_damaged: 'The vault in this browser is damaged and can’t be opened.',
  newer_format:
    'This vault was made by a newer version. Reload the page to get that version. Nothing was changed.',
  vault_exists: 'A vault was created in another tab. Unlock it with the password chosen there.',
  vault_changed: 'The vault was changed in another tab. Try again.',
  no_vault: 'There is no vault in this browser.',
  unknown_provider: 'This provider is not known.',
  key_empty: 'This is not a key: nothing is left without spaces and quotes.',
  key_too_long: 'This is too long for a key.',
  key_bad_character: 'There is a space or a special character inside this key. Copy the key again.',
  too_many_apps: 'Too many apps may use your keys. Revoke one in your vault first.',
  too_many_records: 'This vault is full. Delete a key first.',
  record_unknown: 'This key is no longer in the vault.',
  draft_unknown: 'This key was discarded. Enter it again.',
  record_damaged: 'This entry is damaged. Nothing was changed.',
  storage_unavailable:
    'This browser does not let this page store anything. Close other tabs of this page, or leave private browsing, and reload.',
  storage_full: 'There is no space left in this browser. Nothing was changed.',
  storage_failed: 'The browser could not store this. Nothing was changed.',
  superseded: 'The vault was locked meanwhile.',
  locked: 'The vault is locked.',
  busy: 'Another change is under way. Try again in a moment.',
  worker_failed: 'A part of the vault stopped, so it was locked. Unlock it to go on.',
  platform_unreachable: 'The platform did not answer. Check your connection and try again.',
  platform_refused: 'The platform refused this. Try again later.',
  platform_key_refused: 'The platform’s own key can’t be used. Nothing was sent to it.',
  rate_limited: 'Too many tests in a short time. Wait a minute and try again.',
  user_unconfirmed: 'Confirm first whom your keys may be used for.',
  not_offered: 'The platform does not use keys of your own at present. Nothing was sent.',
  clock: 'The platform refused a test because of its clock. Try again.',
  expired: 'The test took too long. Try again.',
  kdf_params_refused: 'The vault asks for more work than this page allows, so it was not opened.',
  not_secure_context: 'A vault needs HTTPS.',
  no_webassembly: 'A vault needs WebAssembly.',
};

const lockReasons: Record<LockReason, string> = {
  idle: 'Locked because nothing was done for a while.',
  absolute_limit: 'Locked after 12 hours. Enter your password to go on.',
  clock_changed: 'Locked because this device’s clock was changed.',
  hidden: 'Locked because the page was hidden.',
  page_hidden: 'Locked because you left the page.',
  asked: 'The platform is told, so that jobs still waiting don’t use your keys.',
  app: 'Locked by the app.',
  other_tab: 'Locked from another tab.',
  password_changed: 'The password was changed in another tab. Use the new one.',
  worker_failed: 'Locked because a part of the vault stopped.',
};

/** What kept the user's key from serving a job. */
export const routeReasons: Record<Exclude<RouteReason, 'as_asked'>, (provider: string) => string> = {
  cache_miss: (provider) => `The platform no longer had your ${provider} key`,
  cache_unavailable: (provider) => `The platform could not read your ${provider} key`,
  restricted: (provider) => `Your ${provider} key lacks a permission for this`,
  invalid: (provider) => `Your ${provider} key was rejected`,
  blocked: (provider) => `${provider} has disabled your key`,
  no_credit: (provider) => `Your ${provider} account has no credit left`,
  rate_limited: (provider) => `The rate limit of your ${provider} key was used up`,
  wrong_region_or_ip: (provider) =>
    `${provider} does not accept your key from this platform’s region or network address`,
  wrong_provider: (provider) => `${provider} rejected your key, which looks like another provider’s`,
  provider_down: (provider) => `${provider} had a problem`,
  unreachable: (provider) => `${provider} did not answer`,
};

const damage: Record<Exclude<RecordState, 'ok'>, string> = {
  unreadable: 'can’t be read',
  stale: 'is an old copy',
  missing: 'is missing',
  unexpected: 'was not put there by this vault',
  unverified: 'can’t be checked',
  newer: 'was made by a newer version',
};

export const words = {
  region: 'API keys',
  intro: 'Your keys stay in this browser, encrypted with a password that never leaves it.',
  starting: 'Opening the vault…',

  password: 'Vault password',
  confirmPassword: 'Confirm password',
  currentPassword: 'Current password',
  newPassword: 'New password',
  confirmNewPassword: 'Confirm new password',
  show: 'Show',
  hide: 'Hide',
  showWhat: (what: string) => `Show ${what}`,
  hideWhat: (what: string) => `Hide ${what}`,
  characters: (n: number) => count(n, 'One character', `${String(n)} characters`),
  enterPassword: 'Enter your password.',
  repeatPassword: 'Enter the password again.',
  passwordsDiffer: 'The two passwords are not the same.',
  strengthNames: ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'],
  strength: (name: string) => `Strength: ${name}`,
  strengthHint: 'At least 8 characters. 15 or more is recommended, for example a few unrelated words.',

  create: {
    title: 'Create your vault',
    saveFirst: 'Save this password in your password manager or write it down first.',
    forgetting:
      'No one can reset it: not this platform, and not the makers of this vault. If you forget it, the stored keys are lost and you add them again.',
    submit: 'Create vault',
    working: 'Creating the vault…',
  },
  unlock: {
    title: 'Your vault is locked',
    submit: 'Unlock',
    working: 'Unlocking…',
    tooMany: 'Too many attempts.',
    again: (time: string) => `Try again in ${time}.`,
    forgot: 'Forgot your password?',
    forgotDetail: 'Without it, no one can open this vault. You can delete it and start over.',
  },
  addLocked: {
    open: 'Add a key',
    provider: 'Provider',
    submit: 'Continue',
    held: (provider: string) => `Enter your vault password to save your ${provider} key.`,
    cancel: 'Don’t save it',
  },
  dialogUnlock: {
    title: 'Unlock your vault',
    asks: (app: string) => `${app} asks to use your API keys.`,
    detail: 'It gets them encrypted for the platform, never in clear.',
    cancel: 'Not now',
  },
  dialogAllow: {
    title: 'Allow this app?',
    detail:
      'It can then use any of your keys while your vault is unlocked. It gets them encrypted for the platform, never in clear. You can revoke this in your vault at any time.',
    allow: 'Allow',
  },
  apps: {
    saving: (app: string) => `Saving lets ${app} use your keys.`,
    title: 'Apps that may use your keys',
    since: 'Allowed',
    lastUsed: 'Last used',
    uses: 'Uses',
    revoke: 'Revoke',
    revokeWhat: (origin: string) => `Revoke ${origin}`,
    revokeTitle: (origin: string) => `Revoke ${origin}?`,
    revokeDetail:
      'From now on it has to ask before it can use your keys. What was encrypted for it in the last five minutes still works until it expires.',
    revoked: (origin: string) => `${origin} has to ask from now on`,
  },
  locks: lockReasons,

  bar: {
    unlocked: 'Unlocked',
    left: (ms: number) => `Locks in ${formatLeft(ms)}`,
    soon: 'The vault locks in one minute.',
    lock: 'Lock',
    settings: 'Settings',
  },
  settings: {
    autoLock: 'Auto-lock',
    after: (minutes: number) => `After ${formatMinutes(minutes)}`,
    whenHidden: 'Also lock when this page is hidden',
    limit:
      'Counted from when you last did something here or in the app. The vault always locks after 12 hours.',
    saved: 'Auto-lock saved',
    changePassword: 'Change password',
    startOver: 'Start over',
  },
  changePassword: {
    title: 'Change password',
    detail:
      'All keys are encrypted anew. A copy of this vault that was made before still opens with the old password, and holds nothing newer.',
    submit: 'Change password',
    working: 'Changing the password…',
    done: 'Password changed',
  },
  startOver: {
    title: 'Delete this vault?',
    detail:
      'The vault and every key in it are deleted from this browser, and the platform is told, so that jobs still waiting don’t use them. This can’t be undone.',
    /** What has to be typed. */
    phrase: 'delete',
    label: (phrase: string) => `Type “${phrase}” to confirm`,
    submit: 'Delete vault',
    done: 'The vault was deleted',
  },
  cancel: 'Cancel',
  unseen:
    'This waits until it can be seen: something in the page covers it, or makes it see-through, tilted or smaller. Nothing was done.',
  focusTaken:
    'Something took the focus while you typed. What you typed since then may have gone to the page around the vault.',

  user: {
    usedFor: (name: string) => `Keys will be used for ${name}`,
    offline: 'The platform did not answer. Keys can be tested and used once it does.',
    changedTitle: (name: string) => `You are signed in as ${name}`,
    changed: (before: string, now: string) =>
      `Until now your keys were used for ${before}. Use them for ${now} from now on?`,
    first: (name: string) => `May your keys be used for ${name}?`,
    accept: (name: string) => `Use for ${name}`,
    accepted: (name: string) => `Keys will be used for ${name}`,
    paused: 'Until then no key is tested or used.',
  },

  offer: {
    title: 'Your own keys are not used at present',
    reasons: {
      plan: 'Your plan does not include using your own keys.',
      region: 'Using your own keys is not offered in your region.',
      platform: 'The platform has switched it off.',
    },
    kept: 'The keys that you stored stay here as they are. You can still delete them.',
  },

  card: {
    more: 'More providers',
    fewer: 'Fewer providers',
    none: 'No key',
    field: (provider: string) => `${provider} API key`,
    hint: (shape: string) => `Starts like ${shape}`,
    whereToGet: 'Where to get a key?',
    whereToGetFor: (provider: string) => `Where to get a key? ${provider}, opens a new tab`,
    verifyAndSave: 'Verify and save',
    verifying: 'Testing…',
    saving: 'Saving…',
    test: 'Test',
    update: 'Update',
    remove: 'Delete',
    preview: 'Key',
    added: 'Added',
    tested: 'Tested',
    never: 'Never',
    unverified: 'Can’t be checked',
  },
  outcome: {
    saved: 'Key saved.',
    notSaved: 'The key was not saved.',
    notYetSaved: 'The key is not saved yet.',
    waitsForUser: 'Say first, above, whom your keys may be used for. This one is tested and saved then.',
    alreadyThere: 'This key was already here. It was encrypted anew.',
    cleaned: 'Spaces or quotes around the key were removed.',
    saveUntested: 'Save untested',
    savedUntested: 'Key saved without a test.',
    discard: 'Discard',
    saveAs: (provider: string) => `Save as ${provider} key`,
    tested: (label: string) => `Tested: ${label}`,
    deleted: (provider: string) => `${provider} key deleted`,
    keptVerdict: 'What was known about the stored key stays as it was.',
  },
  shape: {
    looksLike: (provider: string) => `This looks like a key for ${provider}.`,
    use: (provider: string) => `Verify and save for ${provider}`,
    admin: 'This looks like an administrator’s key. Such keys can’t be used to call models.',
  },
  receipts: {
    used: (ago: string) => `Used ${ago}.`,
    jobFailed: (ago: string) => `Used ${ago}; the job failed.`,
    failedBefore: (ago: string) => `A job failed ${ago}, before it used this key.`,
    why: routeReasons,
    /** What came of a job that the user's key did not serve. */
    instead: {
      served: (why: string, ago: string) => `${why}; the platform’s key was used (${ago}).`,
      refused: (why: string, ago: string) => `${why}; the job was not done (${ago}).`,
      failed: (why: string, ago: string) => `${why}; the job failed (${ago}).`,
    },
  },
  remove: {
    title: (provider: string) => `Delete the ${provider} key?`,
    detail: (provider: string) =>
      `It is deleted from this browser, and the platform is told, so that jobs still waiting don’t use it. At ${provider} it stays valid until you revoke it there.`,
    submit: 'Delete key',
  },

  verdicts: verdictWords,
  damage: {
    title: 'Some entries are damaged',
    manifest:
      'The list of what belongs into this vault is damaged. Keys that still open are shown, but can’t be checked.',
    records: (n: number) =>
      count(
        n,
        'One entry was changed outside of this vault. The others work.',
        `${String(n)} entries were changed outside of this vault. The others work.`,
      ),
    entry: (id: string, state: Exclude<RecordState, 'ok'>) => `Entry ${id} ${damage[state]}`,
    repair: 'Repair',
    repairTitle: 'Repair the vault?',
    repairDetail:
      'Entries that can’t be opened are removed for good, and the rest is accepted as it is now. If you have a copy of this browser’s data, restore that instead.',
    repaired: 'Vault repaired',
  },

  unavailable: {
    title: 'The vault can’t be used here',
    cases: {
      not_secure_context: {
        title: 'This page needs HTTPS',
        detail: 'A vault only works on a page that no one on the network can change.',
        todo: 'Open this page with an address that starts with https://, or tell whoever runs it.',
      },
      no_webassembly: {
        title: 'WebAssembly is switched off',
        detail: 'The vault’s encryption runs as WebAssembly. It was not replaced by anything weaker.',
        todo: 'Allow WebAssembly for this page in the browser’s security settings, or use another browser. If you run this site: its content security policy needs ‘wasm-unsafe-eval’.',
      },
      storage_unavailable: {
        title: 'This browser can’t store the vault',
        detail:
          'Its storage is switched off, full, or held by an older tab. Nothing was stored in clear instead.',
        todo: 'Close other tabs of this page, leave private browsing, allow site data, then reload.',
      },
      newer_format: {
        title: 'This vault was made by a newer version',
        detail: 'It was left exactly as it is.',
        todo: 'Reload the page to get the newer version.',
      },
      other: {
        title: 'The vault could not be opened',
        detail: 'Nothing was changed.',
        todo: 'Reload the page. If that does not help, close the browser and open it again.',
      },
    },
    reload: 'Reload',
    code: (code: string) => `Code: ${code}`,
  },

  frame: {
    partitionedTitle: 'This app is on another site',
    partitioned: (vault: string) =>
      `Browsers give a frame of another site a storage of its own, so your vault at ${vault} can’t be seen from here. Nothing was stored.`,
    partitionedTodo: 'Open your vault by itself, or ask this app to embed it from its own domain.',
    open: 'Open the vault',
    notAllowedTitle: 'This page may not show your vault',
    notAllowed: 'Only apps that this vault’s operator has named may embed it.',
    noticed: {
      second_hello:
        'This page tried to connect to your vault a second time. Only its first connection is used.',
      flood:
        'This page sent your vault more messages than it may. Its connection was closed; you can go on here.',
    },
    sandbox: {
      title: 'Sandbox',
      detail:
        'Key tests are answered by stand-ins on this machine: no account and no network are needed. A key earns the result it ends in, such as',
      more: 'Endings',
      other: 'Any other ending is rejected.',
    },
  },

  noError: 'Something went wrong. Nothing was changed.',
} as const;

/** What to say about an error, in words the person can act on. */
export function errorText(code: VaultErrorCode): string {
  return errorWords[code] ?? words.noError;
}

export type UnavailableCase = keyof typeof words.unavailable.cases;

export function unavailableCase(code: VaultErrorCode): UnavailableCase {
  return code !== 'internal' && code in words.unavailable.cases ? (code as UnavailableCase) : 'other';
}
