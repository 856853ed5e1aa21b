import { isIPv6 } from 'node:net';

/** Who may come in. Connections and failures are counted apart: a busy office is not an attack. */
export interface Limits {
  /** Sessions of customers at a time from one address (an IPv6 /64). */
  readonly perAddress: number;
  /** Sessions at a time of one account. */
  readonly perAccount: number;
  /** Connections at a time in all. */
  readonly total: number;
  /** A session without a command, or a transfer without a byte, milliseconds. */
  readonly idleMs: number;
  /** From the connection to a login that succeeded, TLS included, milliseconds. */
  readonly loginMs: number;
  /** Logins that may fail from one address within a minute; the next is refused unread. */
  readonly failuresPerAddressPerMinute: number;
}

const minuteMs = 60_000;

/**
 * Our own checks log in to every host once a minute from one address; so customers' sessions are counted
 * against `perAddress` when they log in, and at the door only those that have not logged in yet, more widely.
 */
const waitingPerAddress = 4;
const waitingAtLeast = 32;

export interface Door {
  /** A connection; false: refuse it. Every entered one must `leave`. */
  enter(peer: string): boolean;
  leave(peer: string): void;
  /** There is no room for anybody, whoever comes. */
  full(): boolean;
  /** It has logged in (so it waits no longer); false: over a limit, and it still waits. */
  admit(peer: string, account: string, probe: boolean): boolean;
  /** The admitted session is over; it still has to `leave`. */
  depart(peer: string, account: string, probe: boolean): void;
  /** True when the address has had its failures of this minute. */
  blocked(peer: string): boolean;
  /** Counts a failure; returns how many there were within the last minute, this one included. */
  failed(peer: string): number;
}

export function createDoor(limits: Limits, now: () => number): Door {
  const waiting = new Map<string, number>();
  const inside = new Map<string, number>();
  const accounts = new Map<string, number>();
  const failures = new Map<string, number[]>();
  const roomToWait = Math.max(waitingAtLeast, limits.perAddress * waitingPerAddress);
  let total = 0;

  function recent(peer: string): number[] {
    const since = now() - minuteMs;
    return (failures.get(peer) ?? []).filter((at) => at > since);
  }

  /** Addresses that stopped failing are forgotten before they fill the memory. */
  function forget(): void {
    for (const peer of failures.keys()) if (recent(peer).length === 0) failures.delete(peer);
  }

  return {
    enter: (peer) => {
      if (total >= limits.total || (waiting.get(peer) ?? 0) >= roomToWait) return false;
      total += 1;
      add(waiting, peer, 1);
      return true;
    },
    leave: (peer) => {
      total -= 1;
      add(waiting, peer, -1);
    },
    full: () => total >= limits.total,
    admit: (peer, account, probe) => {
      const full =
        (inside.get(peer) ?? 0) >= limits.perAddress || (accounts.get(account) ?? 0) >= limits.perAccount;
      if (full && !probe) return false;
      add(waiting, peer, -1);
      if (!probe) {
        add(inside, peer, 1);
        add(accounts, account, 1);
      }
      return true;
    },
    depart: (peer, account, probe) => {
      add(waiting, peer, 1);
      if (probe) return;
      add(inside, peer, -1);
      add(accounts, account, -1);
    },
    blocked: (peer) => recent(peer).length >= limits.failuresPerAddressPerMinute,
    failed: (peer) => {
      if (failures.size >= 10_000) forget();
      const all = [...recent(peer), now()].slice(-Math.max(1, limits.failuresPerAddressPerMinute));
      failures.set(peer, all);
      return all.length;
    },
  };
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count <= 0) counts.delete(key);
  else counts.set(key, count);
}

/** The address as it is compared and logged: an IPv4 that came over an IPv6 socket is an IPv4. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
}

/** What is counted as one address: a household has a whole IPv6 /64. */
export function peerOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':');
}
