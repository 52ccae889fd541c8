/** Makes everything but one element inert, as a modal dialog does; a frame can't be moved into a <dialog> without losing it. */

/** Elements that are shown as dialogs, the last on top: an app may have more than one vault element in a page. */
const dialogs: Element[] = [];
let free = (): void => undefined;

/** @returns a function that gives the page back, or leaves it to the dialog below. */
export function makeRestInert(element: Element): () => void {
  dialogs.push(element);
  renew();
  return () => {
    dialogs.splice(dialogs.indexOf(element), 1);
    renew();
  };
}

function renew(): void {
  free();
  const top = dialogs.at(-1);
  free = top === undefined ? () => undefined : makeInertAround(top);
}

function makeInertAround(element: Element): () => void {
  const made: Element[] = [];
  let inside = element;
  for (let parent = parentOf(inside); parent !== null; parent = parentOf(inside)) {
    const others = [...parent.children].filter(
      (each) => each !== inside && !each.hasAttribute('inert') && isShown(each),
    );
    for (const other of others) other.toggleAttribute('inert', true);
    made.push(...others);
    inside = parent instanceof ShadowRoot ? parent.host : parent;
  }
  return () => {
    for (const each of made) each.removeAttribute('inert');
  };
}

function parentOf(element: Element): Element | ShadowRoot | null {
  const { parentNode } = element;
  return parentNode instanceof Element || parentNode instanceof ShadowRoot ? parentNode : null;
}

function isShown({ localName }: Element): boolean {
  return !['head', 'script', 'style', 'link'].includes(localName);
}
