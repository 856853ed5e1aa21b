import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { probeAccount, probePassword } from '../../src/hosting/mark.ts';
import type { HostSpec } from '../../src/hosting/spec.ts';
import { probeFtp } from '../../src/measure/probes/ftp.ts';
import { probeWeb } from '../../src/measure/probes/web.ts';
import { realWorld } from '../../src/measure/probes/world.ts';
import type { Reading } from '../../src/measure/reading.ts';

/** An embedded plane in a process of its own, so that its memory and its descriptors can be looked at and limited. */
export interface FarPlane {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly httpPort: number;
  readonly ftpPort: number;
  /** What it said on its error channel. */
  said(): string;
  /** Resident memory in MB after a collection that it is asked for. */
  memoryMb(): Promise<number>;
  /** Open descriptors and threads are asked for at /proc by their pid. */
  readonly pid: number;
}

const key = Buffer.alloc(32, 7);
const module = new URL('../../src/hosting/planes/embedded/embedded.ts', import.meta.url).href;

export async function startFar(t: TestContext, folder: string, spec: HostSpec): Promise<FarPlane> {
  const code = `import { startEmbedded } from ${JSON.stringify(module)};
    const plane = await startEmbedded({ folder: ${JSON.stringify(folder)}, address: '127.0.0.1', httpPort: 0,
      httpsPort: null, ftpPort: 0, probeKey: Buffer.alloc(32, 7), now: () => Date.now(),
      onError: (error) => console.error(String(error)) });
    await plane.apply(${JSON.stringify(spec)});
    process.on('SIGUSR2', () => gc());
    const { web, ftp } = plane.health();
    console.log(JSON.stringify([web.http.port, ftp.port]));`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [bytes] = await once(child.stdout, 'data');
  const [httpPort, ftpPort] = JSON.parse(String(bytes)) as [number, number];
  const pid = child.pid!;
  const memoryMb = async () => {
    child.kill('SIGUSR2');
    await delay(300);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
  };
  return { child, folder, httpPort, ftpPort, said: () => said, memoryMb, pid };
}

/** Our own checks of the host, as the prober makes them. */
export async function lookAt(
  plane: FarPlane,
  spec: HostSpec,
): Promise<readonly [web: Reading, ftp: Reading]> {
  const world = realWorld({ clock: { now: Date.now } });
  const names = spec.domains;
  const { host } = spec;
  return Promise.all([
    probeWeb(
      {
        id: `web:${host}`,
        name: names[0]!,
        names,
        scheme: 'http',
        port: plane.httpPort,
        path: '/',
        addresses: ['127.0.0.1'],
        authorities: [],
        key,
        deadlineMs: 10_000,
      },
      world,
    ),
    probeFtp(
      {
        id: `ftp:${host}`,
        name: '127.0.0.1',
        port: plane.ftpPort,
        tls: 'none',
        account: probeAccount(host),
        password: probePassword(key, host, Date.now()),
        authorities: [],
        deadlineMs: 20_000,
      },
      world,
    ),
  ]);
}
