import type { FastifyInstance } from 'fastify';
import { isStaff } from '../entrance/role.ts';
import { refuse } from '../refusal.ts';
import type { House } from './house.ts';
import { sendRefusal } from './server.ts';
import { whoAsks } from './who.ts';

const heartbeatMs = 15_000;
/** Open streams of one installation; a browser tab holds one. */
const most = 2000;

/**
 * Server-sent events at `/live`: `data: {"kind":"verdict","id":"h000001"}` when something moved that the reader
 * may see; a comment every 15 s keeps the line open. `again` greets who comes back (`Last-Event-ID`): what moved
 * meanwhile was not kept.
 */
export function liveRoute(server: FastifyInstance, house: House): void {
  server.get('/live', { schema: { hide: true } }, async (request, reply) => {
    const who = await whoAsks(request, house);
    if (who === null || (isStaff(who.role) && !who.secondFactor)) {
      return sendRefusal(reply, refuse('sign-in-needed', 'authorization', 'sign in, or send an API key'));
    }
    if (house.pulse.size >= most) {
      return sendRefusal(reply, refuse('requests-too-many', '', 'too many open pages; try again later'));
    }
    reply.hijack();
    const { raw } = reply;
    // Who left while it was looked up who they are: `close` is over and would never end what begins here.
    if (raw.destroyed) return reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    raw.write(': open\n\n');
    let count = 0;
    const say = (kind: string, id: string | null): void => {
      count += 1;
      raw.write(`id: ${count}\ndata: ${JSON.stringify({ kind, id })}\n\n`);
    };
    // Whoever comes back may have missed something: nothing is kept, so they look at everything again.
    if (request.headers['last-event-id'] !== undefined) say('again', null);
    const stop = house.pulse.listen(({ kind, id, customer }) => {
      if (!isStaff(who.role) && customer !== who.customer) return;
      // A reader that does not read is let go: it comes back by itself and asks again.
      if (raw.writableLength > 64 * 1024) raw.destroy();
      else say(kind, id);
    });
    const beat = setInterval(async () => {
      raw.write(': \n\n');
      // A session that was ended, a key that was revoked, a role that changed: the stream ends with it.
      const still = await whoAsks(request, house).catch(() => null);
      if (still === null || still.role !== who.role || still.customer !== who.customer) raw.destroy();
    }, heartbeatMs);
    raw.on('close', () => {
      clearInterval(beat);
      stop();
    });
    return reply;
  });
}
