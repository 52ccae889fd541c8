/** `import 'byok-vault/element'` defines `<byok-vault>` ({@link ByokVaultElement}). */
export * from './element/byok-vault.ts';
