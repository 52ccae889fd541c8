/**
 * What crosses between an app's page and the vault's frame. Both sides treat the other as hostile: every message is
 * checked by hand, bounded, and closed. No secret and no preview has a place here, and a provider is named only where the app
 * itself asked for it.
 */
import { statusCodes, type VaultErrorCode } from '../core/errors.ts';
import type { SealedKey } from '../vault/api.ts';

/** The first and only message to the frame's window; it carries the port. Raised when the two sides stop understanding each other. */
export const hello = 'byok-vault/1';

/** What an app may know about the vault; never what is stored in it. */
export type EmbedState = 'empty' | 'locked' | 'unlocked' | 'unavailable';

/** `panel` = in the flow of the app's page; a dialog above it: `unlock` = with the password field alone, `allow` = asks whether
 *  this app may use keys. */
export type EmbedView = 'panel' | 'unlock' | 'allow';

/** Where the focus goes in a fresh frame: to what one reads next, or to what one asked for. */
export type FocusTarget = 'title' | 'password';

export type ToFrame =
  | { readonly type: 'call'; readonly id: number; readonly method: 'state' | 'lock' }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: 'seal';
      readonly providers: readonly string[];
    }
  /** The person closed the dialog in the app's page. */
  | { readonly type: 'decline' }
  /** Someone acted in the app's page. */
  | { readonly type: 'activity' }
  /** The frame has taken the focus from what stood in its place; heeded where nothing in it has the focus. */
  | { readonly type: 'focus'; readonly on: FocusTarget };

export type ToApp =
  /** The frame took the port. */
  | { readonly type: 'ready' }
  | { readonly type: 'state'; readonly state: EmbedState }
  /** The height that the frame's content needs, in CSS pixels. */
  | { readonly type: 'size'; readonly height: number }
  | { readonly type: 'view'; readonly view: EmbedView }
  | { readonly type: 'done'; readonly id: number; readonly result: CallResult }
  | { readonly type: 'refused'; readonly id: number; readonly code: VaultErrorCode }
  /**
   * The vault was locked, its core wiped and its workers ended; the document is about to go, and the frame should.
   * `ranOut`: because its time was over, so that a call that found this may be asked again.
   */
  | { readonly type: 'ended'; readonly ranOut: boolean }
  /** The app sent more than it may: nothing from it is read any more. */
  | { readonly type: 'closed' };

/** The state, nothing for `lock`, the sealed keys. */
export type CallResult = EmbedState | null | readonly SealedKey[];

const maxProviders = 8;
const maxHeight = 20_000;
const providerName = /^[a-z0-9_-]{1,32}$/;
/** base64url of kMaxSealedBytes (include/byok/sealed_key.h). */
const sealedText = /^[A-Za-z0-9_-]{1,2731}$/;
const sealIdText = /^[0-9a-f]{1,64}$/;

type Fields = Readonly<Record<string, unknown>>;

/** An object that holds the named fields and no other; null for anything else. */
function fieldsOf(value: unknown, names: readonly string[]): Fields | null {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return null;
  const keys = Object.keys(value);
  return keys.length === names.length && names.every((name) => Object.hasOwn(value, name))
    ? (value as Fields)
    : null;
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'type')
    ? (value as Fields)['type']
    : null;
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isState(value: unknown): value is EmbedState {
  return value === 'empty' || value === 'locked' || value === 'unlocked' || value === 'unavailable';
}

function isCode(value: unknown): value is VaultErrorCode {
  return typeof value === 'string' && value !== 'ok' && Object.hasOwn(statusCodes, value);
}

/** True for 1 to 8 different names of the shape that providers have; whether they exist, the core says. */
export function areProviders(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= maxProviders &&
    value.every((each: unknown) => typeof each === 'string' && providerName.test(each)) &&
    new Set(value).size === value.length
  );
}

/** A message from the app; null where it is not one. */
export function readToFrame(data: unknown): ToFrame | null {
  switch (typeOf(data)) {
    case 'activity':
      return fieldsOf(data, ['type']) === null ? null : { type: 'activity' };
    case 'decline':
      return fieldsOf(data, ['type']) === null ? null : { type: 'decline' };
    case 'focus': {
      const on = fieldsOf(data, ['type', 'on'])?.['on'];
      return on === 'title' || on === 'password' ? { type: 'focus', on } : null;
    }
    case 'call': {
      const plain = fieldsOf(data, ['type', 'id', 'method']);
      if (plain !== null) {
        const { id, method } = plain;
        return isId(id) && (method === 'state' || method === 'lock') ? { type: 'call', id, method } : null;
      }
      const seal = fieldsOf(data, ['type', 'id', 'method', 'providers']);
      const { id, method, providers } = seal ?? {};
      if (!isId(id) || method !== 'seal' || !areProviders(providers)) return null;
      return { type: 'call', id, method, providers: [...providers] };
    }
    default:
      return null;
  }
}

/** The number of a call that could not be read, so that it can be refused; null where there is none. */
export function readCallId(data: unknown): number | null {
  if (typeOf(data) !== 'call') return null;
  const id = Object.hasOwn(data as object, 'id') ? (data as Fields)['id'] : null;
  return isId(id) ? id : null;
}

/** A message from the frame; null where it is not one. */
export function readToApp(data: unknown): ToApp | null {
  switch (typeOf(data)) {
    case 'ready':
      return fieldsOf(data, ['type']) === null ? null : { type: 'ready' };
    case 'state': {
      const state = fieldsOf(data, ['type', 'state'])?.['state'];
      return isState(state) ? { type: 'state', state } : null;
    }
    case 'size': {
      const height = fieldsOf(data, ['type', 'height'])?.['height'];
      if (typeof height !== 'number' || !(height >= 0)) return null;
      return { type: 'size', height: Math.min(maxHeight, Math.ceil(height)) };
    }
    case 'view': {
      const view = fieldsOf(data, ['type', 'view'])?.['view'];
      return view === 'panel' || view === 'unlock' || view === 'allow' ? { type: 'view', view } : null;
    }
    case 'done': {
      const { id, result } = fieldsOf(data, ['type', 'id', 'result']) ?? {};
      return isId(id) && isResult(result) ? { type: 'done', id, result } : null;
    }
    case 'refused': {
      const { id, code } = fieldsOf(data, ['type', 'id', 'code']) ?? {};
      return isId(id) && isCode(code) ? { type: 'refused', id, code } : null;
    }
    case 'ended': {
      const ranOut = fieldsOf(data, ['type', 'ranOut'])?.['ranOut'];
      return typeof ranOut === 'boolean' ? { type: 'ended', ranOut } : null;
    }
    case 'closed':
      return fieldsOf(data, ['type']) === null ? null : { type: 'closed' };
    default:
      return null;
  }
}

function isResult(value: unknown): value is CallResult {
  if (value === null || isState(value)) return true;
  return Array.isArray(value) && value.length <= maxProviders && value.every(isSealedKey);
}

function isSealedKey(value: unknown): value is SealedKey {
  const { provider, sealed, sealId } = fieldsOf(value, ['provider', 'sealed', 'sealId']) ?? {};
  return (
    typeof provider === 'string' &&
    providerName.test(provider) &&
    typeof sealed === 'string' &&
    sealedText.test(sealed) &&
    typeof sealId === 'string' &&
    sealIdText.test(sealId)
  );
}
