import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletionOf, editOf, type Edit } from './editing.ts';

const none = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
const pc = { mac: false, rtl: false };
const mac = { mac: true, rtl: false };

function move(to: 'back' | 'forward' | 'start' | 'end', extend = false): Edit {
  return { kind: 'move', to, extend };
}

test('keys move, select and delete as they do in a password field', () => {
  const cases: [object, typeof pc, Edit | null][] = [
    [{ key: 'ArrowLeft' }, pc, move('back')],
    [{ key: 'ArrowRight', shiftKey: true }, pc, move('forward', true)],
    [{ key: 'ArrowLeft', ctrlKey: true }, pc, move('start')],
    [{ key: 'ArrowRight', ctrlKey: true, shiftKey: true }, pc, move('end', true)],
    [{ key: 'Home' }, pc, move('start')],
    [{ key: 'End', shiftKey: true }, pc, move('end', true)],
    [{ key: 'ArrowLeft' }, { mac: false, rtl: true }, move('forward')],
    [{ key: 'ArrowRight', ctrlKey: true }, { mac: false, rtl: true }, move('start')],
    [{ key: 'ArrowLeft', metaKey: true }, mac, move('start')],
    [{ key: 'ArrowLeft', altKey: true }, mac, move('start')],
    [{ key: 'Backspace' }, pc, { kind: 'remove', to: 'back' }],
    [{ key: 'Backspace', ctrlKey: true }, pc, { kind: 'remove', to: 'start' }],
    [{ key: 'Delete', ctrlKey: true }, pc, { kind: 'remove', to: 'end' }],
    [{ key: 'Backspace', metaKey: true }, mac, { kind: 'remove', to: 'start' }],
    [{ key: 'Delete', shiftKey: true }, pc, { kind: 'none' }],
    [{ key: 'a', ctrlKey: true }, pc, { kind: 'select' }],
    [{ key: 'a', metaKey: true }, mac, { kind: 'select' }],
  ];
  for (const [pressed, keyboard, edit] of cases)
    assert.deepEqual(editOf({ key: '', ...none, ...pressed }, keyboard), edit, JSON.stringify(pressed));
});

test('what writes a character, or belongs to the browser, is left alone', () => {
  for (const pressed of [
    { key: 'a' },
    { key: 'Enter' },
    { key: 'Tab' },
    { key: 'Escape' },
    { key: 'v', ctrlKey: true },
    // AltGr.
    { key: 'a', ctrlKey: true, altKey: true },
    // Back in history.
    { key: 'ArrowLeft', altKey: true },
    { key: 'Unidentified' },
  ])
    assert.equal(editOf({ ...none, ...pressed }, pc), null, JSON.stringify(pressed));
});

test('words and lines are not told apart: a deletion of one goes to the end of all', () => {
  assert.deepEqual(deletionOf('deleteContentBackward'), { kind: 'remove', to: 'back' });
  assert.deepEqual(deletionOf('deleteContentForward'), { kind: 'remove', to: 'forward' });
  for (const unit of ['Word', 'SoftLine', 'HardLine']) {
    assert.deepEqual(deletionOf(`delete${unit}Backward`), { kind: 'remove', to: 'start' });
    assert.deepEqual(deletionOf(`delete${unit}Forward`), { kind: 'remove', to: 'end' });
  }
  for (const kept of ['historyUndo', 'historyRedo', 'deleteByCut', 'deleteByDrag'])
    assert.deepEqual(deletionOf(kept), { kind: 'none' });
  for (const other of ['insertText', 'insertLineBreak', 'formatBold']) assert.equal(deletionOf(other), null);
});
