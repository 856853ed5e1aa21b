import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * How our own checks prove that they are ours, to a plane and to the log reader, without a table: both sides
 * hold the provider's probe key (32 bytes) and derive the rest.
 *
 * - A web check sends `X-Hostpledge-Probe: SECONDS.NONCE.SIGNATURE`; the signature covers the host name
 *   asked for. A host's own scripts see the header, so a mark is good for ten minutes and only once per
 *   name: a copied one is traffic like any other.
 * - An FTP check logs in as `probe.HOST` with a password that changes every day (UTC); the plane takes that
 *   of the day and its neighbours, so that a skewed clock locks nobody out.
 */
export const probeHeader = 'x-hostpledge-probe';
export const markWindowMs = 600_000;
const dayMs = 86_400_000;

/** `nonce` is 8 bytes in hex, from the caller (pure code does not roll dice). */
export function probeMark(key: Buffer, host: string, atMs: number, nonce: string): string {
  const seconds = Math.floor(atMs / 1000);
  return `${seconds}.${nonce}.${sign(key, `web|${host}|${seconds}|${nonce}`).slice(0, 22)}`;
}

/** True when the mark was made with this key for this name within the window around `atMs`. Seen-before is the reader's to know. */
export function isProbeMark(key: Buffer, host: string, atMs: number, mark: string): boolean {
  const parts = /^(\d{1,12})\.([0-9a-f]{16})\.([\w-]{22})$/.exec(mark);
  if (parts === null) return false;
  const madeMs = Number(parts[1]) * 1000;
  if (Math.abs(atMs - madeMs) > markWindowMs) return false;
  return same(probeMark(key, host, madeMs, parts[2]!), mark);
}

export function probeAccount(host: string): string {
  return `probe.${host}`;
}

export function probePassword(key: Buffer, host: string, atMs: number): string {
  return sign(key, `ftp|${host}|${Math.floor(atMs / dayMs)}`);
}

export function isProbePassword(key: Buffer, host: string, atMs: number, password: string): boolean {
  return [0, -dayMs, dayMs].some((shift) => same(probePassword(key, host, atMs + shift), password));
}

function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
