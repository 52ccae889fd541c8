/** What stands in the frame's place after a lock: as tall as the frame was, and with nothing of the vault in it. */

const words = { title: 'Your vault is locked', unlock: 'Unlock' };

export class Placeholder {
  readonly element = document.createElement('div');
  readonly #button = document.createElement('button');

  constructor(onUnlock: () => void) {
    const title = document.createElement('p');
    title.textContent = words.title;
    this.#button.type = 'button';
    this.#button.textContent = words.unlock;
    this.#button.addEventListener('click', onUnlock);
    this.element.className = 'note placeholder';
    this.element.hidden = true;
    this.element.append(title, this.#button);
  }

  /** @param height of what it replaces, in CSS pixels. */
  show(height: number): void {
    this.element.style.minBlockSize = `${String(height)}px`;
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
  }

  focus(): void {
    this.#button.focus({ preventScroll: true });
  }
}
