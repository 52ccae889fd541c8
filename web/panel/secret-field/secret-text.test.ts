import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minSecretRoom } from '../../vault/secret-bytes.ts';
import { Boundaries, countCharacters } from './characters.ts';
import { SecretText } from './secret-text.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function typed(text: string, maxBytes = 1024): SecretText {
  const secret = new SecretText({ maxBytes, oneLine: true });
  assert.equal(secret.insert(text), true);
  return secret;
}

function read(secret: SecretText): string {
  return decoder.decode(secret.copy());
}

/** Every array that is made while `work` runs, so that a test can look at what they hold afterwards. */
function arraysMadeBy(work: () => void): Uint8Array[] {
  const made: Uint8Array[] = [];
  const Original = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(Original, {
    construct(target, args: ConstructorParameters<typeof Uint8Array>, as) {
      const array = Reflect.construct(target, args, as) as Uint8Array;
      made.push(array);
      return array;
    },
  });
  try {
    work();
  } finally {
    globalThis.Uint8Array = Original;
  }
  return made;
}

const texts = [
  'plain ASCII, with spaces ',
  '  outer spaces  ',
  'Ärger naïve café Ångström',
  'e\u0301\u0323 a\u0323\u0307\u0302 o\u031b\u0301',
  'q\u0307\u0323 \u0344 \u212b \u2126 \u0340\u0341',
  '\u0301orphan \u0323\u0301',
  '한국어 각 가',
  '\u1100\u1161\u11a8 \u1112\u1161\u11ab \uac00\u11a8 \u1161\u11a8',
  '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪🇫🇷🇬 🗝️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'क\u093c ড\u09bc \u0958 \u09c7\u09be ொ \u0bc6\u0bbe \u0dd9\u0dcf\u0dca',
  'שּׁ \ufb2c بِسْمِ ﷺ',
  '\u{1d15e} \u{11099}\u{110ba} \u{11131}\u{11127} \u{16d63}\u{16d67}\u{16d67}',
  '豈 \u2f800 ﬁ Ⅳ',
  'tab\there nul\0there',
];

test('E27: a secret is handed over in NFC, as if all of it had been normalised at once', () => {
  for (const text of texts) {
    for (const form of [text, text.normalize('NFD'), text.normalize('NFC')]) {
      assert.equal(read(typed(form)), form.normalize('NFC'), JSON.stringify(form));
    }
  }
});

test('E27: the same, typed one code point at a time', () => {
  for (const text of texts) {
    const secret = new SecretText({ maxBytes: 1024, oneLine: true });
    for (const point of text.normalize('NFD')) secret.insert(point);
    assert.equal(read(secret), text.normalize('NFC'));
    assert.equal(secret.length, countCharacters(text.normalize('NFD')));
  }
});

test('E27: no character begins with a code point that NFC may join to what stands before it', () => {
  const joining = new Set<number>();
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    // Second and later parts of what is composed, and what is put in order before another mark: 240 is the last class.
    if (character.normalize('NFC') === character)
      for (const part of Array.from(character.normalize('NFD')).slice(1))
        joining.add(part.codePointAt(0) ?? 0);
    if (`a\u0345${character}`.normalize('NFC') !== `a\u0345${character.normalize('NFC')}`) joining.add(point);
  }
  assert.ok(joining.size > 400, String(joining.size));
  for (const point of joining) {
    const boundaries = new Boundaries();
    boundaries.begins(0x61);
    assert.equal(boundaries.begins(point), false, point.toString(16));
  }
});

test('E27: random texts of what combines are normalised as one would normalise the whole', () => {
  const alphabet = Array.from(
    'aeou AEıſ\u0300\u0301\u0302\u0307\u0308\u0323\u0327\u031b\u0345\u0334\u1100\u1161\u11a8\uac00\u09c7\u09be\u0dd9\u0dcf\u0dca🇩👍🏽\u200d\ufe0f\u{16d63}\u{16d67}',
  );
  let seed = 7;
  const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x80000000;
  for (let round = 0; round < 3000; round++) {
    const text = Array.from(
      { length: 12 },
      () => alphabet[Math.floor(random() * alphabet.length)] ?? '',
    ).join('');
    assert.equal(read(typed(text)), text.normalize('NFC'), JSON.stringify(text));
  }
});

