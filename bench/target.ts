import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testCertificate } from '../test/certificate.ts';

/** What is probed, and the blackbox_exporter that probes it beside us: Debian's own programs, on loopback. */
export interface Targets {
  readonly names: readonly string[];
  /** PEM that vouches for itself. */
  readonly authority: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Null: the program is not here. */
  readonly ftpPort: number | null;
  readonly blackbox: { readonly port: number; readonly pid: number } | null;
  close(): Promise<void>;
}

export const hosts = 200;
export const account = { name: 'anonymous', password: 'probe@example.test' };

/** Starts nginx, and where they are here vsftpd and blackbox_exporter, below `folder`. */
export async function startTargets(folder: string, has: (program: string) => boolean): Promise<Targets> {
  await chmod(folder, 0o755);
  const [httpPort, httpsPort, ftpPort, blackboxPort] = await Promise.all([free(), free(), free(), free()]);
  const names = Array.from({ length: hosts }, (_, i) => `h${i}.peers.localhost`);
  const { cert, key } = await testCertificate({ names: ['*.peers.localhost', '127.0.0.1'] });
  await writeFile(join(folder, 'cert.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key);
  const running: ChildProcess[] = [];
  const start = async (program: string, args: readonly string[], port: number): Promise<number> => {
    const child = spawn(program, args, { stdio: 'ignore' });
    running.push(child);
    await listening(program, port);
    return child.pid!;
  };
  await start('nginx', ['-p', folder, '-c', await nginxFile(folder, names, httpPort, httpsPort)], httpPort);
  const withFtp = has('vsftpd');
  if (withFtp) await start('vsftpd', [await vsftpdFile(folder, ftpPort)], ftpPort);
  const exporter = 'prometheus-blackbox-exporter';
  let blackbox: Targets['blackbox'] = null;
  if (has(exporter)) {
    const file = await blackboxFile(folder);
    const address = `--web.listen-address=127.0.0.1:${blackboxPort}`;
    const pid = await start(exporter, [`--config.file=${file}`, address, '--log.level=error'], blackboxPort);
    blackbox = { port: blackboxPort, pid };
  }
  return {
    names,
    authority: cert,
    httpPort,
    httpsPort,
    ftpPort: withFtp ? ftpPort : null,
    blackbox,
    close: async () => {
      await Promise.all(running.map(ended));
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

async function nginxFile(
  folder: string,
  names: readonly string[],
  httpPort: number,
  httpsPort: number,
): Promise<string> {
  const page = '<!doctype html><title>a page</title>'.padEnd(1000, 'x');
  for (const name of names) {
    await mkdir(join(folder, 'www', name), { recursive: true });
    await writeFile(join(folder, 'www', name, 'index.html'), page);
  }
  const sites = names.map(
    (name) =>
      `server { listen 127.0.0.1:${httpPort}; listen 127.0.0.1:${httpsPort} ssl; server_name ${name}; root ${folder}/www/${name}; }`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${folder}/${one};`,
  );
  const text = `worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log; daemon off;
events { worker_connections 4096; }
http { access_log off; types { text/html html; } server_names_hash_bucket_size 128; server_names_hash_max_size 4096;
${temporary.join(' ')}
ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; ssl_protocols TLSv1.3;
${sites.join('\n')} }
`;
  return written(folder, 'nginx.conf', text);
}

/** Anonymous, because no account of this machine is to be made for a measurement. Data under TLS must resume the session. */
async function vsftpdFile(folder: string, port: number): Promise<string> {
  await mkdir(join(folder, 'ftp'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'ftp', 'index.html'), 'a page');
  await chmod(join(folder, 'ftp'), 0o555);
  const settings = {
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: port,
    background: 'NO',
    anonymous_enable: 'YES',
    local_enable: 'NO',
    ftp_username: 'www-data',
    anon_root: join(folder, 'ftp'),
    secure_chroot_dir: join(folder, 'empty'),
    xferlog_enable: 'NO',
    ssl_enable: 'YES',
    allow_anon_ssl: 'YES',
    force_anon_logins_ssl: 'NO',
    force_anon_data_ssl: 'NO',
    force_local_logins_ssl: 'NO',
    force_local_data_ssl: 'NO',
    ssl_tlsv1: 'YES',
    ssl_ciphers: 'HIGH',
    require_ssl_reuse: 'YES',
    rsa_cert_file: join(folder, 'cert.pem'),
    rsa_private_key_file: join(folder, 'key.pem'),
    seccomp_sandbox: 'NO',
    max_clients: 0,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return written(folder, 'vsftpd.conf', lines.join(''));
}

/** Modules `http`, `https` (certificate verified), `ftp`, `ftps`: a login and QUIT; it cannot list. */
function blackboxFile(folder: string): Promise<string> {
  const login = [
    { expect: '^331', send: `USER ${account.name}` },
    { expect: '^230', send: `PASS ${account.password}` },
    { expect: '^221', send: 'QUIT' },
  ].flatMap(({ expect, send }) => [{ send: `${send}\r` }, { expect }]);
  const tls = { ca_file: join(folder, 'cert.pem') };
  const web = { prober: 'http', timeout: '5s' };
  const ftp = { prober: 'tcp', timeout: '5s' };
  const start = [{ expect: '^220' }, { send: 'AUTH TLS\r' }, { expect: '^234' }, { starttls: true }];
  const modules = {
    http: { ...web, http: { preferred_ip_protocol: 'ip4' } },
    https: { ...web, http: { preferred_ip_protocol: 'ip4', tls_config: tls } },
    ftp: { ...ftp, tcp: { preferred_ip_protocol: 'ip4', query_response: [start[0], ...login] } },
    ftps: {
      ...ftp,
      tcp: {
        preferred_ip_protocol: 'ip4',
        tls_config: { ...tls, server_name: 'h0.peers.localhost' },
        query_response: [...start, ...login],
      },
    },
  };
  // JSON is YAML.
  return written(folder, 'blackbox.yml', JSON.stringify({ modules }));
}

async function written(folder: string, name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function free(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function listening(program: string, port: number): Promise<void> {
  for (let tried = 0; tried < 100; tried += 1) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true));
      socket.on('error', () => done(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await delay(100);
  }
  throw new Error(`${program} does not listen on ${port}`);
}

/** What `program --version` says of itself, for the notes; empty when it says nothing. */
export function versionOf(program: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? '';
}
