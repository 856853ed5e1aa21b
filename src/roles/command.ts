import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Shell } from '../cli/command.ts';
import { refused } from '../cli/evaluate.ts';
import { realClock } from '../clock.ts';
import { type Config, parseConfig } from '../config.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { prepareControl } from '../wire/control.ts';
import { type Held, takeFolder } from '../wire/lock.ts';
import { readRestoring } from '../wire/restoring.ts';
import { readLogins, type SampleLogins } from './logins.ts';
import { type AllFacts, Supervisor } from './supervisor.ts';

/** `hostpledge serve` and `hostpledge start` (the same with samples): runs until SIGTERM or Ctrl-C. */
export async function startCommand(samples: boolean, args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseConfig(args, shell.env);
  if (isRefusal(parsed)) return refused(shell, parsed);
  const config: Config = { ...parsed, data: resolve(parsed.data) };
  const held = await take(config.data);
  if (isRefusal(held)) return refused(shell, held);
  const restoring = await readRestoring(config.data);
  if (restoring !== null) {
    held.release();
    const rule = `a whole folder: restoring ${restoring.backup} to it did not come to its end; run that again`;
    return refused(shell, refuse('restore-unfinished', config.data, rule));
  }
  const control = await prepareControl(config.data);
  shell.out(`Hostpledge 启动中 / starting: ${config.data}\n`);
  if (config.database === null) shell.out(`${embeddedWarning}\n`);
  const supervisor = new Supervisor({ config, control: control.path, samples }, (text) =>
    shell.err(`${text}\n`),
  );
  const ended = endedBySignal();
  let code = 0;
  try {
    const facts = await Promise.race([supervisor.ready, ended]);
    if (facts !== null) {
      held.publish(control.path);
      const ready = await describe(config, facts, samples);
      if (config.readyFile !== null)
        await writeWhole(config.readyFile, `${JSON.stringify(ready, null, 1)}\n`);
      shell.out(welcome(ready));
      await ended;
    }
  } catch (error) {
    code = refused(shell, refuse('start-failed', '', error instanceof Error ? error.message : String(error)));
  }
  await supervisor.stop();
  await control.close();
  held.release();
  return code;
}

/** The data folder as ours alone, made when missing; refused when another has it, or when it cannot be written. */
async function take(data: string): Promise<Held | Refusal> {
  try {
    await mkdir(data, { recursive: true });
    // As root, scripts run under uids of their own: they pass through the folder, and see nothing of it.
    await chmod(data, process.getuid?.() === 0 ? 0o711 : 0o700);
    return takeFolder(data, realClock.now());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse('data-folder-unusable', '--data', `a folder that can be written: ${why}`);
  }
}

const embeddedWarning =
  '内置数据库：进程被杀不丢数据，断电可能丢；正式使用请设 HOSTPLEDGE_DATABASE=postgres://…\n' +
  'Embedded database: survives a killed process, not a power cut; for production set HOSTPLEDGE_DATABASE=postgres://…';

/** Resolves (to null) at the first signal; a second one ends at once. */
function endedBySignal(): Promise<null> {
  return new Promise((done) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked && signal === 'SIGINT') process.exit(130);
        asked = true;
        done(null);
      });
    }
  });
}

/** What `--ready-file` holds. */
export interface Ready {
  readonly pid: number;
  readonly data: string;
  readonly site: string;
  readonly hosts: { readonly http: string; readonly https: string | null; readonly ftp: string };
  /** The one-time link of the set-up; null once that is done. */
  readonly setup: string | null;
  readonly demo: { readonly url: string; readonly ftp: SampleLogins } | null;
}

async function describe(config: Config, facts: AllFacts, samples: boolean): Promise<Ready> {
  const { address, hostsPort, hostsTlsPort, ftpPort } = facts.plane;
  const logins = samples ? await readLogins(config.data) : null;
  return {
    pid: process.pid,
    data: config.data,
    site: String(facts.centre['site']),
    setup: String(facts.centre['setup'] ?? '') || null,
    hosts: {
      http: `http://${address}:${hostsPort}`,
      https: hostsTlsPort === 0 ? null : `https://${address}:${hostsTlsPort}`,
      ftp: `ftp://${address}:${ftpPort}`,
    },
    demo: logins === null ? null : { url: `http://${logins.domain}:${hostsPort}/`, ftp: logins },
  };
}

function welcome(ready: Ready): string {
  const lines = [
    '',
    `  公开页面 / public page   ${ready.site}`,
    `  虚拟主机 / hosts         ${ready.hosts.http}  ${ready.hosts.https ?? ''}`,
    `  FTP                      ${ready.hosts.ftp}`,
  ];
  if (ready.setup !== null) {
    lines.push('', '  首次设置（链接只能用一次）/ first set-up (the link works once):', `  ${ready.setup}`);
  }
  if (ready.demo !== null) {
    const { url, ftp } = ready.demo;
    const port = new URL(ready.hosts.ftp).port;
    const host = new URL(ready.hosts.ftp).hostname;
    lines.push(
      `  示例主机 / demo host     ${url}`,
      `  示例 FTP / sample login  ${ftp.account}  ${ftp.password}`,
      ...people(ready.site, ftp.people),
      '',
      '  三件可试的事 / three things to try:',
      `  1. 打开公开页面，看示例主机这个月的承诺 / open ${ready.site}`,
      `  2. 上传一个页面 / upload a page: curl -T index.html ftp://${ftp.account}:${ftp.password}@${host}:${port}/`,
      `  3. 让一项承诺失守，看它被记录、判定、赔付 / break a promise: bin/hostpledge drill web-down --for 3m --data ${ready.data}`,
    );
  }
  return `${lines.join('\n')}\n\n`;
}

/** The logins of people; staff's codes are on the sign-in page, since they change. */
function people(site: string, logins: SampleLogins['people']): readonly string[] {
  if (logins === null) return [];
  // By its name: passkeys are bound to a name and want one, not a number.
  const named = site.replace('//127.0.0.1:', '//localhost:');
  return [
    `  控制台 / console         ${named}/console/`,
    '  示例账号 / sample users  owner@sample.example  ops@sample.example',
    '                           li@customer.example  chen@customer.example',
    `  密码 / password          ${logins.password}`,
    '                           管理人员的动态码在登录页上 / codes for staff are on the sign-in page',
  ];
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
