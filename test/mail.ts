import type { TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type Relay, relayShape } from '../src/notice/relay.ts';
import { testCertificate } from './certificate.ts';

/** The login that the relay takes. */
export const relayLogin = { user: 'mailer', password: 'the relay’s own password' } as const;

export interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly secure: boolean;
}

/** A real SMTP server on a free port; what it took stands in `taken`. */
export async function relayServer(t: Pick<TestContext, 'after'>, options: SMTPServerOptions = {}) {
  const taken: Taken[] = [];
  const authority = await testCertificate({ names: ['relay'], signs: true });
  const { cert, key } = await testCertificate({ names: ['localhost', '127.0.0.1'], authority });
  const { user, password } = relayLogin;
  const server = new SMTPServer({
    cert,
    key,
    onAuth: (auth, _session, done) =>
      auth.username === user && auth.password === password
        ? done(null, { user })
        : done(Object.assign(new Error('no such login'), { responseCode: 535 })),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const text = Buffer.concat(parts).toString('utf8');
        taken.push({ from, to: rcptTo.map((one) => one.address), text, secure: session.secure });
        done(null, 'taken as number 42');
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise<void>((done) => server.close(done)));
  const { port } = server.server.address() as { port: number };
  const relay: Relay = relayShape.parse({
    host: 'localhost',
    port,
    security: 'starttls',
    user,
    password,
    from: 'post@provider.example',
    authority: authority.cert,
  });
  return { relay, taken };
}

/** The words of a mail that was taken: its one part, read from base64. */
export function wordsOf({ text }: Taken): string {
  return Buffer.from(text.split('\r\n\r\n').slice(1).join(''), 'base64').toString('utf8');
}
