import { z } from 'zod';
import { pageAgreements } from '../../agreement/store.ts';
import { monthSpan } from '../../calendar/zone.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Waiting, waitingIn, waitingReasons } from '../../settlement/waiting/flow.ts';
import { type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, monthShape, page, pageShape, pagingShape } from '../shape.ts';

const waitingReply = z.strictObject({
  agreement: z.string(),
  customer: z.string(),
  host: z.string(),
  why: z
    .enum(waitingReasons)
    .describe('the month runs; it is over and late data is waited for; it is next to be judged'),
  closesAt: instantShape.describe('when it may be judged'),
});

function shownOf({ agreement, why, closesAt }: Waiting): z.input<typeof waitingReply> {
  const { number, customer, host } = agreement;
  return { agreement: number, customer, host, why, closesAt: iso(closesAt) };
}

export const waitingRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/statements/waiting',
    id: 'statements.waiting',
    summary:
      'Agreements that were in force in a month and have no statement of it, and why; a page looks at as many agreements as its limit says',
    gate: 'statements:read',
    query: z.strictObject({ ...pagingShape, month: monthShape }),
    reply: pageShape(waitingReply),
    handle: async ({ tx, now, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      if (monthSpan('UTC', query.month) === null)
        return refuse('month-invalid', 'month', 'a month of the calendar (2026-10)');
      const rows = await pageAgreements(tx, { customer: scope, host: null }, after, query.limit + 1);
      const looked = page(
        rows,
        query.limit,
        ({ number }) => number,
        (row) => row,
      );
      const waiting = await waitingIn(tx, now, query.month, looked.items);
      return { items: waiting.map(shownOf), next: looked.next };
    },
  }),
];
