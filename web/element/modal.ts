/** Makes everything but one element inert, as a modal dialog does; a frame can't be moved into a <dialog> without losing it. */

/** @returns a function that gives the page back. */
export function makeRestInert(element: Element): () => void {
  const made: Element[] = [];
  let inside: Element | null = element;
  while (inside !== null) {
    const root = inside.getRootNode();
    const parent: Element | ShadowRoot | null = inside.parentElement ?? (root instanceof ShadowRoot ? root : null);
    if (parent === null) break;
    for (const sibling of parent.children) {
      if (sibling === inside || sibling.hasAttribute('inert') || /^(script|style|link)$/i.test(sibling.localName)) continue;
      sibling.toggleAttribute('inert', true);
      made.push(sibling);
    }
    inside = parent instanceof ShadowRoot ? parent.host : parent;
  }
  return () => {
    for (const each of made) each.removeAttribute('inert');
  };
}
