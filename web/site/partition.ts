/** A frame of another site gets a storage of its own: the person's vault is not in it, and would seem to be gone. */
import { isSameSite } from '../embed/site-of.ts';

/** True where this frame can't see the storage that the vault has when it is opened by itself. */
export async function isPartitioned(): Promise<boolean> {
  const ancestors = 'ancestorOrigins' in location ? [...location.ancestorOrigins] : [];
  // Firefox hides an ancestor that sends no referrer to the frame behind "null". A truly opaque one is kept out by frame-ancestors.
  const told = ancestors.filter((origin) => origin !== 'null');
  if (told.some((origin) => !isSameSite(location.origin, origin))) return true;
  // Where the ancestors are not told: those browsers answer false to every frame of another site.
  return !(await document.hasStorageAccess());
}
