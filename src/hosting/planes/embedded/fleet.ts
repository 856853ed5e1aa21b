import { isRefusal } from '../../../refusal.ts';
import type { Applied, Usage } from '../../plane.ts';
import type { HostSpec } from '../../spec.ts';
import type { Accounts } from './account.ts';
import type { AppliedSpecs } from './applied.ts';
import {
  hostFolder,
  type Layout,
  makeHost,
  poolOf,
  removeHost,
  type ScriptUser,
  webFolder,
} from './folder.ts';
import { parseSpec } from './shape.ts';
import { openSpace, type Space } from './space.ts';
import { contextOf, pairFault } from './web/certificate.ts';
import type { HotFiles } from './web/hot.ts';
import type { Pools } from './web/pool.ts';
import type { Site, Sites } from './web/site.ts';

export interface FleetWorld {
  readonly layout: Layout;
  readonly sites: Sites;
  readonly hot: HotFiles;
  readonly accounts: Accounts;
  readonly applied: AppliedSpecs;
  readonly pools: Pools;
  /** The program that runs this version of PHP; null: it is not here. */
  readonly program: (version: string) => Promise<string | null>;
  readonly user: ScriptUser | null;
  /** A word that was never given before. */
  readonly unique: () => string;
  readonly onError: (error: unknown) => void;
}

const countsAtOnce = 8;

/** The hosts of a plane, each converged to its spec, one step of one host at a time. */
export class Fleet {
  readonly #world: FleetWorld;
  readonly #spaces = new Map<string, Space>();
  readonly #quarantine = new Set<string>();
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Domains and FTP names of specs that are being applied: two at a time must not get the same. */
  readonly #claims = new Map<string, string>();
  #closing: (host: string) => void = () => undefined;

  constructor(world: FleetWorld) {
    this.#world = world;
  }

  /** Told of hosts whose sessions must end. */
  onClosing(tell: (host: string) => void): void {
    this.#closing = tell;
  }

  /** Web sites from the specs on disk. One that cannot be used stays down alone, in quarantine. */
  async restore(): Promise<void> {
    const { specs, broken } = await this.#world.applied.load();
    for (const { host, reason } of broken) this.#hold(host, reason);
    for (const spec of specs) {
      const fault = this.#clash(spec) ?? (await this.#scripts(spec, false)) ?? this.#certificate(spec);
      if (fault !== null) this.#hold(spec.host, fault);
      else this.#world.sites.put(this.#site(spec));
    }
  }

