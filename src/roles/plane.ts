import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, realClock } from '../clock.ts';
import type { ReportedHealth } from '../hosting/health.ts';
import { isProbeMark } from '../hosting/mark.ts';
import { type EmbeddedPlane, startEmbedded } from '../hosting/planes/embedded/embedded.ts';
import type { HostSpec } from '../hosting/spec.ts';
import { packMinute } from '../measure/pack.ts';
import { followAccess, type NumberedMinute } from '../measure/readers/follow.ts';
import { followLogins, type PlacedLogin } from '../measure/readers/logins.ts';
import { isRefusal } from '../refusal.ts';
import type { Link } from '../wire/link.ts';
import { openSpool, type Spool } from '../wire/spool.ts';
import { keyFiles } from './keys.ts';
import { repeat } from './prober.ts';
import { sendSpool } from './sending.ts';
import type { FromRole, Orders, Role } from './talk.ts';

export interface PlaneOptions {
  readonly id: string;
  readonly orders: Orders;
  readonly link: Link;
  readonly pullMs: number;
  /** The machine's own unless said. */
  readonly clock?: Clock;
  readonly mishap: (text: string) => void;
  readonly tell: (said: FromRole) => void;
}

/** Minutes and logins a message holds at most. */
const batch = 1000;

/**
 * The plane process: web and FTP for the hosts, and the readers of their logs. It converges to what the
 * centre wants, and serves on by itself while the centre is away.
 */
