import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A device that keeps one passkey, in software: what a browser answers to the options of WebAuthn (level 3). */
export class Passkey {
  readonly #id = randomBytes(16);
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #name: string;
  readonly #origin: string;
  #count = 0;

  constructor(origin: string) {
    this.#origin = origin;
    this.#name = new URL(origin).hostname;
  }

  /** Answers `navigator.credentials.create`, without attestation. */
  register(challenge: string): object {
    const client = this.#client('webauthn.create', challenge);
    const { x = '', y = '' } = this.#pair.publicKey.export({ format: 'jwk' });
    const length = Buffer.from([0, this.#id.length]);
    // COSE_Key of an ES256 key (RFC 9053, 7.1.1), and the attestation object around it, as CBOR.
    const head = Buffer.from('a5010203262001215820', 'hex');
    const cose = [
      head,
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ];
    const data = Buffer.concat([this.#data(0x45), Buffer.alloc(16), length, this.#id, ...cose]);
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.from([data.length]),
      data,
    ]);
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** Answers `navigator.credentials.get`; `origin` is the page that asks. */
  signIn(challenge: string, origin = this.#origin): object {
    this.#count += 1;
    const client = this.#client('webauthn.get', challenge, origin);
    const data = this.#data(0x05);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, this.#pair.privateKey).toString('base64url'),
    });
  }

  #client(type: string, challenge: string, origin = this.#origin): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  /** Flags: the user was there (1) and proved it (4), a key follows (64). */
  #data(flags: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#count);
    return Buffer.concat([createHash('sha256').update(this.#name).digest(), Buffer.from([flags]), count]);
  }

  #answer(response: object): object {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }
}
