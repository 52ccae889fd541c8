/** What the vault's origin serves, asked for by the app's page. */
import { expect, test, unlockByKeys } from './test.ts';

test.beforeEach(async ({ attacker, victim }) => {
  await attacker.enterFully(victim.page);
  await victim.open();
  await unlockByKeys(victim);
});

test('what the vault’s origin and its platform answer can’t be read, whatever asks', async ({
  attacker,
  victim,
  site,
}) => {
  const { page } = victim;
  const paths = ['/', '/config.json', '/byok/whoami', '/byok/platformKey', '/byok/testByokKey', '/nothing'];
  const readable = await page.evaluate(
    async ([vault, asked]) => {
      const read: string[] = [];
      const note = (name: string, got: unknown): void => {
        window.loot.take('answers', got);
        if (got !== '' && got !== null && got !== undefined) read.push(name);
      };
      for (const path of asked) {
        const url = `${vault}${path}`;
        for (const mode of ['cors', 'no-cors', 'same-origin'] as const) {
          for (const method of ['GET', 'POST']) {
            const body = method === 'POST' ? { body: '{"json":{}}' } : {};
            const answer = await fetch(url, { mode, method, credentials: 'include', ...body }).catch(
              () => null,
            );
            note(`fetch ${mode} ${method} ${path}`, await answer?.text());
            const loud = await fetch(url, {
              mode,
              method,
              credentials: 'include',
              headers: { 'content-type': 'application/json', 'x-byok-key': 'AAAA' },
              ...body,
            }).catch(() => null);
            note(`fetch with headers ${mode} ${method} ${path}`, await loud?.text());
          }
        }
        const xhr = new XMLHttpRequest();
        xhr.open('GET', url);
        xhr.withCredentials = true;
        await new Promise((resolve) => {
          xhr.onloadend = resolve;
          xhr.send();
        });
        note(`xhr ${path}`, xhr.responseText);
        const source = new EventSource(url, { withCredentials: true });
        await new Promise<void>((resolve) => {
          source.onmessage = ({ data }) => {
            note(`events ${path}`, data);
          };
          source.onerror = () => {
            source.close();
            resolve();
          };
        });
        navigator.sendBeacon(url, 'x');
      }
      const socket = new WebSocket(vault.replace('http', 'ws'));
      await new Promise((resolve) => {
        socket.onclose = resolve;
        socket.onopen = () => {
          note('socket', 'open');
        };
      });
      return read;
    },
    [site.vault, paths] as const,
  );
  expect(readable).toEqual([]);
  await attacker.expectNothing(page);
});

test('the vault’s scripts, workers, wasm and styles serve no page but its own', async ({
  attacker,
  victim,
  site,
}) => {
  const { page } = victim;
  // What a test answers in the server's place is open to every origin.
  await page.context().unrouteAll();
  // Their names are no secret: the vault's document lists them.
  const html = await (await fetch(site.vault)).text();
  const [, main = ''] = /src="\.?\/?(main-\w+\.js)"/.exec(html) ?? [];
  const [, style = ''] = /href="\.?\/?(site-\w+\.css)"/.exec(html) ?? [];
  const script = await (await fetch(`${site.vault}/${main}`)).text();
  const files = [...script.matchAll(/[\w-]+-[0-9a-f]{12}\.(?:js|wasm|bin)/g)].map(([name]) => name);
  expect(main).not.toBe('');
  expect(new Set(files).size, 'the worker, three modules, the filter').toBe(5);
  const used = await page.evaluate(
    async ([vault, names, css]) => {
      const worked: string[] = [];
      const attempt = async (name: string, use: () => unknown): Promise<void> => {
        try {
          window.loot.take('resources', await use());
          worked.push(name);
        } catch (error) {
          window.loot.take('resources', error);
        }
      };
      for (const name of names) {
        const url = `${vault}/${name}`;
        await attempt(`worker ${name}`, () => new Worker(url, { type: 'module' }));
        await attempt(`shared worker ${name}`, () => new SharedWorker(url));
        await attempt(`import ${name}`, () => import(url));
        // A classic script of another origin may run, as a stranger's code in the page: what it throws is muted.
        const script = document.createElement('script');
        script.src = url;
        await new Promise((resolve) => {
          script.onload = script.onerror = resolve;
          document.head.append(script);
        });
        await attempt(`bytes of ${name}`, async () => {
          const answer = await fetch(url, { mode: 'no-cors' });
          const bytes = await answer.arrayBuffer();
          if (bytes.byteLength === 0) throw new Error('opaque');
          return bytes;
        });
        if (name.endsWith('.wasm'))
          await attempt(`wasm ${name}`, () => WebAssembly.compileStreaming(fetch(url, { mode: 'no-cors' })));
      }
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = `${vault}/${css}`;
      await new Promise((resolve) => {
        link.onload = link.onerror = resolve;
        document.head.append(link);
      });
      await attempt('rules of the style sheet', () => link.sheet?.cssRules);
      return worked;
    },
    [site.vault, [...new Set([...files, main])], style] as const,
  );
  expect(used).toEqual([]);
  await attacker.expectNothing(page);
});
