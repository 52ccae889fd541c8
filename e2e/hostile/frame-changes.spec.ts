/** What a page does to the frame that it shows: changes, moves, removes and replaces it at the worst moment. */
import { words } from '../../web/panel/words.ts';
import { expect, test, typePassword, unlockByKeys } from './test.ts';

test.describe('what the page does to its frame', () => {
  test.beforeEach(async ({ attacker, victim }) => {
    await attacker.enterFully(victim.page);
    await victim.open();
  });

  test.afterEach(async ({ attacker, victim }) => {
    await attacker.expectNothing(victim.page);
  });

  const changes: Record<string, (frame: HTMLIFrameElement) => void> = {
    'sandbox with all but an origin': (frame) => {
      frame.setAttribute('sandbox', 'allow-scripts allow-forms allow-popups');
    },
    'sandbox with everything': (frame) => {
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups');
    },
    'allow taken away': (frame) => {
      frame.allow = "clipboard-write 'none'; publickey-credentials-get 'none'";
    },
    'a policy of the app’s': (frame) => {
      frame.setAttribute('csp', "script-src 'none'");
    },
    'an address with a question': (frame) => {
      frame.src = `${frame.src}?mode=unlock&platform=AAAA&user=attacker&api=${location.origin}&apps=*#now=0`;
    },
    'a name, and a referrer policy': (frame) => {
      frame.name = 'vault';
      frame.referrerPolicy = 'unsafe-url';
    },
    'moved to another place': (frame) => {
      document.querySelector('byok-vault')?.shadowRoot?.append(frame);
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    test(`the frame changed while it is unlocked: ${name}`, async ({ victim, hostileApp }) => {
      await unlockByKeys(victim);
      const before = hostileApp.asked.length;
      await victim.page.locator('byok-vault iframe').evaluate(change);
      // Most take effect with the next document.
      await victim.page.locator('byok-vault iframe').evaluate((frame: HTMLIFrameElement) => {
        frame.setAttribute('src', frame.src);
      });
      // A new document begins locked, or not at all; the element mounts a frame as it should be.
      await expect(victim.button('Lock')).toHaveCount(0);
      await expect(victim.password).toBeVisible();
      await typePassword(victim);
      expect(hostileApp.asked.slice(before).filter((each) => !each.includes('/lib/'))).toEqual([]);
    });
  }

  test('a frame without credentials, whose storage is empty, says so and offers no new vault', async ({
    victim,
    site,
  }) => {
    await victim.page.evaluate((vault) => {
      const frame = document.createElement('iframe');
      frame.title = 'without';
      frame.setAttribute('credentialless', '');
      frame.onload = () => {
        const { port2 } = new MessageChannel();
        frame.contentWindow?.postMessage('byok-vault/1', vault, [port2]);
      };
      frame.src = `${vault}/`;
      document.body.append(frame);
    }, site.vault);
    const inner = victim.page.frameLocator('iframe[title="without"]');
    await expect(inner.getByText(words.frame.partitionedTitle)).toBeVisible();
    await expect(inner.getByRole('textbox')).toHaveCount(0);
  });

  for (const when of ['while the password is typed', 'in mid-unlock'] as const) {
    for (const how of ['removed', 'replaced by his own', 'navigated away'] as const) {
      test(`the frame ${how} ${when}`, async ({ victim, site }) => {
        await typePassword(victim);
        if (when === 'in mid-unlock') await victim.password.press('Enter', { noWaitAfter: true });
        await victim.page.evaluate(
          ([what, own]) => {
            const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
            if (what === 'removed') document.querySelector('byok-vault')?.remove();
            else if (what === 'navigated away' && frame?.contentWindow)
              frame.contentWindow.location.href = own;
            else frame?.replaceWith(Object.assign(document.createElement('iframe'), { src: own }));
          },
          [how, `${site.app}/blank`] as const,
        );
        await victim.page.evaluate((vault) => {
          const element = document.createElement('byok-vault');
          document.querySelector('byok-vault')?.remove();
          element.setAttribute('src', `${vault}/`);
          document.body.append(element);
        }, site.vault);
        await expect(victim.password).toBeVisible();
        await expect(victim.password).toHaveValue('');
        await unlockByKeys(victim);
      });
    }
  }

  test('a script address in the frame runs in no document of the vault', async ({ victim }) => {
    await unlockByKeys(victim);
    const ran = await victim.page.evaluate(async () => {
      const frame = document.querySelector('byok-vault')?.shadowRoot?.querySelector('iframe');
      const script = 'javascript:parent.loot.take("script address",document.documentElement);parent.ran=true';
      try {
        if (frame?.contentWindow) frame.contentWindow.location.href = script;
      } catch (error) {
        window.loot.take('script address', error);
      }
      if (frame) frame.src = script;
      const unsafe = Document as unknown as { parseHTMLUnsafe(html: string): Document };
      window.loot.take('script address', unsafe.parseHTMLUnsafe(`<iframe src="${script}"></iframe>`).body);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return (window as unknown as { ran?: boolean }).ran ?? false;
    });
    expect(ran).toBe(false);
  });
});
