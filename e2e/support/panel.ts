/** The panel as a person uses it: through accessible names only, embedded in the demo app or opened by itself. */
import { expect, type Frame, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { words } from '../../web/panel/words.ts';
import type { Site } from './site.ts';

declare global {
  interface Window {
    /** Whether a press has reached this document. */
    pressed?: boolean;
  }
}

export const forms = ['embedded', 'alone'] as const;
export type Form = (typeof forms)[number];

export const goodPassword = 'correct horse battery staple 7';

/** The element's frame stands in a closed shadow tree, which locators don't look into. */
function openShadows(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (this: Element, options: ShadowRootInit) {
    return attachShadow.call(this, { ...options, mode: 'open' });
  };
}

export class Panel {
  readonly page: Page;
  readonly site: Site;
  readonly form: Form;

  constructor(page: Page, site: Site, form: Form) {
    this.page = page;
    this.site = site;
    this.form = form;
  }

  /** Where the vault's own document is. */
  get inside(): Page | FrameLocator {
    return this.form === 'alone' ? this.page : this.page.frameLocator('byok-vault iframe');
  }

  get region(): Locator {
    return this.inside.getByRole('region', { name: 'API keys' });
  }

  get password(): Locator {
    return this.textbox('Vault password');
  }

  textbox(name: string): Locator {
    return this.inside.getByRole('textbox', { name, exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.inside.getByRole('button', { name, exact: true });
  }

  get dialog(): Locator {
    return this.inside.getByRole('dialog').or(this.inside.getByRole('alertdialog'));
  }

  card(provider: string): Locator {
    return this.region.getByRole('group', { name: provider, exact: true });
  }

  /** The vault's own document, to read its storage from inside. */
  async document(): Promise<Page | Frame> {
    if (this.form === 'alone') return this.page;
    const element = await this.page.waitForSelector('byok-vault iframe', { state: 'attached' });
    const frame = await element.contentFrame();
    if (!frame) throw new Error('the embed has no frame');
    return frame;
  }

  /** Makes the embed's frame reachable; before the page is opened. */
  async watchFrames(): Promise<void> {
    await this.page.addInitScript(openShadows);
  }

  async open(): Promise<void> {
    await this.watchFrames();
    await this.inFront();
    await this.page.goto(this.form === 'alone' ? this.site.vault : this.site.app);
    await expect(this.region).toBeVisible();
  }

  async create(password = goodPassword): Promise<void> {
    await this.inFront();
    await this.password.fill(password);
    await this.textbox('Confirm password').fill(password);
    await this.press(this.button('Create vault'));
    await expect(this.button('Lock')).toBeVisible();
  }

  async openAndCreate(password = goodPassword): Promise<void> {
    await this.open();
    await this.create(password);
  }

  /** A person clicks in the tab in front. In one behind it, the browser has no picture of the frame to find the button by. */
  async inFront(): Promise<void> {
    await this.page.bringToFront();
  }

  /**
   * Presses what may stand in a frame that is new, or has just moved or grown, as it does while it is typed into. A press that
   * comes before the browser's own picture of where the frame is goes to the page around it; then it is made again.
   */
  async press(button: Locator): Promise<void> {
    const frame = await (await button.elementHandle()).ownerFrame();
    if (this.form === 'alone' || !frame) {
      await button.click();
      return;
    }
    await expect(async () => {
      await frame.evaluate(() => {
        window.pressed = false;
        const note = (): void => {
          window.pressed = true;
        };
        addEventListener('pointerdown', note, { once: true, capture: true });
      });
      await button.click();
      // A frame that went with the press, or has another document since, was pressed.
      expect(await frame.evaluate(() => window.pressed).catch(() => true)).not.toBe(false);
    }).toPass();
  }

  /** Until the dialog that an app's call opens has the focus: what is entered before that goes to the page below it. */
  async asked(): Promise<void> {
    await expect(this.password).toBeFocused();
  }

  /** Gives the password that the dialog asks for. */
  async answer(password = goodPassword): Promise<void> {
    await this.asked();
    await this.password.fill(password);
    await this.press(this.button('Unlock'));
  }

  async unlock(password = goodPassword): Promise<void> {
    await this.inFront();
    await this.password.fill(password);
    await this.press(this.button('Unlock'));
    await expect(this.button('Lock')).toBeVisible();
  }

  /** Ends with the password field on screen again: embedded, that is a fresh frame. */
  async lock(): Promise<void> {
    await this.inFront();
    await this.press(this.button('Lock'));
    await expect(this.button('Lock')).toBeHidden();
    await expect(this.password).toBeVisible();
  }

  async fillKey(provider: string, key: string): Promise<void> {
    await this.card(provider)
      .getByRole('textbox', { name: `${provider} API key` })
      .fill(key);
  }

  async enter(provider: string, key: string): Promise<void> {
    await this.inFront();
    await this.fillKey(provider, key);
    await this.verifyAndSave(provider);
  }

  /** Presses the button as a person does, who has read what saving means for the app around the panel. */
  async verifyAndSave(provider: string): Promise<void> {
    const card = this.card(provider);
    const save = card.getByRole('button', { name: 'Verify and save', exact: true });
    if (this.form === 'embedded') {
      // It is said once it can be seen.
      await save.scrollIntoViewIfNeeded();
      const line = card.getByText(/^Saving lets /);
      if ((await line.count()) > 0) await expect(line).toBeVisible();
    }
    await this.press(save);
  }

  /** For the user who is signed in by now. */
  async confirmUser(): Promise<void> {
    const button = this.button(/^Use for/);
    // It waits until it was in sight for a moment.
    await button.scrollIntoViewIfNeeded();
    await this.press(button);
  }

  async openSettings(): Promise<void> {
    await this.inFront();
    const settings = this.button(words.bar.settings);
    if ((await settings.getAttribute('aria-expanded')) !== 'true') await settings.click();
  }

  async choose(item: string): Promise<void> {
    await this.openSettings();
    await this.inside.getByRole('button', { name: item }).click();
  }

  get autoLock(): Locator {
    return this.inside.getByRole('combobox', { name: words.settings.autoLock });
  }

  async fillChangePassword(current: string, next: string): Promise<void> {
    await this.choose('Change password');
    await this.dialog.getByRole('textbox', { name: words.currentPassword, exact: true }).fill(current);
    await this.dialog.getByRole('textbox', { name: words.newPassword, exact: true }).fill(next);
    await this.dialog.getByRole('textbox', { name: words.confirmNewPassword, exact: true }).fill(next);
  }

  /** Up to the last click. */
  async fillStartOver(): Promise<void> {
    await this.choose('Start over');
    await this.dialog.getByRole('textbox').fill(words.startOver.phrase);
  }

  /** From the locked panel, as someone who forgot the password. */
  async startOver(): Promise<void> {
    await this.press(this.region.getByText(words.unlock.forgot));
    await this.button('Start over').click();
    await this.dialog.getByRole('textbox').fill(words.startOver.phrase);
    await this.dialog.getByRole('button', { name: words.startOver.submit }).click();
    // Until then the password field behind it is the old vault's, and what is filled into it goes to the dialog.
    await expect(this.dialog).toBeHidden();
  }

  /** Replaces the key of a card that has one. */
  async update(provider: string, key: string): Promise<void> {
    await this.card(provider).getByRole('button', { name: 'Update', exact: true }).click();
    await this.enter(provider, key);
  }

  /** Adds or replaces, whichever the card offers. */
  async put(provider: string, key: string): Promise<void> {
    const update = this.card(provider).getByRole('button', { name: 'Update', exact: true });
    if (await update.isVisible()) await update.click();
    await this.enter(provider, key);
  }

  /** Does something that counts as activity. */
  async act(): Promise<void> {
    await this.region.press('Shift');
  }

  /** Adds a key that the sandbox calls valid. */
  async add(provider: string, key: string): Promise<void> {
    await this.enter(provider, key);
    await expect(this.card(provider).getByRole('button', { name: 'Test', exact: true })).toBeVisible();
  }
}
