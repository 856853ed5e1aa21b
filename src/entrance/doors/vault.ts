import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets that we must be able to read again: a link that waits to be mailed, the mail relay's password. */
export interface Vault {
  seal(text: string): string;
  /** Throws when it was not sealed here, or was changed since. */
  open(sealed: string): string;
}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under a key of its own that is derived from the installation's secret (HKDF, RFC 5869): whoever has
 * the database alone has none of them. Sealed text is base64url of nonce, tag and cipher text.
 */
export function openVault(secret: string): Vault {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'hostpledge vault', 32));
  return {
    seal: (text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const body = decipher.update(bytes.subarray(nonceBytes + tagBytes));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    },
  };
}
