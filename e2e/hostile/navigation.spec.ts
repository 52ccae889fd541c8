/** Windows, openers and the way back: the vault in a tab beside the attacker's, and the frame after a navigation. */
import type { Page } from '@playwright/test';
import { Panel } from '../support/panel.ts';
import { expect, password, test, typePassword, unlockByKeys } from './test.ts';

/** What the page gets out of a window it holds; the greeting and a new address are tried too. */
async function pry(page: Page, name: string): Promise<string[]> {
  return page.evaluate(
    async ([held, app]) => {
      const other = (window as unknown as Record<string, Window | null>)[held];
      const got: string[] = [];
      const attempt = (what: string, look: () => unknown): void => {
        try {
          const value = look();
          window.loot.take('window', value);
          if (value !== null && value !== undefined) got.push(what);
        } catch (error) {
          window.loot.take('window', error);
        }
      };
      attempt('document', () => other?.document);
      attempt('address', () => other?.location.href);
      attempt('name', () => other?.name);
      attempt('storage', () => other?.localStorage);
      attempt('frames', () => other?.frames[0]);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        got.push('an answer');
        window.loot.take('window', data);
      };
      port1.postMessage({ type: 'call', id: 1, method: 'state' });
      attempt('greeting', () => {
        other?.postMessage('byok-vault/1', '*', [port2]);
        return null;
      });
      attempt('new address', () => {
        if (other) other.location.href = `${app}/blank`;
        return null;
      });
      attempt('closing', () => {
        other?.close();
        return null;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      return got;
    },
    [name, new URL(page.url()).origin] as const,
  );
}

for (const how of ['window.open', 'window.open with a name', 'a link with opener'] as const) {
  test(`a vault that the page opened in a tab lets go of whoever opened it: ${how}`, async ({
    attacker,
    page,
    site,
  }) => {
    await attacker.enterFully(page);
    await page.goto(`${site.app}/blank`);
    const opened = page.context().waitForEvent('page');
    await page.evaluate(
      ([way, vault]) => {
        const other =
          way === 'window.open'
            ? open(`${vault}/`)
            : way === 'window.open with a name'
              ? open(`${vault}/`, 'vault')
              : null;
        Object.assign(window, { other });
        if (way !== 'a link with opener') return;
        const link = document.createElement('a');
        Object.assign(link, { href: `${vault}/`, target: 'vault', rel: 'opener' });
        document.body.append(link);
        link.click();
      },
      [how, site.vault] as const,
    );
    const tab = await opened;
    const alone = new Panel(tab, site, 'alone');
    await unlockByKeys(alone);
    expect(await tab.evaluate(() => [window.opener as unknown, window.name])).toEqual([null, '']);
    expect(await pry(page, 'other')).toEqual([]);
    // By its name another window is found, or an empty one is made: never the vault's.
    await page.evaluate(() => {
      const named = open('', 'vault');
      window.loot.take('named window', named?.document.documentElement);
      named?.close();
    });
    await expect(alone.button('Lock')).toBeVisible();
    expect(tab.url()).toBe(`${site.vault}/`);
    await attacker.expectNothing(page);
  });
}

test('a tab of the vault that was there before is not found by any name', async ({
  attacker,
  page,
  site,
}) => {
  await attacker.enterFully(page);
  const tab = await page.context().newPage();
  const alone = new Panel(tab, site, 'alone');
  await alone.open();
  await unlockByKeys(alone);
  await page.goto(`${site.app}/blank`);
  for (const name of ['vault', 'byok', 'byok-vault', '_top', '_parent', 'API keys']) {
    await page.evaluate((target) => {
      const found = open('', target);
      Object.assign(window, { found });
      if (found !== window && found !== null) {
        window.loot.take('named window', [found.document.documentElement, found.location.href]);
        found.close();
      }
    }, name);
  }
  await expect(alone.button('Lock')).toBeVisible();
  await attacker.expectNothing(page);
});

test('after the frame was sent away and brought back, its field is empty and its vault locked', async ({
  attacker,
  victim,
  site,
}) => {
  const { page } = victim;
  await attacker.enterFully(page);
  await page.goto(`${site.app}/plain`);
  const frame = page.frameLocator('iframe[title="API keys"]');
  await page.evaluate((vault) => {
    const inner = document.querySelector('iframe');
    const greet = (): void => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        window.loot.take('port', data);
      };
      try {
        inner?.contentWindow?.postMessage('byok-vault/1', vault, [port2]);
      } catch {
        // It is elsewhere at the moment.
      }
    };
    greet();
    inner?.addEventListener('load', greet);
  }, site.vault);
  const field = frame.getByRole('textbox', { name: 'Vault password', exact: true });
  await field.click();
  await field.pressSequentially(password.slice(0, 9));
  const before = await page.evaluate(() => history.length);
  await page.evaluate(() => {
    const inner = document.querySelector('iframe')?.contentWindow;
    if (inner) inner.location.href = '/blank';
  });
  await expect(frame.getByText('Nothing here.')).toBeVisible();
  await page.evaluate(() => {
    // The document in the frame is his own now: whatever was left in the window is his.
    const inner = document.querySelector('iframe');
    window.loot.take('after the vault', [
      inner?.contentDocument?.documentElement,
      inner?.contentWindow?.name,
    ]);
    window.loot.take('after the vault', [
      inner?.contentWindow?.history.state,
      inner?.contentWindow?.sessionStorage,
    ]);
    history.back();
  });
  await expect(field).toHaveValue('');
  expect(await page.evaluate(() => history.length)).toBe(before + 1);
  await attacker.expectNothing(page, { name: 'half a password', value: password.slice(0, 9) });
});

test('the page left and come back to finds a locked vault, and nothing in its history', async ({
  attacker,
  victim,
  site,
}) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  const before = await victim.page.evaluate(() => history.length);
  await unlockByKeys(victim);
  expect(await victim.page.evaluate(() => [history.length, history.state as unknown])).toEqual([
    before,
    null,
  ]);
  await attacker.collect(victim.page);
  await victim.page.goto(`${site.app}/blank`);
  await attacker.collect(victim.page);
  await victim.page.goBack();
  await expect(victim.password).toBeVisible();
  await typePassword(victim, password.slice(0, 9));
  await victim.page.reload();
  await expect(victim.password).toHaveValue('');
  await attacker.expectNothing(victim.page, { name: 'half a password', value: password.slice(0, 9) });
});

test('a new fragment in the frame’s address reaches nothing', async ({ attacker, victim, site }) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  await unlockByKeys(victim);
  await victim.page.evaluate((vault) => {
    const inner = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe')?.contentWindow;
    if (inner) inner.location.href = `${vault}/#lock=0&user=attacker`;
  }, site.vault);
  await expect(victim.button('Lock')).toBeVisible();
  await attacker.expectNothing(victim.page);
});
