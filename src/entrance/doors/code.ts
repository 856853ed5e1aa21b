import { createOTP } from '@better-auth/utils/otp';
import { symmetricEncrypt } from 'better-auth/crypto';

/** One-time codes as the door of second factors reckons them (RFC 6238: six digits, thirty seconds). */

const settings = { digits: 6, period: 30 } as const;

/** The code of this moment; `secret` as it is before it is written in base32. */
export async function codeOf(secret: string): Promise<string> {
  return createOTP(secret, settings).totp();
}

/** A secret as the library keeps it in `factors`, under the installation's own secret. */
export async function keptFactor(installation: string, text: string): Promise<string> {
  return symmetricEncrypt({ key: installation, data: text });
}
