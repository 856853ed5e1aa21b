import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { invitationShape, invite, record } from '../entrance/flow.ts';
import { linkOf } from '../notice/message.ts';
import { isRefusal, Refused, refuse, refuseShape } from '../refusal.ts';
import type { House } from './house.ts';
import { answer } from './server.ts';

const nothing = z.strictObject({});

/** How whoever owns the data folder lets the first people in: links, over the control socket alone. */
export function porterRoutes(server: FastifyInstance, house: House): void {
  const { database, clock, vault, first, origins } = house;

  server.post('/control/invite', async (request, reply) => {
    const parsed = invitationShape.safeParse(request.body);
    if (!parsed.success) throw new Refused(refuseShape('request-invalid', parsed.error));
    if (await first.needed()) {
      return answer(
        reply,
        refuse('set-up-needed', '', 'the set-up first: `hostpledge setup-link` prints its link'),
      );
    }
    const made = await database.transaction(async (tx) => {
      const now = clock.now();
      const invited = await invite(tx, now, 'command line', parsed.data, vault);
      if (isRefusal(invited)) return invited;
      const { id, email, role, customer } = invited.invitation;
      await record(tx, {
        at: now,
        actor: { kind: 'system', id: 'command-line', name: 'command line' },
        action: 'invitations.send',
        resource: 'invitations',
        subject: id,
        customer,
        before: null,
        after: { email, role, customer },
        address: '',
        agent: '',
        request: '',
      });
      return { link: linkOf('invitation', origins()[0], invited.secret) };
    });
    return answer(reply, made);
  });

  server.post('/control/setup-link', async (request, reply) => {
    const parsed = nothing.safeParse(request.body);
    if (!parsed.success) throw new Refused(refuseShape('request-invalid', parsed.error));
    const token = await first.renew();
    if (token === null)
      return answer(reply, refuse('set-up-done', '', 'this installation is set up already'));
    return answer(reply, { link: linkOf('setup', origins()[0], token) });
  });
}
