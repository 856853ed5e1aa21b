import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, realClock } from '../clock.ts';
import { probeAccount, probePassword } from '../hosting/mark.ts';
import { probeFtp } from '../measure/probes/ftp.ts';
import { startScheduler } from '../measure/probes/scheduler.ts';
import { probeWeb } from '../measure/probes/web.ts';
import { realWorld } from '../measure/probes/world.ts';
import type { Reading } from '../measure/reading.ts';
import type { TargetSpec } from '../measure/target.ts';
import { Backlog } from '../wire/backlog.ts';
import type { Link } from '../wire/link.ts';
import { openSpool } from '../wire/spool.ts';
import { keyFiles } from './keys.ts';
import { sendSpool } from './sending.ts';
import type { Role } from './talk.ts';

export interface ProberOptions {
  readonly id: string;
  readonly data: string;
  readonly link: Link;
  readonly intervalMs: number;
  /** How often the list of targets is asked for. */
  readonly pullMs: number;
  /** The machine's own unless said. */
  readonly clock?: Clock;
  readonly mishap: (text: string) => void;
}

interface Checked {
  readonly id: string;
  readonly check: string;
  readonly phase: number;
  readonly spec: TargetSpec;
}

interface TargetList {
  readonly version: number;
  readonly targets: readonly Checked[];
}

const webDeadlineMs = 10_000;
const ftpDeadlineMs = 20_000;

/**
 * The prober: asks the centre for its targets, looks at each in its slot, signs what it saw, and keeps it on
 * its own disk until the centre has acknowledged it.
 */
export async function startProber(options: ProberOptions): Promise<Role> {
  const files = keyFiles(options.data);
  const probeKey = await readFile(files.probeKey);
  const signer = createPrivateKey(await readFile(files.proberKey));
  const authority = await readFile(files.planeCertificate, 'utf8').catch(() => null);
  const spool = await openSpool(join(options.data, 'prober', 'spool'), { batchMs: 0 });
  const { clock = realClock } = options;
  const world = realWorld({ clock });
  const ids = new Set<string>();
  const backlog = new Backlog(spool, options.mishap);
  const tell = (kind: 'round' | 'turns', body: object): void => {
    const text = JSON.stringify(body);
    backlog.add(kind, { kind, text, signature: signed(signer, text) });
  };
  const means = { world, probeKey, clock, authorities: authority === null ? [] : [authority] };
  const scheduler = startScheduler<Checked>({
    intervalMs: options.intervalMs,
    concurrency: 50,
    now: clock.now,
    probe: (target) => look(target, means),
    onRound: (round) => tell('round', round),
    onTurn: (turn) => tell('turns', { turns: [turn] }),
    onMishap: (error, id) => options.mishap(`${id}: ${String(error)}`),
  });
  const sending = sendSpool(spool, options.link, () => `/probers/${options.id}/said`, options.mishap);

  const lists = listFile(join(options.data, 'prober', 'targets.json'));
  const follow = (list: TargetList): void => {
    ids.clear();
    for (const target of list.targets) ids.add(target.id);
    scheduler.setTargets(list.targets, list.version);
  };
  // A prober that starts while the centre is away looks at what it last knew.
  const known = await lists.load();
  if (known !== null) follow(known);
  let version = -1;
  const pull = async (): Promise<void> => {
    const answer = await options.link.get(`/probers/${options.id}/targets?version=${version}`);
    if (answer.status !== 200) return;
    const list = answer.body as TargetList;
    version = list.version;
    follow(list);
    await lists.save(list);
  };
  const pulling = repeat(pull, options.pullMs, options.mishap);
  return {
    stop: async () => {
      await pulling.stop();
      scheduler.stop();
      await backlog.close();
      await sending.stop();
      await spool.close();
      options.link.close();
    },
    poke: () => scheduler.poke(ids),
  };
}

function signed(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64');
}

interface Means {
  readonly world: ReturnType<typeof realWorld>;
  readonly probeKey: Buffer;
  readonly clock: Clock;
  readonly authorities: readonly string[];
}

/** One attempt at a target; the secrets are derived here and stand in no message. */
function look(target: Checked, means: Means): Promise<Reading> {
  const { spec, id } = target;
  const { world, probeKey, authorities, clock } = means;
  if (spec.check === 'web') {
    const { names, scheme, port, path, address } = spec;
    const asked = { id, name: names[0]!, names, scheme, port, path, addresses: [address] };
    return probeWeb({ ...asked, authorities, key: probeKey, deadlineMs: webDeadlineMs }, world);
  }
  const login = {
    account: probeAccount(spec.host),
    password: probePassword(probeKey, spec.host, clock.now()),
  };
  const { address, port, tls } = spec;
  return probeFtp({ id, name: address, port, tls, ...login, authorities, deadlineMs: ftpDeadlineMs }, world);
}

/** The last list that the centre gave, replaced whole; one that cannot be read is none. */
function listFile(path: string) {
  return {
    load: async (): Promise<TargetList | null> => {
      const text = await readFile(path, 'utf8').catch(() => null);
      try {
        return text === null ? null : (JSON.parse(text) as TargetList);
      } catch {
        return null;
      }
    },
    save: async (list: TargetList): Promise<void> => {
      await writeFile(`${path}.new`, JSON.stringify(list), { mode: 0o600, flush: true });
      await rename(`${path}.new`, path);
    },
  };
}

/** Does something now and then every `everyMs` after it is done; a mishap is said and tried again. */
export function repeat(work: () => Promise<unknown>, everyMs: number, mishap: (text: string) => void) {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const once = (): void => {
    running = work()
      .then(
        () => {},
        (error: unknown) => mishap(error instanceof Error ? error.message : String(error)),
      )
      .then(() => {
        if (!stopped) timer = setTimeout(once, everyMs);
      });
  };
  once();
  return {
    stop: async (): Promise<void> => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
