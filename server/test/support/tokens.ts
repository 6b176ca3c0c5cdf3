import { createTokenSigner, type TokenSigner } from '../../src/modules/access/tokens.ts';
import { loadMasterKey } from '../../src/platform/crypto/master-key.ts';
import type { TestApp } from './test-app.ts';

/** Signs with the app's own keys what the app itself never would: expired tokens, tokens of others. */
export async function openSigner({ database, config }: TestApp): Promise<TokenSigner> {
  const masterKey = loadMasterKey({ dataDir: config.CLIENTELE_DATA_DIR, secretKey: config.CLIENTELE_SECRET_KEY });
  const signer = await createTokenSigner({ database, masterKey, longestTtlSeconds: 86_400 });
  signer.stop();
  return signer;
}
