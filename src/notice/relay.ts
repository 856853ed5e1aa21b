import { z } from 'zod';

/** A name or an address, nothing that could be read as an option or a second line. */
const host = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/i, 'a host name or an IP address');
const printable = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'no control characters');

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i;

/** How letters leave the house: the SMTP relay (RFC 5321, submission by RFC 6409) that takes them. */
export const relayShape = z
  .strictObject({
    host,
    port: z.int().min(1).max(65_535).describe('587 with STARTTLS, 465 with TLS'),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .describe('`none` sends in the clear: for a relay on the same machine or network'),
    user: printable.nullable().default(null),
    password: printable.nullable().default(null).describe('kept sealed, never shown again'),
    from: z.email().max(254).describe('the sender’s address of every letter'),
    authority: z
      .string()
      .max(20_000)
      .nullable()
      .default(null)
      .describe('PEM of the authority that signed the relay’s certificate, when it is a private one'),
  })
  .refine(({ user, password }) => (user === null) === (password === null), {
    path: ['password'],
    error: 'a user and a password, or neither',
  })
  .refine((relay) => relay.security !== 'none' || relay.password === null || loopback.test(relay.host), {
    path: ['security'],
    error: 'TLS or STARTTLS: a password does not cross a network in the clear',
  });
export type Relay = z.output<typeof relayShape>;
