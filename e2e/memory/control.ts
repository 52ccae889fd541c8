/** The control: what a way of entering leaves in the browser where there is no vault and no field, only the way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { launchMarked, type Engine } from './browsers.ts';
import type { Way } from './entering.ts';
import { Secrets } from './needles.ts';
import { look } from './processes.ts';
import { Search } from './search.ts';

export interface Control {
  readonly engine: Engine;
  readonly way: Way;
  /** Copies in all processes, two seconds after the page that they were given to was closed. */
  readonly left: number;
}

export async function leftWithoutVault(engine: Engine, way: Way): Promise<Control> {
  const browser = await launchMarked(engine);
  try {
    const secrets = new Secrets();
    const page = await browser.context.newPage();
    await way.withoutField(page, secrets.password);
    await page.close();
    await sleep(2000);
    const { found } = await look(browser.run, new Search(secrets.needles));
    return { engine, way, left: found.length };
  } finally {
    await browser.close();
  }
}
