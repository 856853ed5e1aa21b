import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loginLine } from '../../login.ts';
import type { Plane, PlaneHealth } from '../../plane.ts';
import type { HostSpec } from '../../spec.ts';
import { Accounts } from './account.ts';
import { type AliveMark, type DeadTime, openAlive } from './alive.ts';
import { openApplied } from './applied.ts';
import { Fleet } from './fleet.ts';
import { openLayout } from './folder.ts';
import type { PortRange } from './ftp/data.ts';
import type { Limits } from './ftp/door.ts';
import { type FtpServer, startFtp } from './ftp/server.ts';
import { openOwners } from './owner.ts';
import { startSweep } from './sweep.ts';
import { findPoint } from './web/bind.ts';
import { contextOf, ownPair } from './web/certificate.ts';
import { HotFiles } from './web/hot.ts';
import { type LineLog, openLog } from './web/log.ts';
import { findFpm, Pools } from './web/pool.ts';
import { startWeb, type WebServer } from './web/server.ts';
import { Sites } from './web/site.ts';
import { Walk } from './web/walk.ts';
import { type WebLimits, webLimits } from './web/world.ts';

export interface EmbeddedOptions {
  /** The plane's data; made when missing. One process at a time. */
  readonly folder: string;
  readonly address: string;
  /** 0: any free one, also below. */
  readonly httpPort: number;
  readonly httpsPort: number | null;
  readonly ftpPort: number;
  /** 32 bytes; see hosting/mark.ts. */
  readonly probeKey: Buffer;
  /** Epoch ms. */
  readonly now: () => number;
  /** Program that runs PHP for every host; null: none is to be used; left out: looked for by each host's version. */
  readonly phpFpm?: string | null;
  /** Folder on which hosts are bound for their pools; null: none is to be used; left out: found by trying (bind.ts). */
  readonly bindPoint?: string | null;
  readonly passiveAddress?: string | null;
  readonly passivePorts?: PortRange | null;
  readonly webLimits?: Partial<WebLimits>;
  readonly ftpLimits?: Partial<Limits>;
  /**
   * Told what was dead time of every host here before this life, and told again each second until it does not throw;
   * only then marks of this life are made.
   */
  readonly onDeath?: (dead: DeadTime) => Promise<void>;
  /** Mishaps of the plane's own; whoever asked has been answered. */
  readonly onError?: (error: unknown) => void;
}

export interface EmbeddedPlane extends Plane {
  /** The last mark of the life before. Null: the first life. */
  readonly previous: AliveMark | null;
  /** The specs that were found on disk at the start, also of hosts that are in quarantine since. */
  readonly restored: readonly HostSpec[];
  readonly servingSince: number;
  readonly boot: string;
  /** Hosts that are here, in any state. */
  hosts(): readonly string[];
  /** Lines of both logs that a full disk has cost since the start. */
  lostLines(): number;
  /** Breaks a part for real, or mends it: what nobody answers is seen by every client. Other kinds are not ours. */
  drill(kind: string, on: boolean): Promise<void>;
}

/** What `drill slow` makes every request wait: above clause 2-4.2's limit. */
const drillStallMs = 2000;

const ftpLimits: Limits = {
  perAddress: 20,
  perAccount: 8,
  total: 400,
  idleMs: 300_000,
  loginMs: 60_000,
  failuresPerAddressPerMinute: 10,
};

const rotateBytes = 67_108_864;
const keepDays = 180;
const pendingBytes = 8_388_608;
const loopResolutionMs = 10;

