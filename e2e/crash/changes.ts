/** The changes that a round may interrupt: how each begins, when the panel shows it as done, and what is stored then. */
import { words } from '../../web/panel/words.ts';
import { expect } from '@playwright/test';
import { keyOf, type FeaturedProvider } from '../support/keys.ts';
import type { Panel } from '../support/panel.ts';
import type { VaultContent } from './state.ts';

export interface Change {
  readonly after: VaultContent;
  /** Fills in everything up to the last click. */
  prepare(panel: Panel): Promise<{ begin: () => Promise<void>; shown: () => Promise<void> }>;
}

const providers: readonly FeaturedProvider[] = ['Gemini', 'OpenAI', 'Anthropic'];

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

function passwordOf(random: () => number): string {
  return `correct horse ${random().toString(36).slice(2)}`;
}

/** Each gives null where it can't be made in this state. */
export const changes = {
  create(content: VaultContent, random: () => number): Change | null {
    if (content.password !== null) return null;
    const password = passwordOf(random);
    return {
      after: { password, keys: {} },
      prepare: async (panel) => {
        await panel.password.fill(password);
        await panel.textbox('Confirm password').fill(password);
        return {
          begin: () => panel.button('Create vault').click(),
          shown: () => expect(panel.button('Lock')).toBeVisible(),
        };
      },
    };
  },

  add(content: VaultContent, random: () => number): Change | null {
    const provider = pick(
      providers.filter((name) => !(name in content.keys)),
      random,
    );
    if (content.password === null || provider === undefined) return null;
    return enter(content, provider, random);
  },

  update(content: VaultContent, random: () => number): Change | null {
    const provider = pick(
      providers.filter((name) => name in content.keys),
      random,
    );
    if (content.password === null || provider === undefined) return null;
    return enter(content, provider, random);
  },

  /** A stored verdict is a change of its own: its date is written. */
  test(content: VaultContent, random: () => number): Change | null {
    const provider = pick(
      providers.filter((name) => name in content.keys),
      random,
    );
    if (content.password === null || provider === undefined) return null;
    return {
      after: content,
      prepare: (panel) => {
        const button = panel.card(provider).getByRole('button', { name: 'Test', exact: true });
        return Promise.resolve({
          begin: () => button.click(),
          shown: async () => {
            await expect(button).toBeEnabled();
          },
        });
      },
    };
  },

  delete(content: VaultContent, random: () => number): Change | null {
    const provider = pick(
      providers.filter((name) => name in content.keys),
      random,
    );
    if (content.password === null || provider === undefined) return null;
    const keys = Object.fromEntries(Object.entries(content.keys).filter(([name]) => name !== provider));
    return {
      after: { ...content, keys },
      prepare: async (panel) => {
        await panel.card(provider).getByRole('button', { name: 'Delete', exact: true }).click();
        return {
          begin: () => panel.dialog.getByRole('button', { name: words.remove.submit }).click(),
          shown: () =>
            expect(panel.card(provider).getByRole('button', { name: 'Delete', exact: true })).toBeHidden(),
        };
      },
    };
  },

  password(content: VaultContent, random: () => number): Change | null {
    if (content.password === null) return null;
    const before = content.password;
    const password = passwordOf(random);
    return {
      after: { ...content, password },
      prepare: async (panel) => {
        await panel.fillChangePassword(before, password);
        return {
          begin: () => panel.dialog.getByRole('button', { name: 'Change password', exact: true }).click(),
          shown: () => expect(panel.dialog).toBeHidden(),
        };
      },
    };
  },

  startOver(content: VaultContent, random: () => number): Change | null {
    // Now and then is enough: every start over costs a creation.
    if (content.password === null || random() > 0.3) return null;
    return {
      after: { password: null, keys: {} },
      prepare: async (panel) => {
        await panel.fillStartOver();
        return {
          begin: () => panel.dialog.getByRole('button', { name: words.startOver.submit }).click(),
          shown: () => expect(panel.button('Create vault')).toBeVisible(),
        };
      },
    };
  },
} as const;

export type ChangeName = keyof typeof changes;

/**
 * Verdicts with which a key is stored at once, those that each of the providers has an answer for (Gemini's have none for
 * `no_credit`). A preview ends in its key's verdict, so an update takes another one.
 */
const storing = ['valid', 'restricted', 'rate_limited'];

function enter(content: VaultContent, provider: FeaturedProvider, random: () => number): Change {
  const others = storing.filter((verdict) => !content.keys[provider]?.endsWith(verdict.slice(-4)));
  const key = keyOf(provider, pick(others, random));
  return {
    after: { ...content, keys: { ...content.keys, [provider]: key.preview } },
    prepare: async (panel) => {
      if (provider in content.keys) {
        await panel.card(provider).getByRole('button', { name: 'Update', exact: true }).click();
      }
      await panel.fillKey(provider, key.value);
      return {
        begin: () =>
          panel.card(provider).getByRole('button', { name: 'Verify and save', exact: true }).click(),
        shown: () => expect(panel.card(provider)).toContainText(key.preview),
      };
    },
  };
}