export async function startPlane(options: PlaneOptions): Promise<Role> {
  const { orders, link, mishap, clock = realClock } = options;
  const { config } = orders;
  const folder = join(config.data, 'plane');
  const probeKey = await readFile(keyFiles(config.data).probeKey);
  await mkdir(folder, { recursive: true });
  const spool = await openSpool(join(folder, 'spool'), { batchMs: 0 });
  const plane = await startEmbedded({
    folder,
    address: config.host,
    httpPort: config.hostsPort,
    httpsPort: config.hostsTlsPort,
    ftpPort: config.ftpPort,
    probeKey,
    now: clock.now,
    onDeath: async (dead) => {
      if (isRefusal(await spool.append('death', dead))) throw new Error('the spool is full');
    },
    onError: (error) => mishap(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  await publishCertificate(folder, config.data);
  const sending = sendSpool(spool, link, (kind) => `/planes/${options.id}/${kind}`, mishap);
  // As the log's lines were written: also when the centre is away and cannot say whose a name is.
  const names = new Map<string, string>();
  for (const spec of plane.restored) learnNames(names, spec);
  const delays = new DelayBook();

  const converging = new Converging(
    plane,
    names,
    (body) => link.post(`/planes/${options.id}/applied`, body),
    mishap,
  );
  const pull = async (): Promise<void> => {
    const answer = await link.get(`/planes/${options.id}/specs?revision=${converging.revision}`);
    if (answer.status !== 200) return;
    for (const spec of (answer.body as { specs: readonly HostSpec[] }).specs) await converging.take(spec);
  };
  const beat = async (): Promise<void> => {
    const health = healthOf(plane);
    delays.note(clock.now(), health.loopDelayMs);
    await link.post(`/planes/${options.id}/health`, health);
  };
  await pull().catch((error: unknown) => mishap(String(error)));
  await beat().catch((error: unknown) => mishap(String(error)));
  const jobs = [
    repeat(pull, options.pullMs, mishap),
    repeat(beat, 2000, mishap),
    repeat(() => converging.retry(), 30_000, mishap),
  ];
  const { id } = options;
  const readers = await followLogs(plane, { folder, spool, probeKey, names, delays, id, clock, mishap });
  const health = healthOf(plane);
  const { address, httpPort, ftpPort } = health;
  options.tell({
    say: 'ready',
    facts: { address, hostsPort: httpPort, hostsTlsPort: health.httpsPort ?? 0, ftpPort },
  });
  return {
    stop: async () => {
      await Promise.all(jobs.map((job) => job.stop()));
      await plane.close();
      for (const reader of readers) await reader.stop();
      await sending.stop();
      await spool.close();
      link.close();
    },
    drill: (kind, on) => plane.drill(kind, on),
  };
}

/** Brings the plane to what the centre wants, one host after another, and confirms each revision. */
class Converging {
  readonly #plane: EmbeddedPlane;
  readonly #names: Map<string, string>;
  readonly #confirm: (body: object) => Promise<unknown>;
  readonly #mishap: (text: string) => void;
  readonly #quarantined = new Map<string, HostSpec>();
  /** The last revision that was taken. */
  revision = 0;

  constructor(
    plane: EmbeddedPlane,
    names: Map<string, string>,
    confirm: (body: object) => Promise<unknown>,
    mishap: (text: string) => void,
  ) {
    this.#plane = plane;
    this.#names = names;
    this.#confirm = confirm;
    this.#mishap = mishap;
  }

  async take(spec: HostSpec): Promise<void> {
    learnNames(this.#names, spec);
    const quarantine = await this.#apply(spec);
    await this.#confirm({ host: spec.host, revision: spec.revision, quarantine });
    if (quarantine === null) this.#quarantined.delete(spec.host);
    else this.#quarantined.set(spec.host, spec);
    this.revision = Math.max(this.revision, spec.revision);
  }

  /** What kept a host in quarantine may be gone: the disk has room again, a program was installed. */
  async retry(): Promise<void> {
    for (const spec of this.#quarantined.values()) await this.take(spec);
  }

  /** Why it could not be applied; null: it was. */
  async #apply(spec: HostSpec): Promise<string | null> {
    if (spec.state.kind === 'absent') {
      await this.#plane.remove(spec.host);
      return null;
    }
    const done = await this.#plane.apply(spec);
    if (done.kind === 'applied' && done.note !== undefined) this.#mishap(`${spec.host}: ${done.note}`);
    return done.kind === 'quarantined' ? done.reason : null;
  }
}

function learnNames(names: Map<string, string>, spec: HostSpec): void {
  for (const [domain, host] of names) if (host === spec.host) names.delete(domain);
  if (spec.state.kind !== 'absent') for (const domain of spec.domains) names.set(domain, spec.host);
}

function healthOf(plane: EmbeddedPlane): ReportedHealth {
  const { web, ftp, hosts, quarantined, loopDelayMs } = plane.health();
  return {
    address: web.http.address,
    httpPort: web.http.port,
    httpsPort: web.https?.port ?? null,
    ftpPort: ftp.port,
    hosts,
    quarantined: [...quarantined],
    loopDelayMs,
    lostLines: plane.lostLines(),
  };
}

/** The checks accept the plane's own certificate: its public half, beside the key. */
async function publishCertificate(folder: string, data: string): Promise<void> {
  const pair = await readFile(join(folder, 'tls.pem'), 'utf8');
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pair)?.[0];
  if (certificate === undefined) throw new Error('the plane’s own certificate is missing');
  const path = keyFiles(data).planeCertificate;
  // Nothing is written when nothing changed: a full disk keeps nobody from serving.
  if ((await readFile(path, 'utf8').catch(() => null)) === `${certificate}\n`) return;
  await writeFile(`${path}.new`, `${certificate}\n`);
  await rename(`${path}.new`, path);
}

/** The longest that the event loop was held, by minute: it is added to the minute's response value. */
class DelayBook {
  readonly #delays = new Map<number, number>();

  note(at: number, delayMs: number): void {
    const minute = at - (at % 60_000);
    this.#delays.set(minute, Math.max(this.#delays.get(minute) ?? 0, delayMs));
    for (const known of this.#delays.keys()) if (known < minute - 3_600_000) this.#delays.delete(known);
  }

  of(minute: number): number {
    return this.#delays.get(minute) ?? 0;
  }
}

interface Following {
  readonly folder: string;
  readonly spool: Spool;
  readonly probeKey: Buffer;
  readonly names: ReadonlyMap<string, string>;
  readonly delays: DelayBook;
  readonly id: string;
  readonly clock: Clock;
  readonly mishap: (text: string) => void;
}

async function followLogs(plane: EmbeddedPlane, following: Following) {
  const { folder, spool, probeKey, names, delays, id } = following;
  const access = await followAccess({
    path: plane.accessLog,
    plane: id,
    state: stateFile(join(folder, 'access.state.json')),
    names: () => names,
    isOurs: (host, at, mark) => isProbeMark(probeKey, host, at, mark),
    loopDelay: (minute) => delays.of(minute),
    graceMs: 5_000,
    now: following.clock.now,
    mishap: following.mishap,
    hand: (minutes) => appendAll(spool, 'minutes', minutes, (part) => ({ minutes: part.map(minuteText) })),
  });
  const logins = await followLogins({
    path: plane.loginLog,
    state: stateFile(join(folder, 'login.state.json')),
    mishap: following.mishap,
    hand: (file, rows) => appendAll(spool, 'logins', rows, (part) => ({ file, logins: part.map(loginText) })),
  });
  return [access, logins];
}

function minuteText(minute: NumberedMinute): object {
  return { minute: minute.minute, part: minute.part, packed: packMinute(minute).toString('base64') };
}

function loginText({ offset, line }: PlacedLogin): object {
  const { atMs, probe: _, ...rest } = line;
  return { offset, at: atMs, ...rest };
}

/** Durable when it resolves; a full spool is waited for, since nothing read may be lost. */
async function appendAll<Row>(
  spool: Spool,
  kind: string,
  rows: readonly Row[],
  body: (part: readonly Row[]) => object,
): Promise<void> {
  for (let i = 0; i < rows.length; i += batch) {
    const part = body(rows.slice(i, i + batch));
    while (isRefusal(await spool.append(kind, part))) await new Promise((done) => setTimeout(done, 1000));
  }
}

/** A reader's place, replaced whole. */
function stateFile(path: string) {
  return {
    load: async (): Promise<unknown> => {
      const text = await readFile(path, 'utf8').catch(() => null);
      return text === null ? null : JSON.parse(text);
    },
    save: async (state: unknown): Promise<void> => {
      await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600, flush: true });
      await rename(`${path}.new`, path);
    },
  };
}