/**
 * Web and FTP for many hosts in one process, as any user. What was applied before serves at once, web first;
 * FTP follows when every host's space is counted. Throws when it cannot listen or use its folder.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPlane> {
  const { now } = options;
  const tick = () => performance.now();
  const onError = options.onError ?? (() => undefined);
  const layout = await openLayout(options.folder);
  const alive = await openAlive(layout.base, now);
  const own = await ownPair(layout.base, now());
  const ownContext = contextOf(own);
  const ending: (() => Promise<void>)[] = [];
  try {
    const log = async (name: string) => {
      const opened = await openLog({
        path: join(layout.logs, name),
        now,
        rotateBytes,
        keepDays,
        pendingBytes,
      });
      ending.unshift(() => opened.close());
      return opened;
    };
    const [access, logins] = [await log('access.log'), await log('login.log')];
    const pools = new Pools(layout.pools, tick);
    ending.unshift(() => pools.close());
    await pools.clear();
    const owners = await openOwners(layout.base);
    const [sites, hot, accounts] = [new Sites(), new HotFiles(), new Accounts(layout, owners)];
    const applied = await openApplied(layout.applied);
    const unique = () => randomBytes(6).toString('hex');
    const program = async (version: string) =>
      options.phpFpm === undefined ? findFpm(version) : options.phpFpm;
    const { bindPoint } = options;
    const point = once(async () => (bindPoint === undefined ? findPoint(layout.base) : bindPoint));
    const fleet = { layout, sites, hot, accounts, applied, pools, program, owners, point, unique, onError };
    const hosts = new Fleet(fleet);
    const restored = await hosts.restore();
    const limits = { ...webLimits, ...options.webLimits };
    const world = { walk: new Walk(tick), hot, pools, tick, temporary: layout.bodies, limits, onError };
    const { address, httpPort, httpsPort } = options;
    const onLine = access.write.bind(access);
    const web = await startWeb({ address, httpPort, httpsPort, sites, world, own, ownContext, onLine, now });
    ending.unshift(() => web.close());
    await hosts.count();
    const ftp = await startFtp({
      address,
      port: options.ftpPort,
      passiveAddress: options.passiveAddress ?? null,
      passivePorts: options.passivePorts ?? null,
      secureContext: () => ownContext,
      accounts,
      probeKey: options.probeKey,
      limits: { ...ftpLimits, ...options.ftpLimits },
      onLogin: (line) => logins.write(loginLine(line)),
      onError,
      now,
    });
    ending.unshift(() => ftp.close());
    hosts.onClosing((host) => ftp.drop(host));
    ending.unshift(startSweep((stop) => hosts.sweep(now(), stop)));
    const servingSince = now();
    await alive.begin(options.onDeath);
    ending.push(() => alive.close());
    return assemble({ hosts, web, ftp, access, logins, ending, restored }, alive, servingSince);
  } catch (error) {
    for (const end of ending) await end();
    throw error;
  }
}

/** Found out at the first need: a plane without scripts need not know. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | null = null;
  return () => {
    found ??= find();
    return found;
  };
}

interface Parts {
  readonly hosts: Fleet;
  readonly web: WebServer;
  readonly ftp: FtpServer;
  readonly access: LineLog;
  readonly logins: LineLog;
  readonly restored: readonly HostSpec[];
  /** In the order to end them. */
  readonly ending: readonly (() => Promise<void>)[];
}

function assemble(
  { hosts, web, ftp, access, logins, ending, restored }: Parts,
  { previous, boot }: { previous: AliveMark | null; boot: string },
  servingSince: number,
): EmbeddedPlane {
  const loop = monitorEventLoopDelay({ resolution: loopResolutionMs });
  loop.enable();
  let closing: Promise<void> | null = null;

  /** The histogram holds the whole time between two samples; what is above their distance was delay. */
  function loopDelayMs(): number {
    const longest = loop.count === 0 ? 0 : loop.max / 1e6 - loopResolutionMs;
    loop.reset();
    return Math.max(0, Math.round(longest));
  }

  async function end(): Promise<void> {
    loop.disable();
    await hosts.settled();
    for (const one of ending) await one();
  }

  return {
    previous,
    restored,
    boot,
    servingSince,
    apply: (spec) => hosts.apply(spec),
    remove: (host) => hosts.remove(host),
    usage: (host) => hosts.usage(host),
    hosts: () => hosts.names(),
    lostLines: () => access.lost() + logins.lost(),
    drill: async (kind, on) => {
      if (kind === 'web-down') await (on ? web.pause() : web.resume());
      if (kind === 'ftp-down') await (on ? ftp.pause() : ftp.resume());
      if (kind === 'slow') web.stall(on ? drillStallMs : 0);
    },
    health: (): PlaneHealth => ({
      web: { http: web.http, https: web.https },
      ftp: ftp.address,
      hosts: hosts.names().length,
      quarantined: hosts.quarantined(),
      loopDelayMs: loopDelayMs(),
    }),
    accessLog: access.path,
    loginLog: logins.path,
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}