test('one dot, and one press of a key, is one character for the eye', () => {
  for (const [text, count] of [
    ['abc', 3],
    ['e\u0301', 1],
    ['👩‍👩‍👧‍👦', 1],
    ['👍🏽👍', 2],
    ['🇩🇪🇫🇷🇬', 3],
    ['\u1112\u1161\u11ab', 1],
    ['\u0301a', 2],
  ] as const)
    assert.equal(typed(text).length, count, JSON.stringify(text));
});

test('editing: insertion, deletion and selection at the caret', () => {
  const secret = typed('hello world');
  secret.move('start', false);
  secret.move('forward', false);
  secret.insert('üÜ');
  assert.equal(read(secret), 'hüÜello world');
  secret.remove('back');
  secret.remove('forward');
  assert.equal(read(secret), 'hüllo world');
  secret.move('end', true);
  assert.deepEqual(secret.selection, { from: 2, to: 11 });
  secret.insert('🗝️');
  assert.equal(read(secret), 'hü🗝️');
  assert.equal(secret.caret, 3);
  secret.remove('back');
  assert.equal(read(secret), 'hü');
  secret.remove('forward');
  assert.equal(read(secret), 'hü');
  secret.selectAll();
  secret.move('back', false);
  assert.deepEqual(secret.selection, { from: 0, to: 0 });
  secret.remove('end');
  assert.equal(secret.empty, true);
  secret.remove('back');
  secret.remove('start');
  assert.equal(secret.empty, true);
});

test('an accent typed behind the caret’s character joins it, and a letter typed before an accent takes it', () => {
  const secret = typed('ex');
  secret.move('back', false);
  secret.insert('\u0301');
  assert.equal(secret.caret, 1);
  assert.equal(read(secret), 'éx');
  secret.remove('back');
  assert.equal(read(secret), 'x');
  const orphan = typed('\u0301x');
  orphan.move('start', false);
  orphan.insert('e');
  assert.equal(orphan.caret, 1);
  assert.equal(read(orphan), 'éx');
});

test('half of a surrogate pair becomes what TextEncoder makes of it', () => {
  assert.equal(read(typed('a\ud83d')), 'a\ufffd');
});

test('line breaks are left out of a password, and kept in a key for the core to judge', () => {
  assert.equal(read(typed('pass\r\nword\n')), 'password');
  const key = new SecretText({ maxBytes: 4096, oneLine: false });
  key.insert('sk\nx');
  assert.equal(read(key), 'sk\nx');
});

test('what is too long is refused as a whole', () => {
  const secret = typed('x'.repeat(1000));
  assert.equal(secret.insert('é'.repeat(13)), false);
  assert.equal(secret.length, 1000);
  assert.equal(secret.insert('é'.repeat(12)), true);
  assert.equal(secret.copy().length, 1024);
  secret.selectAll();
  assert.equal(secret.insert('y'.repeat(1024)), true);
  assert.equal(secret.replace('z'.repeat(1025)), false);
  assert.equal(secret.empty, true);
});

test('no array is smaller than the room of a secret, and each is 0 once it is outgrown, cleared or handed over', () => {
  let copy = new Uint8Array();
  const made = arraysMadeBy(() => {
    const secret = new SecretText({ maxBytes: 4096, oneLine: false });
    for (let index = 0; index < 700; index++) secret.insert('s');
    secret.insert('S'.repeat(3000));
    for (let index = 0; index < 50; index++) secret.remove('back');
    copy = secret.copy();
    secret.clear();
  });
  assert.deepEqual(
    made.map((array) => array.buffer.byteLength),
    [2048, 4096, 3650],
  );
  for (const array of made)
    if (array !== copy)
      assert.ok(
        array.every((byte) => byte === 0),
        String(array.length),
      );
  assert.equal(copy.length, 3650);
  assert.ok(copy.every((byte) => byte !== 0));
  assert.equal(typed('short').copy().buffer.byteLength, minSecretRoom);
});

test('what is deleted leaves no byte behind the end', () => {
  const made = arraysMadeBy(() => {
    const secret = new SecretText({ maxBytes: 1024, oneLine: true });
    secret.insert('secret');
    secret.remove('back');
    secret.remove('back');
    secret.move('start', false);
    secret.remove('forward');
    secret.selectAll();
    secret.insert('a');
  });
  assert.equal(made.length, 1);
  assert.deepEqual([...(made[0] ?? []).slice(0, 8)], [0x61, 0, 0, 0, 0, 0, 0, 0]);
});
