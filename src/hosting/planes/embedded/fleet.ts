import { isRefusal } from '../../../refusal.ts';
import type { Applied, Usage } from '../../plane.ts';
import type { HostSpec } from '../../spec.ts';
import type { Accounts } from './account.ts';
import type { AppliedSpecs } from './applied.ts';
import { hostFolder, type Layout, makeHost, ownHost, poolOf, removeHost, webFolder } from './folder.ts';
import { sweepParts } from './ftp/upload.ts';
import type { Owners } from './owner.ts';
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
  readonly owners: Owners;
  /** Where a host's folder can be bound for its pool alone; see bind.ts. */
  readonly point: () => Promise<string | null>;
  /** A word that was never given before. */
  readonly unique: () => string;
  readonly onError: (error: unknown) => void;
}

const countsAtOnce = 8;

/** Whether a host's scripts can run: `without`: this machine cannot, the host opens all the same; `fault`: it must not open. */
type Scripts = { readonly without: string | null } | { readonly fault: string };

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

  /** Web sites from the specs on disk, which it gives. One that cannot be used stays down alone, in quarantine. */
  async restore(): Promise<readonly HostSpec[]> {
    const { specs, broken } = await this.#world.applied.load();
    for (const { host, reason } of broken) this.#hold(host, reason);
    for (const spec of specs) {
      const fault = this.#clash(spec) ?? this.#certificate(spec);
      const scripts = fault === null ? await this.#again(spec) : { fault };
      if ('fault' in scripts) this.#hold(spec.host, scripts.fault);
      else this.#world.sites.put(this.#site(spec, scripts.without));
    }
    return specs;
  }

  /** A restored host's files and scripts as they are to be, which an older plane may have left otherwise. */
  async #again(spec: HostSpec): Promise<Scripts> {
    const { layout, owners, onError } = this.#world;
    try {
      const owner = owners.of(spec.host);
      if (owner !== null) await ownHost(layout, spec.host, owner);
      const scripts = await this.#scripts(spec, false);
      if ('without' in scripts && scripts.without !== null) {
        onError(new Error(`${spec.host} is open without its scripts: ${scripts.without}`));
      }
      return scripts;
    } catch (error) {
      return { fault: error instanceof Error ? error.message : String(error) };
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

  /** Clears every host of parts of uploads that nobody came back for; one host's trouble is not the next one's. */
  async sweep(nowMs: number, stop: AbortSignal): Promise<void> {
    const { layout, onError } = this.#world;
    for (const host of this.names()) {
      if (stop.aborted) return;
      await this.#inTurn(host, async () => {
        const space = this.#spaces.get(host);
        if (space !== undefined) await sweepParts(hostFolder(layout, host), space, nowMs);
      }).catch(onError);
    }
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
      return applied(before);
    }
    const clash = this.#clash(spec);
    if (clash !== null) return this.#refused(spec, clash);
    const claimed = namesOf(spec);
    let site: Site;
    for (const name of claimed) this.#claims.set(name, spec.host);
    try {
      const fault = this.#certificate(spec);
      const scripts = fault === null ? await this.#prepare(spec) : { fault };
      if ('fault' in scripts) return this.#refused(spec, scripts.fault);
      const space = await this.#space(spec);
      await this.#world.applied.save(spec);
      site = this.#site(spec, scripts.without);
      this.#swap(site, space);
    } finally {
      for (const name of claimed) this.#claims.delete(name);
    }
    const idle = spec.php === null || spec.state.kind === 'absent' || site.scriptless !== null;
    if (idle) await this.#world.pools.drop(spec.host);
    return applied(site);
  }

  /** From here on every request is answered by the new state. */
  #swap(site: Site, space: Space): void {
    const { spec } = site;
    const { sites, hot, accounts } = this.#world;
    const before = sites.get(spec.host);
    sites.put(site);
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

  async #prepare(spec: HostSpec): Promise<Scripts> {
    const { layout, owners } = this.#world;
    await makeHost(layout, spec, owners.of(spec.host));
    return this.#scripts(spec, true);
  }

  /** Makes ready what the host's scripts need, where its plan has any. */
  async #scripts({ host, php, state }: HostSpec, trial: boolean): Promise<Scripts> {
    if (php === null || state.kind === 'absent') return { without: null };
    const { layout, pools, program, owners, point } = this.#world;
    const path = await program(php.version);
    if (path === null) {
      const name = `php-fpm${php.version}`;
      return { fault: `PHP ${php.version} is not installed here: no ${name} on PATH or in /usr/sbin` };
    }
    if (owners.fault !== null) return { without: owners.fault };
    const paths = { socket: pools.socketOf(host), errorLog: pools.errorLogOf(host) };
    const pool = await poolOf(layout, host, paths, owners.of(host), await point());
    if (typeof pool === 'string') return { without: pool };
    const fault = await pools.put(pool, path, trial);
    return fault === null ? { without: null } : { fault };
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

  #site(spec: HostSpec, scriptless: string | null): Site {
    const { certificate } = spec;
    const secureContext = certificate === null ? null : contextOf(certificate);
    const root = webFolder(this.#world.layout, spec.host);
    return { spec, root, secureContext, scriptless, hot: new Map() };
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

function applied({ spec: { revision }, scriptless }: Site): Applied {
  const bare = { kind: 'applied', revision } as const;
  return scriptless === null ? bare : { ...bare, note: `open without its scripts: ${scriptless}` };
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
