/** Begins what takes longest. Imported before all else, it need not wait for the panel's own code to have run. */
import { defaultAssets } from '../vault/assets.ts';
import { Workers } from '../vault/workers.ts';
import { isPartitioned } from './partition.ts';

export const framed = window.parent !== window;
/** True where this frame can't see the person's vault. */
export const isApart = framed ? isPartitioned() : Promise.resolve(false);
/** Loaded before it is known which app embeds the frame: that is told to them last. */
export const workers = new Workers(defaultAssets());

function load(): void {
  if (globalThis.isSecureContext) workers.load().catch(() => undefined);
}
if (framed) {
  void isApart.then((apart) => {
    if (!apart) load();
  });
} else {
  load();
}
