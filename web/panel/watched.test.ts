import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seenAfterMs, Sight } from './sight.ts';
import { Typing } from './typing.ts';

test('what was in sight long enough, without a break, is seen', () => {
  const sight = new Sight();
  assert.equal(sight.isSeen(1e9), false, 'nothing was told yet');
  sight.tell(true, 1000);
  sight.tell(true, 1000 + seenAfterMs / 2);
  assert.equal(sight.isSeen(1000 + seenAfterMs - 1), false);
  assert.equal(sight.isSeen(1000 + seenAfterMs), true);
  assert.equal(sight.wasHidden, false);
  sight.tell(false, 2000);
  assert.equal(sight.wasHidden, true);
  assert.equal(sight.isSeen(3000), false);
  sight.tell(true, 4000);
  assert.equal(sight.isSeen(4000 + seenAfterMs - 1), false);
  assert.equal(sight.isSeen(4000 + seenAfterMs), true);
  assert.equal(sight.wasHidden, true, 'for good');
});

const key = { key: 'a', ctrlKey: false, altKey: false, metaKey: false };

test('who put in a character a moment ago is typing', () => {
  const typing = new Typing();
  assert.equal(typing.isUnderWay(0), false);
  typing.typed(5000);
  typing.pressed(key);
  assert.equal(typing.isUnderWay(5900), true);
  assert.equal(typing.isUnderWay(6000), false);
});

test('keys that lead elsewhere, and other acts, end the typing', () => {
  for (const press of [
    { ...key, key: 'Tab' },
    { ...key, key: 'Enter' },
    { ...key, key: 'Escape' },
    { ...key, key: 'Alt' },
    { ...key, key: 'F6' },
    { ...key, key: 'l', ctrlKey: true },
    { ...key, key: 'w', metaKey: true },
  ]) {
    const typing = new Typing();
    typing.typed(5000);
    typing.pressed(press);
    assert.equal(typing.isUnderWay(5001), false, press.key);
  }
  const typing = new Typing();
  typing.typed(5000);
  typing.stopped();
  assert.equal(typing.isUnderWay(5001), false);
});
