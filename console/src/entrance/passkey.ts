import { door } from '../client/door.ts';
import { Problem } from '../client/problem.ts';

/** Passkeys (WebAuthn level 3): the browser asks its owner, the centre checks the answer. */

export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/** Comes in with a passkey. Throws a `Problem`; `passkey-cancelled` when the owner said no. */
export async function enterWithPasskey(): Promise<void> {
  const options = await door<PublicKeyCredentialRequestOptionsJSON>('/passkey/generate-authenticate-options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const response = await shown(() => navigator.credentials.get({ publicKey }));
  await door('/passkey/verify-authentication', { response });
}

/** Adds one to the account of the session. */
export async function addPasskey(name: string): Promise<void> {
  const options = await door<PublicKeyCredentialCreationOptionsJSON>('/passkey/generate-register-options');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = await shown(() => navigator.credentials.create({ publicKey }));
  await door('/passkey/verify-registration', { response, name });
}

async function shown(ask: () => Promise<Credential | null>): Promise<unknown> {
  const credential = await ask().catch((error: unknown) => {
    const name = error instanceof DOMException ? error.name : '';
    const code = name === 'InvalidStateError' ? 'passkey-known' : 'passkey-cancelled';
    throw new Problem(0, code, '', String(error));
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Problem(0, 'passkey-cancelled', '', '');
  return credential.toJSON();
}
