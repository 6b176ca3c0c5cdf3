import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'secret.key';

/** The one secret outside the database: everything sealed in it opens only with this key. */
export interface MasterKey {
  /** Encrypts for storage (AES-256-GCM, random nonce). */
  seal(plain: Buffer): Buffer;
  /** Decrypts what `seal` made; undefined when it was sealed with another key or changed. */
  open(sealed: Buffer): Buffer | undefined;
  /** A keyed digest of a text, the same on every process that has the key. `bytes`: how much of it is kept. */
  digest(text: string, bytes: number): Buffer;
}

/** Reads the key from `CLIENTELE_SECRET_KEY` or from the data folder, where it is made at the first start (mode 0600). */
export function loadMasterKey(options: {
  readonly dataDir: string;
  readonly secretKey: string | undefined;
}): MasterKey {
  const secret = options.secretKey ?? readOrCreate(options.dataDir);
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'clientele', purpose, 32));
  const sealingKey = derive('seal');
  // As a key object, because making one costs more than a digest.
  const digestKey = createSecretKey(derive('digest'));
  return {
    seal: plain => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce);
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open: sealed => {
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, sealed.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(sealed.subarray(12, 28));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
    digest: (text, bytes) => createHmac('sha256', digestKey).update(text).digest().subarray(0, bytes),
  };
}

function readOrCreate(dataDir: string): string {
  const path = join(dataDir, fileName);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) {
    // A link appears whole or not at all: a second process that starts now reads a complete key, and the first one wins.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < 32) throw new Error(`${path} does not hold a key: restore it from a backup`);
  return secret;
}
