/** What the operator of this origin says about it: which apps may embed the vault. */

export interface SiteConfig {
  /** Origins such as "https://app.example.com". */
  readonly apps: readonly string[];
  /** Key tests are answered by stand-ins. */
  readonly sandbox: boolean;
  /** Secrets are typed into ordinary inputs. The operator's choice: an app that embeds the vault can't make it. */
  readonly plainFields: boolean;
}

/** Where the configuration can't be read, no app may embed the vault; opened by itself it works. */
const closed: SiteConfig = { apps: [], sandbox: false, plainFields: false };

export async function loadConfig(): Promise<SiteConfig> {
  try {
    const response = await fetch('/config.json', { redirect: 'error' });
    return response.ok ? (readConfig(await response.json()) ?? closed) : closed;
  } catch {
    return closed;
  }
}

/** Null for anything that is not a configuration. */
export function readConfig(value: unknown): SiteConfig | null {
  if (typeof value !== 'object' || value === null) return null;
  const { apps, sandbox, plainFields = false } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(apps) || typeof sandbox !== 'boolean' || typeof plainFields !== 'boolean') return null;
  const origins = apps.filter(
    (app): app is string => typeof app === 'string' && URL.parse(app)?.origin === app,
  );
  return { apps: origins, sandbox, plainFields };
}