  /** Counts the space of what was restored; then its FTP names are known. */
  async count(): Promise<void> {
    const waiting = [...this.#world.sites.all()];
    const worker = async () => {
      for (let site = waiting.pop(); site !== undefined; site = waiting.pop()) {
        const { spec } = site;
        this.#world.accounts.put(spec, await this.#space(spec));
      }
    };
    await Promise.all(Array.from({ length: countsAtOnce }, worker));
  }

  apply(spec: HostSpec): Promise<Applied> {
    return this.#inTurn(spec.host, () => this.#apply(spec));
  }

  remove(host: string): Promise<void> {
    return this.#inTurn(host, () => this.#remove(host));
  }

  async usage(host: string): Promise<Usage | null> {
    const space = this.#spaces.get(host);
    if (space === undefined) return null;
    // Scripts write past the books. A writer at work meanwhile leaves the sum as it was kept.
    await space.recount();
    return space.usage();
  }

  names(): readonly string[] {
    return [...this.#world.sites.all()].map(({ spec }) => spec.host);
  }

  quarantined(): readonly string[] {
    return [...this.#quarantine].sort();
  }

  /** When nothing is being applied or removed any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  async #apply(given: HostSpec): Promise<Applied> {
    const spec = parseSpec(given);
    if (isRefusal(spec)) return this.#refused(given, `${spec.path}: ${spec.rule}`);
    const before = this.#world.sites.get(spec.host);
    if (before !== undefined && spec.revision <= before.spec.revision) {
      return { kind: 'applied', revision: before.spec.revision };
    }
    const clash = this.#clash(spec);
    if (clash !== null) return this.#refused(spec, clash);
    const claimed = namesOf(spec);
    for (const name of claimed) this.#claims.set(name, spec.host);
    try {
      const fault = this.#certificate(spec) ?? (await this.#prepare(spec));
      if (fault !== null) return this.#refused(spec, fault);
      const space = await this.#space(spec);
      await this.#world.applied.save(spec);
      this.#swap(spec, space);
    } finally {
      for (const name of claimed) this.#claims.delete(name);
    }
    if (spec.php === null || spec.state.kind === 'absent') await this.#world.pools.drop(spec.host);
    return { kind: 'applied', revision: spec.revision };
  }

  /** From here on every request is answered by the new state. */
  #swap(spec: HostSpec, space: Space): void {
    const { sites, hot, accounts } = this.#world;
    const before = sites.get(spec.host);
    sites.put(this.#site(spec));
    if (before !== undefined) hot.forget(before);
    space.setLimit(spec.spaceBytes);
    accounts.put(spec, space);
    this.#quarantine.delete(spec.host);
    if (spec.state.kind !== 'serving' || spec.ftp === null) this.#closing(spec.host);
  }

  async #remove(host: string): Promise<void> {
    const { sites, hot, accounts, applied, pools, layout, unique } = this.#world;
    // The name is part of a path: only one that was applied, or could have been, is followed.
    if (!/^[a-z][a-z0-9]{0,31}$/.test(host)) return;
    const site = sites.get(host);
    sites.drop(host);
    if (site !== undefined) hot.forget(site);
    accounts.drop(host);
    this.#closing(host);
    this.#spaces.delete(host);
    this.#quarantine.delete(host);
    await pools.drop(host);
    await applied.forget(host);
    await removeHost(layout, host, unique());
  }

  async #prepare(spec: HostSpec): Promise<string | null> {
    await makeHost(this.#world.layout, spec);
    return this.#scripts(spec, true);
  }

  /** Null, or why the host cannot have the scripts that its plan promises. */
  async #scripts(spec: HostSpec, trial: boolean): Promise<string | null> {
    if (spec.php === null || spec.state.kind === 'absent') return null;
    const { layout, pools, program, user } = this.#world;
    const { version } = spec.php;
    const path = await program(version);
    if (path === null)
      return `PHP ${version} is not installed here: no php-fpm${version} on PATH or in /usr/sbin`;
    const pool = await poolOf(layout, pools, spec.host, user);
    return typeof pool === 'string' ? pool : pools.put(pool, path, trial);
  }

  #certificate({ certificate }: HostSpec): string | null {
    return certificate === null ? null : pairFault(certificate);
  }

  /** A name that another host holds already is not taken from it. */
  #clash(spec: HostSpec): string | null {
    const { sites, accounts } = this.#world;
    for (const domain of spec.domains) {
      const holder = sites.named(domain)?.spec.host ?? this.#claims.get(domainClaim(domain));
      if (holder !== undefined && holder !== spec.host) return `the domain ${domain} belongs to ${holder}`;
    }
    for (const { name } of spec.ftp?.accounts ?? []) {
      const holder = accounts.find(name)?.host ?? this.#claims.get(accountClaim(name));
      if (holder !== undefined && holder !== spec.host) return `the FTP account ${name} belongs to ${holder}`;
    }
    return null;
  }

  #site(spec: HostSpec): Site {
    const { certificate } = spec;
    const secureContext = certificate === null ? null : contextOf(certificate);
    return { spec, root: webFolder(this.#world.layout, spec.host), secureContext, hot: new Map() };
  }

  async #space(spec: HostSpec): Promise<Space> {
    const known = this.#spaces.get(spec.host);
    if (known !== undefined) return known;
    const space = await openSpace(hostFolder(this.#world.layout, spec.host), spec.spaceBytes);
    this.#spaces.set(spec.host, space);
    return space;
  }

  #refused(spec: HostSpec, reason: string): Applied {
    this.#quarantine.add(spec.host);
    return { kind: 'quarantined', revision: spec.revision, reason };
  }

  #hold(host: string, reason: string): void {
    this.#quarantine.add(host);
    this.#world.onError(new Error(`${host} is in quarantine: ${reason}`));
  }

  #inTurn<T>(host: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(host) ?? Promise.resolve()).then(work);
    const quiet = done.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(host, quiet);
    quiet.then(() => {
      if (this.#turns.get(host) === quiet) this.#turns.delete(host);
    });
    return done;
  }
}

function namesOf(spec: HostSpec): string[] {
  const accounts = (spec.ftp?.accounts ?? []).map(({ name }) => accountClaim(name));
  return [...spec.domains.map(domainClaim), ...accounts];
}

function domainClaim(domain: string): string {
  return `web ${domain}`;
}

function accountClaim(name: string): string {
  return `ftp ${name}`;
}
