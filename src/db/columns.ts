import assert from 'node:assert';
import { bigint, customType } from 'drizzle-orm/pg-core';
import { packText, unpackText } from './text.ts';

/**
 * The column kinds that every `tables.ts` shares. Names are left out of the tables: the databases and
 * `drizzle.config.ts` are set to `snake_case`, so the property `doneAt` is the column `done_at`.
 */

/** Epoch milliseconds: `bigint` in the database, a number here (safe until the year 287396). */
export function instant() {
  return bigint({ mode: 'number' });
}

/** A whole number that may pass 2^31 (bytes, counts, sequences): `bigint` there, a safe number here. */
export function count() {
  return bigint({ mode: 'number' });
}

/** Money in minor units. Anything outside the safe integers is a bug on either side of the driver. */
export const minor = customType<{ data: number; driverData: string | number | bigint }>({
  dataType: () => 'bigint',
  toDriver: (value) => {
    assert(Number.isSafeInteger(value), `money is whole minor units, got ${value}`);
    return value;
  },
  fromDriver: (value) => {
    const amount = Number(value);
    assert(Number.isSafeInteger(amount), `money beyond 2^53 in the database: ${value}`);
    return amount;
  },
});

/** `bytea`: node-postgres gives a Buffer, PGlite a Uint8Array; here it is a Buffer over the same bytes. */
export const bytes = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => value,
  fromDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
});

/** Long JSON text, a `bytea` packed by us (db/text.ts). */
export const packedText = customType<{ data: string; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: packText,
  fromDriver: unpackText,
});
