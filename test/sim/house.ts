import { offer, recordAct, recordPayment, recordSale } from '../../src/agreement/flow.ts';
import { recordCause, withdrawCause } from '../../src/attribution/flow.ts';
import type { Tx } from '../../src/db/connection.ts';
import { confirmSpec, draftPlan, orderHost, publishPlan, tellFact } from '../../src/hosting/flow.ts';
import { seePlane, upsertPlane } from '../../src/hosting/store.ts';
import { addCustomer, setProvider } from '../../src/people/flow.ts';
import { must, profile, standardPlan, workingIn } from '../world.ts';
import { dayMs, minuteMs } from './draw.ts';
import type { CauseTruth, HostTruth, SaleTruth, Truth } from './truth.ts';

/** Something that people do, at its instant: told through the flow that they would use. */
export interface Deed {
  readonly at: number;
  readonly what: string;
  run(tx: Tx): Promise<unknown>;
}

const particulars = { name: 'Party', email: 'party@customer.example' };

/** Provider, plan, planes and two customers, before anything else. */
export async function makeHouse(tx: Tx, truth: Truth): Promise<void> {
  const at = truth.from - 20 * dayMs;
  must(await setProvider(tx, at, profile(truth.month.zone)));
  for (const kind of ['company', 'person'] as const) must(await addCustomer(tx, at, { kind, particulars }));
  must(await draftPlan(tx, at, { ...standardPlan, price: 1 }));
  must(await publishPlan(tx, at, 'standard', 1));
  const doors = { address: '127.0.0.1', httpPort: 8081, httpsPort: null, ftpPort: 2121 };
  const health = { ...doors, hosts: 0, quarantined: [], loopDelayMs: 0, lostLines: 0 };
  for (const [i, { id }] of truth.planes.entries()) {
    await upsertPlane(tx, id, 'embedded', Buffer.alloc(32, i + 1));
    await seePlane(tx, id, health, at);
  }
}

/** Every host's deeds in the order of time. */
export function deedsOf(truth: Truth): readonly Deed[] {
  const deeds = truth.hosts.flatMap((host) => [
    ...orders(truth, host),
    ...sales(host),
    ...signs(truth, host),
    ...findings(host),
  ]);
  return deeds.sort((a, b) => a.at - b.at);
}

export function customerOf(host: HostTruth): string {
  return Number(host.id.slice(1)) % 3 === 0 ? 'c000002' : 'c000001';
}

function orders(truth: Truth, host: HostTruth): readonly Deed[] {
  const { id, plane } = host;
  const { from: at, to: released } = host.watched;
  const order = {
    plan: 'standard',
    version: 1,
    customer: customerOf(host),
    plane,
    domain: `${id}.example`,
    actor: 'sales',
    key: id,
  };
  const deeds: Deed[] = [
    { at, what: `${id} is ordered`, run: async (tx) => must(await orderHost(tx, at, order)) },
    {
      at: host.opened,
      what: `${id} opens`,
      run: async (tx) =>
        must(await confirmSpec(tx, host.opened, plane, { host: id, revision: 0, quarantine: null })),
    },
    ...host.closed.flatMap(({ from, to }) => [fact(id, 'closed', from), fact(id, 'reopened', to)]),
  ];
  if (released < truth.to) deeds.push(fact(id, 'expired', released - dayMs), fact(id, 'released', released));
  return deeds;
}

function fact(host: string, kind: 'closed' | 'reopened' | 'expired' | 'released', at: number): Deed {
  const told = { kind, at, actor: 'staff', reason: 'simulated', rule: 'M-1 3' };
  return {
    at,
    what: `${host} is ${kind}`,
    run: async (tx) => must(await tellFact(tx, host, told, `${kind}:${host}:${at}`)),
  };
}

/** A sale is recorded and paid when its host is there; what was paid earlier is told then. */
function sales(host: HostTruth): readonly Deed[] {
  return host.sales.flatMap((sale) => {
    const at = Math.max(host.watched.from + 1, sale.from);
    const known = host.sales[0] === sale ? at : host.watched.from + 2;
    return [
      {
        at: known,
        what: `${sale.number} is sold`,
        run: async (tx: Tx) => must(await recordSale(tx, at, recordOf(host, sale))),
      },
      ...sale.moves.map(({ at: paidAt, amount }, i): Deed => {
        const told = { receipt: `R-${sale.number}-${i}`, sale: sale.number, amount, currency: 'CNY' };
        const by = { method: 'bank', at: paidAt, actor: 'finance', reason: amount < 0 ? 'asked for' : null };
        const when = Math.max(known + 1, paidAt);
        return {
          at: when,
          what: `${told.receipt} is paid`,
          run: async (tx) => must(await recordPayment(tx, when, { ...told, ...by })),
        };
      }),
    ];
  });
}

function recordOf(host: HostTruth, { number, from, to, price }: SaleTruth) {
  const papers = { name: 'virtual hosting', document: 'D-1', edition: '2026-11', management: 'M-1' };
  return { number, host: host.id, ...papers, plan: 'standard', version: 1, from, to, price, currency: 'CNY' };
}

function signs(truth: Truth, host: HostTruth): readonly Deed[] {
  const { zone } = truth.month;
  const at = Math.max(truth.month.from, host.watched.from + 3, host.signed ?? 0);
  return [
    {
      at,
      what: `${host.id} is offered an agreement`,
      run: async (tx) => {
        const sources = new Set(host.guarantees);
        const { guarantees } = host;
        const working = workingIn(zone);
        const number = must(await offer(tx, at, { host: host.id, guarantees, sources, working, zone }));
        // Signed at some hour of the day; it is in force from the day's first instant.
        for (const [i, act] of (['signed', 'sealed'] as const).entries())
          for (const party of ['provider', 'customer'] as const)
            if (host.signed !== null || party === 'provider')
              must(
                await recordAct(tx, {
                  agreement: number,
                  party,
                  act,
                  at: (host.signed ?? at) + i * 9 * 60 * minuteMs,
                  actor: party,
                }),
              );
      },
    },
  ];
}

function findings(host: HostTruth): readonly Deed[] {
  return host.causes.flatMap((cause) => {
    const { id, told, withdrawn } = cause;
    const record: Deed = {
      at: told,
      what: `${id} is recorded`,
      run: async (tx) => must(await recordCause(tx, told, causeOf(host, cause))),
    };
    if (withdrawn === null) return [record];
    const back = async (tx: Tx) => must(await withdrawCause(tx, withdrawn, id, 'staff', 'found to be ours'));
    return [record, { at: withdrawn, what: `${id} is taken back`, run: back }];
  });
}

const proofs = {
  'customer-dns': {
    resolvers: ['192.0.2.53', '198.51.100.53'].map((address) => ({ address, answer: [] })),
    ours: ['127.0.0.1'],
    nameServers: [],
    byAddress: 'pass',
  },
  attack: { requestsPerMinute: 9000, baselinePerMinute: 3, clients: 800, busiestShare: 0.1 },
  agreed: { provider: { name: 'P', at: 1 }, customer: { name: 'C', at: 1 }, reason: 'moved together' },
} as const;

function causeOf(host: HostTruth, { id, cause, checks, from, to }: CauseTruth) {
  return { id, host: host.id, cause, checks, from, to, proof: proofs[cause], actor: 'doctor' };
}
