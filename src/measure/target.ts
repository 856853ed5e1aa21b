import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { HostSpec } from '../hosting/spec.ts';
import type { TargetLife } from './series.ts';

/** Where a plane answers, as far as checks need it. */
export interface Doors {
  readonly address: string;
  readonly httpPort: number;
  readonly ftpPort: number;
}

/** What the prober is told of a target; keys and passwords it derives itself (hosting/mark.ts). */
export type TargetSpec =
  | {
      readonly check: 'web';
      readonly host: string;
      readonly names: readonly string[];
      readonly scheme: 'http' | 'https';
      readonly address: string;
      readonly port: number;
      readonly path: string;
    }
  | {
      readonly check: 'ftp';
      readonly host: string;
      readonly address: string;
      readonly port: number;
      readonly tls: 'none' | 'explicit';
    };

export interface Wanted {
  readonly id: string;
  readonly host: string;
  readonly check: string;
  readonly phase: number;
  readonly spec: TargetSpec;
}

/** The targets that follow from a host's desired state: its web, and its FTP where the plan has one. */
export function wantedTargets(spec: HostSpec, doors: Doors): readonly Wanted[] {
  if (spec.state.kind === 'absent' || spec.domains.length === 0) return [];
  const { host } = spec;
  const web: TargetSpec = {
    check: 'web',
    host,
    names: spec.domains,
    scheme: spec.certificate === null ? 'http' : 'https',
    address: doors.address,
    port: doors.httpPort,
    path: '/',
  };
  const wanted = [target(host, web)];
  if (spec.ftp !== null) {
    const tls = spec.ftp.tls === 'required' ? 'explicit' : 'none';
    wanted.push(target(host, { check: 'ftp', host, address: doors.address, port: doors.ftpPort, tls }));
  }
  return wanted;
}

function target(host: string, spec: TargetSpec): Wanted {
  const id = `${spec.check}:${host}`;
  return { id, host, check: spec.check, phase: phaseOf(id), spec };
}

/** A fixed slot for ever, spread evenly: 16 bits of the id's digest. */
export function phaseOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt16BE(0);
}

/** A target as stored, with its life in versions. */
export interface Standing extends TargetLife {
  readonly id: string;
  readonly host: string;
  readonly check: string;
  readonly spec: unknown;
}

/** What must be saved so that `standing` (those not removed) becomes `wanted` in version `next`; empty: nothing changed. */
export function changes(
  standing: readonly Standing[],
  wanted: readonly Wanted[],
  next: number,
): readonly Standing[] {
  const want = new Map(wanted.map((one) => [one.id, one]));
  const have = new Map(standing.map((one) => [one.id, one]));
  const gone = standing.filter((one) => !want.has(one.id)).map((one) => ({ ...one, removed: next }));
  const come = wanted.flatMap((one) => {
    const before = have.get(one.id);
    if (before === undefined) return [{ ...one, added: next, removed: null }];
    // As read back from the store the keys stand in another order.
    return canonicalize(before.spec) === canonicalize(one.spec) ? [] : [{ ...before, spec: one.spec }];
  });
  return [...gone, ...come];
}
