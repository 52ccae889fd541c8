/** `import { Vault } from 'byok-vault'`: the vault inside an app's own page, for those with one origin. */
export { statusCodes, VaultError, type VaultErrorCode } from './core/errors.ts';
export type * from './core/types.ts';
export type * from './vault/api.ts';
export { Vault, type VaultOptions } from './vault/vault.ts';
