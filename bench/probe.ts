import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Look, Looked, Order } from './look.ts';
import { cpuOf, peakOf, timed } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, cost, median, quotient, type Sample } from './rounds.ts';
import { account, startTargets, type Targets, versionOf } from './target.ts';

/** One kind of check: its blackbox module, how many a round, how many at once, and the goals of clause-row "Checks". */
interface Kind {
  readonly name: 'http' | 'https' | 'ftp' | 'ftps';
  readonly what: string;
  readonly count: number;
  readonly concurrency: number;
  readonly atMost: number;
}

const kinds: readonly Kind[] = [
  { name: 'http', what: 'web check', count: 8_000, concurrency: 50, atMost: 0.15 },
  {
    name: 'https',
    what: 'web check over TLS 1.3, certificate verified',
    count: 3_000,
    concurrency: 50,
    atMost: 0.6,
  },
  { name: 'ftp', what: 'FTP check: login and listing', count: 1_000, concurrency: 20, atMost: 0.4 },
  { name: 'ftps', what: 'FTP check under TLS, data too', count: 600, concurrency: 20, atMost: 0.75 },
];

const unit = 'CPU s/1,000';
const exporter = 'prometheus-blackbox-exporter';

export const bench: Bench = {
  name: 'probe',
  about: 'one check’s CPU beside blackbox_exporter’s and curl’s; 10,000 targets a minute from one prober',
  peers: {
    [exporter]: 'apt: prometheus-blackbox-exporter',
    vsftpd: 'apt: vsftpd',
    nginx: 'apt: nginx-light',
    curl: 'apt: curl',
  },
  run,
};

async function run(report: Report): Promise<void> {
  if (!report.has('nginx')) {
    report.note('nginx is what is probed: apt-get install nginx-light');
    return;
  }
  const targets = await startTargets(report.folder, report.has);
  const prober = startProber();
  try {
    if (targets.blackbox !== null)
      report.note(`blackbox_exporter ${versionOf(exporter, '--version')}, nginx and vsftpd are Debian’s`);
    for (const kind of kinds) {
      if (kind.name.startsWith('ftp') && targets.ftpPort === null) {
        report.note(`${kind.what}: not measured without vsftpd (apt-get install vsftpd)`);
        continue;
      }
      await compare(report, targets, prober, kind);
    }
    report.note('blackbox_exporter logs in to FTP and leaves; ours lists as well, over a second connection');
    await minute(report, targets, prober);
  } finally {
    await prober.close();
    await targets.close();
  }
}

type Ask = (order: Order) => Promise<Looked>;

/** Our prober in a process of its own: started once and warm from then on, as in service. */
function startProber(): { readonly ask: Ask; close(): Promise<void> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'look.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise((done) => child.once('exit', done));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error('the prober ended');
      return JSON.parse(value) as Looked;
    },
    close: async () => {
      child.stdin.end();
      await gone;
    },
  };
}

interface One extends Sample {
  readonly per1000: number;
}

async function compare(report: Report, targets: Targets, prober: { ask: Ask }, kind: Kind): Promise<void> {
  const count = report.quick ? 100 : kind.count;
  const looks = looksOf(targets, kind.name, 200);
  const ours = async (): Promise<One> => {
    const looked = await prober.ask({ do: 'look', looks, concurrency: kind.concurrency, count });
    allPassed(kind.what, looked);
    return { ...looked, per1000: (looked.cpuS / looked.passed) * 1000 };
  };
  const { blackbox } = targets;
  const curl =
    kind.name.startsWith('http') && report.has('curl') ? await curlFile(report, targets, kind.name) : null;
  const nothing = async (): Promise<One | null> => null;
  const ways = {
    ours,
    blackbox: blackbox === null ? nothing : () => asked(blackbox, targets, kind, count),
    curl: curl === null ? nothing : () => curled(curl, report.quick ? 1 : 4),
  };
  // Nobody's first time counts: neither compiler nor cache is warm.
  await Promise.all([ours(), ways.blackbox()]);
  const all = await alternate<keyof typeof ways, One | null>(report.rounds, ways);
  const mine = figures(all.ours);
  for (const [name, samples] of [
    ['blackbox_exporter', all.blackbox],
    ['curl, one process', all.curl],
  ] as const) {
    const theirs = figures(samples);
    const isGoal = name === 'blackbox_exporter';
    if (theirs.length === 0 && !isGoal) continue;
    report.line({
      what: kind.what,
      unit,
      ours: median(mine.map((one) => one.per1000)),
      ...cost(mine),
      peer: { name, figure: theirs.length === 0 ? null : median(theirs.map((one) => one.per1000)) },
      ...(theirs.length === 0 ? {} : { ratio: quotient(mine.map(per1000), theirs.map(per1000)) }),
      ...(isGoal ? { goal: { of: 'ratio', atMost: kind.atMost } as const } : {}),
    });
  }
  if (blackbox !== null)
    report.note(
      `${kind.what}: blackbox_exporter’s peak is ${cost(figures(all.blackbox)).peakMb.toFixed(0)} MB`,
    );
}

function per1000(one: One): number {
  return one.per1000;
}

function figures(samples: readonly (One | null)[]): readonly One[] {
  return samples.filter((one) => one !== null);
}

