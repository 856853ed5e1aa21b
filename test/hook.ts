import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { TestContext } from 'node:test';
import { testCertificate } from './certificate.ts';

/** The name under which the tests' webhooks answer. */
export const hookName = 'hooks.customer.example';

export interface Posted {
  readonly path: string;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** A real HTTPS server under a customer's name, on loopback, and the way to it. */
export async function hookServer(
  t: Pick<TestContext, 'after'>,
  answer: (reply: ServerResponse, text: string) => void,
) {
  const authority = await testCertificate({ names: ['authority'], signs: true });
  const { cert, key } = await testCertificate({ names: [hookName], authority });
  const got: Posted[] = [];
  const server = createServer({ cert, key }, (asked, reply) => {
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part));
    asked.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      got.push({ path: asked.url ?? '', text, headers: asked.headers });
      answer(reply, text);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const here = { admits: () => true, resolve: async () => ['127.0.0.1'], authority: authority.cert };
  return { got, url: `https://${hookName}:${port}/take?x=1`, here };
}
