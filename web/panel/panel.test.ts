import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusCodes, type VaultErrorCode } from '../core/errors.ts';
import { verdicts, type RecordView } from '../core/types.ts';
import { formatAgo, formatCountdown, formatLeft } from './format.ts';
import { wipe } from '../vault/wipe.ts';
import { HeldKey, sameBytes } from './secrets.ts';
import { couldNotTell, damagedRecords, recordFor, toneOf } from './verdicts.ts';
import { errorText, unavailableCase, words } from './words.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('E1: a held key is given away once, and what is replaced or dropped is wiped', () => {
  const held = new HeldKey();
  const [first, second, third] = [bytes('first'), bytes('second'), bytes('third')];
  held.hold('openai', first);
  held.hold('gemini', second);
  assert.deepEqual(first, new Uint8Array(5));
  assert.equal(held.provider, 'gemini');
  assert.deepEqual(held.take(), { provider: 'gemini', key: bytes('second') });
  assert.equal(held.take(), null);
  assert.equal(held.provider, null);
  assert.deepEqual(second, bytes('second'));
  held.hold('openai', third);
  held.drop();
  assert.deepEqual(third, new Uint8Array(5));
});

test('wiping leaves alone what was transferred', () => {
  const gone = bytes('gone');
  structuredClone(gone, { transfer: [gone.buffer as ArrayBuffer] });
  const here = bytes('here');
  wipe(gone, null, here);
  assert.deepEqual(here, new Uint8Array(4));
});

test('two entries are the same only byte for byte', () => {
  assert.equal(sameBytes(bytes('abc'), bytes('abc')), true);
  for (const other of ['abd', 'ab', 'abcd', '']) assert.equal(sameBytes(bytes('abc'), bytes(other)), false);
});

test('E17: a wrong password says "Wrong password", and a wait never reads as over before it is', () => {
  assert.equal(errorText('wrong_password'), 'Wrong password');
  assert.equal(errorText('too_many_attempts'), 'Too many attempts');
  assert.equal(formatCountdown(45_000), '0:45');
  assert.equal(formatCountdown(1), '0:01');
  assert.equal(formatCountdown(15 * 60_000), '15:00');
});

test('the time left begins as what was chosen, and is over only at 0', () => {
  assert.equal(formatLeft(30 * 60_000), '30 minutes');
  assert.equal(formatLeft(29.9 * 60_000), '30 minutes');
  assert.equal(formatLeft(60_001), '2 minutes');
  assert.equal(formatLeft(60_000), '60 seconds');
  assert.equal(formatLeft(1), '1 second');
  assert.equal(formatLeft(0), '0 seconds');
  assert.equal(formatAgo(Date.now() + 5_000, Date.now()), 'now');
  assert.equal(formatAgo(0, 3 * 60_000), '3 minutes ago');
});

test('every verdict has words and a tone, and none of them echoes anything but the provider’s name', () => {
  for (const verdict of verdicts) {
    const { label, detail } = words.verdicts[verdict];
    assert.ok(label.length > 0 && detail('OpenAI').length > 0);
    assert.ok(['good', 'warning', 'bad', 'neutral'].includes(toneOf(verdict)));
  }
});

test('E30: only an answer that says nothing about the key leaves its last verdict', () => {
  assert.deepEqual(verdicts.filter(couldNotTell), ['provider_down', 'unreachable', 'unknown']);
});

test('E24: damaged entries are named, and never shown as configured', () => {
  const meta = {
    provider: 'openai',
    label: '',
    preview: '',
    added: 0,
    updated: 0,
    verdict: 'valid',
    verdictAt: 0,
  } as const;
  const records: RecordView[] = [
    { id: 'a', state: 'unreadable', meta: null },
    { id: 'b', state: 'ok', meta },
    { id: 'c', state: 'missing', meta: null },
  ];
  assert.deepEqual(
    damagedRecords(records).map(({ id }) => id),
    ['a', 'c'],
  );
  assert.equal(recordFor(records, 'openai')?.id, 'b');
  assert.equal(recordFor(records, 'gemini'), null);
  assert.equal(words.damage.entry('0011', 'stale'), 'Entry 0011 is an old copy');
  assert.match(words.damage.records(1), /^One entry/);
  assert.match(words.damage.records(2), /^2 entries/);
});

test('E9, E10, E36: each reason for having no vault has words of its own', () => {
  const told = (['storage_unavailable', 'not_secure_context', 'no_webassembly', 'newer_format'] as const).map(
    (code) => words.unavailable.cases[unavailableCase(code)].title,
  );
  assert.equal(new Set(told).size, told.length);
  assert.equal(unavailableCase('internal'), 'other');
});

test('what can happen in the panel is said in words, not as a code', () => {
  const elsewhere = new Set([
    'bad_argument',
    'internal',
    'bad_handle',
    'manifest_damaged',
    'no_key',
    'label_refused',
    'sealed_key_refused',
    'purpose_refused',
    'app_not_allowed',
    // Of the platform's side alone.
    'cached_key_refused',
    'key_cleared',
    'no_api_key',
    'user_key_missing',
    'cache_unavailable',
    'user_key_failed',
    'request_refused',
    'provider_failed',
    'worker_lost',
    'queue_unavailable',
    'job_unknown',
    'secret_missing',
    'secret_wrong_length',
    'secret_not_hex',
    'secret_weak',
    'json_refused',
    'user_declined',
    'not_allowed',
    'bad_message',
  ]);
  const codes = Object.keys(statusCodes).filter(
    (code) => code !== 'ok' && !elsewhere.has(code),
  ) as VaultErrorCode[];
  for (const code of codes) assert.notEqual(errorText(code), words.noError, code);
});