function allPassed(what: string, looked: Looked): void {
  if (Object.keys(looked.fails).length > 0)
    throw new Error(`${what} failed: ${JSON.stringify(looked.fails)}`);
}

function looksOf(targets: Targets, kind: Kind['name'], count: number): readonly Look[] {
  return Array.from({ length: count }, (_, i): Look => {
    const name = targets.names[i % targets.names.length]!;
    const id = `${kind} ${i}`;
    const authorities = [targets.authority];
    if (kind === 'http' || kind === 'https') {
      const port = kind === 'http' ? targets.httpPort : targets.httpsPort;
      const place = { name, names: [name], scheme: kind, port, path: '/', addresses: ['127.0.0.1'] };
      return { kind: 'web', target: { id, ...place, authorities, deadlineMs: 10_000 } };
    }
    const tls = kind === 'ftps' ? 'explicit' : 'none';
    const login = { account: account.name, password: account.password };
    const target = {
      id,
      name,
      port: targets.ftpPort!,
      tls,
      ...login,
      authorities,
      deadlineMs: 20_000,
    } as const;
    return { kind: 'ftp', target };
  });
}

/** The exporter asked over kept connections, as Prometheus does; what asking costs us is not counted. */
async function asked(
  blackbox: NonNullable<Targets['blackbox']>,
  targets: Targets,
  kind: Kind,
  count: number,
): Promise<One> {
  const agent = new Agent({ keepAlive: true, maxSockets: kind.concurrency });
  const before = cpuOf(blackbox.pid);
  const began = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count)
      await success(`http://127.0.0.1:${blackbox.port}/probe?${query(targets, kind.name, next++)}`, agent);
  };
  await Promise.all(Array.from({ length: kind.concurrency }, lane));
  const wallS = (performance.now() - began) / 1000;
  const cpuS = cpuOf(blackbox.pid) - before;
  agent.destroy();
  return { wallS, cpuS, peakMb: peakOf(blackbox.pid), per1000: (cpuS / count) * 1000 };
}

function query(targets: Targets, kind: Kind['name'], number: number): string {
  const name = targets.names[number % targets.names.length]!;
  if (kind.startsWith('ftp')) return `module=${kind}&target=127.0.0.1:${targets.ftpPort}`;
  const port = kind === 'http' ? targets.httpPort : targets.httpsPort;
  return `module=${kind}&target=${kind}://127.0.0.1:${port}/&hostname=${name}`;
}

function success(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let text = '';
      answer.setEncoding('latin1').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => {
        if (/^probe_success 1$/m.test(text)) resolve();
        else reject(new Error(`blackbox_exporter did not succeed with ${url}: ${text.slice(0, 200)}`));
      });
    }).on('error', reject);
  });
}

async function curlFile(report: Report, targets: Targets, kind: 'http' | 'https' | string): Promise<string> {
  const port = kind === 'http' ? targets.httpPort : targets.httpsPort;
  const authority = join(report.folder, 'cert.pem');
  const entries = targets.names.map(
    (name) =>
      `url = "${kind}://${name}:${port}/"\nresolve = "${name}:${port}:127.0.0.1"\nheader = "Connection: close"\noutput = /dev/null\ncacert = "${authority}"\nfail\n`,
  );
  const file = join(report.folder, `curl.${kind}`);
  await writeFile(file, entries.join('next\n'));
  return file;
}

async function curled(file: string, times: number): Promise<One> {
  let [cpuS, wallS, peakMb] = [0, 0, 0];
  for (let i = 0; i < times; i += 1) {
    const ended = await timed('curl', ['-s', '--parallel', '--parallel-max', '50', '-K', file]);
    if (ended.code !== 0) throw new Error(`curl ended with ${ended.code}: ${ended.stderr}`);
    cpuS += ended.cpuS;
    wallS += ended.wallS;
    peakMb = Math.max(peakMb, ended.peakMb);
  }
  return { cpuS, wallS, peakMb, per1000: (cpuS / (200 * times)) * 1000 };
}

/** The scheduler's own promise: every slot of 10,000 targets within one minute, a third each in the clear, under TLS, and FTP. */
async function minute(report: Report, targets: Targets, prober: { ask: Ask }): Promise<void> {
  const [count, intervalMs] = report.quick ? [300, 3_000] : [10_000, 60_000];
  const each = (['http', 'https', 'ftp'] as const).filter(
    (kind) => kind !== 'ftp' || targets.ftpPort !== null,
  );
  const lists = each.map((kind) => looksOf(targets, kind, Math.ceil(count / each.length)));
  const looks = Array.from(
    { length: count },
    (_, i) => lists[i % lists.length]![Math.floor(i / lists.length)]!,
  );
  const looked = await prober.ask({ do: 'round', looks, intervalMs });
  allPassed('the round', looked);
  const what = `${count} targets in ${intervalMs / 1000} s, ${each.join(', ')} in turn`;
  const sizes = { cpuS: looked.cpuS, peakMb: looked.peakMb };
  report.line({
    what: `${what}: slots missed`,
    unit: 'slots',
    ours: looked.missed,
    ...sizes,
    goal: { of: 'ours', atMost: 0 },
  });
  const share = looked.cpuS / (intervalMs / 1000);
  report.line({
    what: `${what}: of one core`,
    unit: 'cores',
    ours: share,
    ...sizes,
    goal: { of: 'ours', atMost: 1 },
  });
}
