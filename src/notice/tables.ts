import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';
import type { Letter } from './message.ts';
import type { Relay } from './relay.ts';

/** The mail relay; one row, or none yet. The password stands apart, sealed. */
export const relays = pgTable('relays', {
  id: text().primaryKey(),
  settings: jsonb().$type<Omit<Relay, 'password'>>().notNull(),
  sealed: text(),
  at: instant().notNull(),
});

/** What became of each letter that was tried: the proof that it was handed over, or why not. */
export const letters = pgTable('letters', {
  /** As in the outbox: `invitation i…`. */
  key: text().primaryKey(),
  kind: text().$type<Letter['kind']>().notNull(),
  address: text().notNull(),
  state: text({ enum: ['sending', 'waiting', 'sent', 'refused', 'uncertain', 'expired'] }).notNull(),
  /** How often it was handed to the relay. */
  tries: integer().notNull(),
  /** The relay's last word. */
  said: text().notNull(),
  messageId: text(),
  at: instant().notNull(),
  /** When it was tried last, or when it ended. */
  triedAt: instant().notNull(),
});
