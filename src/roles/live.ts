import { createLink } from '../wire/link.ts';
import { calm } from './calm.ts';
import { ownPlane, ownProber, startCentre } from './centre.ts';
import { startPlane } from './plane.ts';
import { startProber } from './prober.ts';
import { live, type Orders, type Role, type RoleName } from './talk.ts';

/** How often the plane and the prober beside the centre ask it for news; over a socket this costs nothing. */
const pullMs = 500;

type Start = Parameters<typeof live>[0];

const starts: Readonly<Record<RoleName, Start>> = {
  centre: startCentre,
  plane: (orders, tell) =>
    startPlane({ id: ownPlane, orders, link: linkOf(orders), pullMs, mishap: mishapOf('plane'), tell }),
  prober: async (orders, tell): Promise<Role> => {
    const role = await startProber({
      id: ownProber,
      data: orders.config.data,
      link: linkOf(orders),
      intervalMs: orders.config.interval * 1000,
      pullMs,
      mishap: mishapOf('prober'),
    });
    tell({ say: 'ready', facts: {} });
    return role;
  },
};

/** Becomes one of the three processes; null: it lives until told to end. */
export function liveAs(role: RoleName): null {
  live(starts[role]);
  return null;
}

function linkOf(orders: Orders) {
  return createLink({ socketPath: orders.control });
}

function mishapOf(role: RoleName): (text: string) => void {
  return calm((text) => void process.stderr.write(`${role}: ${text}\n`));
}
