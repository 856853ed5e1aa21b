/** Who somebody is to the provider. Staff need a second factor before they see anything (DESIGN, sign-in). */
export const staffRoles = ['owner', 'sales', 'support', 'operator', 'finance'] as const;
export const roles = [...staffRoles, 'customer'] as const;

export type StaffRole = (typeof staffRoles)[number];
export type Role = (typeof roles)[number];

export function isStaff(role: Role): role is StaffRole {
  return role !== 'customer';
}

/** Who asks, as far as it was proven. */
export interface Who {
  /** `user` came with a session, `key` with an API key. */
  readonly kind: 'user' | 'key';
  /** Of the user; a key acts for the user who made it. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Whose things a customer's user sees; null for staff. */
  readonly customer: string | null;
  /** A session that passed one, or a key that was made in such a session. */
  readonly secondFactor: boolean;
  /** A session in which a second factor was shown: what signing for a party needs. */
  readonly proven: boolean;
  /** What a key may do at most (`hosts:read`); null: whatever its user may. */
  readonly scopes: readonly string[] | null;
}
