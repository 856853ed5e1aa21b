import { createHash } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpTimestampAuthority } from '@libpdf/core';
import type { FastifyInstance } from 'fastify';
import { openAuthority } from '../agreement/document/authority.ts';
import type { Chancery } from '../agreement/document/keeper.ts';
import { api } from '../api/api.ts';
import { takeMoment } from '../api/backup.ts';
import { controlRoutes } from '../api/control.ts';
import { FirstRun } from '../api/first.ts';
import { Gate } from '../api/gate.ts';
import { healthRoutes } from '../api/health.ts';
import type { House } from '../api/house.ts';
import { ingestRoutes } from '../api/ingest.ts';
import { metricsRoute } from '../api/metrics.ts';
import { paperRoutes } from '../api/paper.ts';
import { porterRoutes } from '../api/porter.ts';
import { Pulse } from '../api/pulse.ts';
import { routes } from '../api/routes.ts';
import { createServer } from '../api/server.ts';
import { realClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { type Entrance, openDoors } from '../entrance/doors/auth.ts';
import { openVault } from '../entrance/doors/vault.ts';
import { admits, postReset } from '../entrance/flow.ts';
import { upsertPlane } from '../hosting/store.ts';
import { startTimetable } from '../jobs.ts';
import { upsertProber } from '../measure/store.ts';
import { channels } from '../notice/channels/register.ts';
import { linkOf } from '../notice/message.ts';
import { consoleRoutes } from '../site/console.ts';
import { siteSource } from '../site/flow.ts';
import type { Document } from '../site/manual.ts';
import { siteRoutes } from '../site/routes.ts';
import { verifyRoutes } from '../site/verify.ts';
import { isBearer, makeToken } from '../wire/control.ts';
import { calm } from './calm.ts';
import { keyFiles, makeKeys } from './keys.ts';
import { samplesOf } from './logins.ts';
import { seedSamples } from './sample.ts';
import type { DrillKind, FromRole, Orders, Role } from './talk.ts';

/** Names of the plane and the prober that run beside the centre. */
export const ownPlane = 'p1';
export const ownProber = 'inside';

const bodyBytes = 24 * 1024 * 1024;

/** The centre: database, ingest, site, command line's entrance, timetable. */
export async function startCentre(orders: Orders, tell: (said: FromRole) => void): Promise<Role> {
  const { config } = orders;
  const mishap = calm((text) => void process.stderr.write(`centre: ${text}\n`));
  const { proberPublic, entrance, signing } = makeKeys(config.data);
  const database = await openDatabase(config.database, config.data);
  if (config.database === null) await chmod(join(config.data, 'database'), 0o700);
  const refused = await migrate(database);
  if (refused !== null) throw new Error(refused.rule);
  await enrol(database, config.data, proberPublic);
  if (orders.samples) await seedSamples(database, { plane: ownPlane, prober: ownProber, config });
  const serve = () =>
    createServer(bodyBytes, (error, where) => mishap(`${where}: ${error.stack ?? error.message}`));
  const inner = serve();
  // Whoever reaches the socket owns the data folder: its folder is closed to everybody else.
  const gate = new Gate();
  const pulse = new Pulse();
  ingestRoutes(inner, { database, clock: realClock, gate, pulse, admit: () => true });
  controlRoutes(inner, {
    database,
    clock: realClock,
    drill: (kind, forMs) => tell({ say: 'drill', kind: kind as DrillKind, forMs }),
    backup: (into) => takeMoment(database, gate, config.data, into, realClock.now),
  });
  const chancery = chanceryOf(config, signing);
  // Made at the first start, beside everything else: a key takes a moment.
  chancery().catch((error: unknown) => mishap(`the signing authority: ${String(error)}`));
  paperRoutes(inner, { database, clock: realClock, chancery });
  const outer = serve();
  outer.register(
    async (scope: FastifyInstance) => {
      ingestRoutes(scope, {
        database,
        clock: realClock,
        gate,
        pulse,
        admit: (request, digest) => isKnown(request.headers.authorization, digest),
      });
    },
    { prefix: '/agents' },
  );
  const house = houseOf({
    config,
    database,
    secret: entrance,
    chancery,
    pulse,
    mishap,
    drill: (kind, forMs) => tell({ say: 'drill', kind, forMs }),
  });
  porterRoutes(inner, house);
  serveOutside(outer, house, config.data);
  const timetable = timetableOf(house);
  // A centre that was killed leaves its socket behind; the folder is ours alone (wire/lock.ts).
  if (process.platform !== 'win32') await rm(orders.control, { force: true });
  await inner.listen({ path: orders.control });
  if (process.platform !== 'win32') await chmod(orders.control, 0o600);
  const address = await listen(outer, config.host, config.port);
  house.settle(originsOf(config.origin, address));
  tell({ say: 'ready', facts: await factsOf(house, address) });
  return {
    stop: async () => {
      await timetable.stop();
      await outer.close();
      await inner.close();
      await database.close();
    },
  };
}

/** Makes the tokens of the plane and the prober beside us and keeps their digests; remote ones are enrolled likewise. */
async function enrol(database: Database, data: string, proberPublic: string): Promise<void> {
  const { folder } = keyFiles(data);
  const files = [join(folder, 'plane.token'), join(folder, 'prober.token')] as const;
  const [plane, prober] = [await makeToken(files[0]), await makeToken(files[1])];
  await database.transaction(async (tx) => {
    await upsertPlane(tx, ownPlane, 'embedded', digestOf(plane));
    await upsertProber(
      tx,
      { id: ownProber, tokenDigest: digestOf(prober), key: proberPublic },
      realClock.now(),
    );
  });
}

interface Given {
  readonly config: Config;
  readonly database: Database;
  readonly secret: string;
  readonly chancery: House['chancery'];
  readonly pulse: Pulse;
  readonly mishap: (text: string) => void;
  readonly drill: (kind: DrillKind, forMs: number) => void;
}

/** What the API reaches. It opens its doors once it is known where it answers (`settle`). */
function houseOf({ config, database, secret, chancery, pulse, mishap, drill }: Given) {
  let origins: readonly [string, ...string[]] = [config.origin ?? 'http://localhost'];
  let doors: Entrance | null = null;
  const vault = openVault(secret);
  const house: House = {
    database,
    clock: realClock,
    entrance: () => {
      doors ??= openDoors({
        database,
        secret,
        origin: origins[0],
        trusted: origins,
        admits: (user, code) => admits(database.db, realClock.now(), user, code),
        mailReset: (user, token) =>
          database.transaction((tx) => postReset(tx, realClock.now(), user, token, vault)),
      });
      return doors;
    },
    origins: () => origins,
    pulse,
    chancery,
    samples: samplesOf(database, config),
    vault,
    hook: channels.hook(),
    first: new FirstRun(database, keyFiles(config.data).setupToken),
    drill: (kind, forMs) => drill(kind as DrillKind, forMs),
    mishap,
  };
  const settle = (known: readonly [string, ...string[]]): void => {
    origins = known;
  };
  return { ...house, settle };
}

function timetableOf({ database, clock, vault, hook, origins, mishap }: House) {
  const office = { database, clock, vault, hook, origin: () => origins()[0], open: channels.mail, mishap };
  return startTimetable(database, clock, mishap, office);
}

/** Where we answer, and the link of the set-up while there is none yet. */
async function factsOf({ first, origins }: House, site: string) {
  const token = await first.token();
  const setup = token === null ? '' : linkOf('setup', origins()[0], token);
  return { site, port: Number(new URL(site).port), setup };
}

/** What answers on the network: API, health, metrics, pages. */
function serveOutside(server: FastifyInstance, house: House, data: string): void {
  server.register((scope: FastifyInstance) => api(scope, house), { prefix: '/api' });
  healthRoutes(server, { database: house.database, clock: realClock, data });
  metricsRoute(server, house, data);
  servePages(server, house);
}

/** What visitors see: the public page, the API manual, the page that checks a file, and the console. */
function servePages(server: FastifyInstance, { database, origins }: House): void {
  const manual = {
    document: async () => (await server.inject('/api/openapi.json')).json<Document>(),
    gates: new Map(routes.map(({ id, gate }) => [id, gate])),
    origin: () => origins()[0],
  };
  siteRoutes(server, { source: siteSource(database, realClock), now: realClock.now, manual });
  verifyRoutes(server, database);
  consoleRoutes(server);
}

/** What documents are signed with. The authority's key is read once; a failure is met again by the next who asks. */
function chanceryOf({ data, timestamp }: Config, secret: string): () => Promise<Chancery> {
  let opened: Promise<Chancery> | null = null;
  const open = async (): Promise<Chancery> => {
    const authority = await openAuthority(keyFiles(data).authority, realClock.now());
    const service = timestamp === null ? null : new HttpTimestampAuthority(timestamp, { timeout: 5000 });
    return { authority, secret, timestamp: service };
  };
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}

/** The console's own addresses, the first one its name: passkeys are bound to a name and want one, not a number. */
function originsOf(given: string | null, address: string): readonly [string, ...string[]] {
  if (given !== null) return [given];
  const { port, hostname, origin } = new URL(address);
  const isHere = hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost';
  return isHere ? [`http://localhost:${port}`, origin] : [origin];
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The header's token against a stored digest: comparing digests in constant time tells nothing of the token. */
function isKnown(header: string | undefined, digest: Buffer): boolean {
  const given = /^Bearer ([\w-]{32,256})$/i.exec(header ?? '')?.[1];
  return given !== undefined && isBearer(`Bearer ${digestOf(given).toString('hex')}`, digest.toString('hex'));
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(`port ${port} is taken: name another with --port, or 0 for a free one`, {
        cause: error,
      });
    }
    throw error;
  }
}
