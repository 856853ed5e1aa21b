import { isStaff, type Role, type Who } from './role.ts';

/** How far a right goes: everybody's, one's own customer's only, or nothing. */
export type Reach = 'all' | 'own' | 'none';

type Grants = Readonly<Partial<Record<Role, 'all' | 'own'>>>;

const staff = { owner: 'all', sales: 'all', support: 'all', operator: 'all', finance: 'all' } as const;
const own = { customer: 'own' } as const;
const owner = { owner: 'all' } as const;
const operator = { owner: 'all', operator: 'all' } as const;
const sales = { owner: 'all', sales: 'all' } as const;
const finance = { owner: 'all', finance: 'all' } as const;

/**
 * Who may do what to which resource. What is not written here nobody may: a new resource or action starts with
 * nobody, a new role with nothing. Docs: docs/rights.md is printed from this table.
 */
export const rights = {
  plans: { read: { ...staff, ...own }, edit: sales },
  customers: { read: { ...staff, ...own }, edit: sales },
  /** A customer's people and how each is reached; `vouch`: for a call that was made, or a letter that came back. */
  contacts: {
    read: { ...staff, ...own },
    edit: { ...sales, support: 'all', ...own },
    vouch: { ...sales, support: 'all' },
  },
  /** Checks of who a customer is; numbers are never shown whole. */
  identities: { read: { ...sales, finance: 'all', ...own }, check: sales },
  /** Whom one may change besides: a customer's users by sales and by each other, staff by an owner (api/resources/users.ts). */
  users: { read: { ...staff, ...own }, edit: { ...sales, ...own } },
  /** The mail relay and what became of letters. */
  relay: { read: { owner: 'all', support: 'all', operator: 'all' }, edit: owner },
  sales: { read: { ...staff, ...own }, edit: sales },
  /** Accounts of customers: `take` chooses how to have what is owed, `edit` records what left the bank. */
  ledger: { read: { owner: 'all', finance: 'all', ...own }, take: { ...finance, ...own }, edit: finance },
  /** What is on them and what became of them: `ask` by whoever paid, `edit` issues, refuses, flushes. */
  invoices: {
    read: { ...sales, ...finance, ...own },
    ask: { ...finance, ...own },
    edit: finance,
  },
  hosts: {
    read: { ...staff, ...own },
    order: sales,
    /** Domains, FTP accounts, settings: what a customer sets up by themselves. */
    edit: { owner: 'all', support: 'all', operator: 'all', ...own },
    /** Closing, reopening, releasing: by a rule announced beforehand. */
    close: operator,
  },
  agreements: {
    read: { ...staff, ...own },
    edit: sales,
    /** Signing and sealing for one's own party, with a second factor. */
    sign: { ...sales, ...own },
  },
  /** The keys that parties sign with. */
  signers: { read: { ...sales, ...own }, edit: { ...owner, ...own } },
  measures: { read: { ...staff, ...own } },
  probers: { read: { owner: 'all', support: 'all', operator: 'all' }, edit: operator },
  planes: { read: { owner: 'all', support: 'all', operator: 'all' }, edit: operator },
  causes: { read: { ...staff, ...own }, edit: operator },
  statements: { read: { ...staff, ...own }, edit: finance },
  /** How long statements are reviewed, and from which sums on by how many. */
  limits: { read: finance, edit: owner },
  cases: { read: { ...staff, ...own } },
  drills: { edit: operator },
  provider: { read: { ...staff, ...own }, edit: owner },
  audit: { read: { owner: 'all', finance: 'all', ...own } },
  metrics: { read: operator },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Grants>>>>;

export type Resource = keyof typeof rights;
export type Right = { [R in Resource]: `${R}:${keyof (typeof rights)[R] & string}` }[Resource];

/** Every right by its name, `hosts:read`; also what an API key's scopes are made of. */
export const rightNames = Object.entries(rights).flatMap(([resource, actions]) =>
  Object.keys(actions).map((action) => `${resource}:${action}` as Right),
);

export function grantsOf(right: Right): Grants {
  const [resource, action] = right.split(':') as [Resource, string];
  return (rights[resource] as Readonly<Record<string, Grants>>)[action] ?? {};
}

/** How far `who` may go; staff without a second factor and customers' users without a customer: nowhere. */
export function reach(who: Who | null, right: Right): Reach {
  if (who === null || (isStaff(who.role) && !who.secondFactor)) return 'none';
  if (who.scopes !== null && !who.scopes.includes(right)) return 'none';
  const granted = grantsOf(right)[who.role] ?? 'none';
  return granted === 'own' && who.customer === null ? 'none' : granted;
}

/** The rights that somebody has, for the console to show what can be done. */
export function rightsOf(who: Who): Readonly<Record<string, Reach>> {
  const all = rightNames.map((right) => [right, reach(who, right)] as const);
  return Object.fromEntries(all.filter(([, far]) => far !== 'none'));
}
