import { join } from 'node:path';
import { probeAccount } from '../../mark.ts';
import type { HostSpec } from '../../spec.ts';
import { hostFolder, type Layout, webFolder } from './folder.ts';
import type { FtpLogin, FtpState } from './ftp/login.ts';
import type { Owners } from './owner.ts';
import type { Space } from './space.ts';

/** FTP names of all hosts, the hidden ones of our own checks included. */
export class Accounts {
  readonly #layout: Layout;
  readonly #owners: Owners;
  readonly #logins = new Map<string, FtpLogin>();
  readonly #names = new Map<string, readonly string[]>();

  constructor(layout: Layout, owners: Owners) {
    this.#layout = layout;
    this.#owners = owners;
  }

  find(name: string): FtpLogin | null {
    return this.#logins.get(name) ?? null;
  }

  /** Replaces all names of the host in one step. */
  put(spec: HostSpec, space: Space): void {
    this.drop(spec.host);
    const state = stateOf(spec);
    if (state === null) return;
    const { host } = spec;
    const tls = spec.ftp?.tls ?? 'optional';
    const web = webFolder(this.#layout, host);
    const owner = this.#owners.of(host);
    const same = { host, state, tls, folder: hostFolder(this.#layout, host), space, owner };
    const logins: [string, FtpLogin][] = (spec.ftp?.accounts ?? []).map(({ name, secret, root }) => [
      name,
      { ...same, kind: 'account', secret, root: root === '' ? web : join(web, root) },
    ]);
    logins.push([probeAccount(host), { ...same, kind: 'probe', secret: null, root: web }]);
    for (const [name, login] of logins) this.#logins.set(name, login);
    this.#names.set(
      host,
      logins.map(([name]) => name),
    );
  }

  drop(host: string): void {
    for (const name of this.#names.get(host) ?? []) this.#logins.delete(name);
    this.#names.delete(host);
  }
}

/** Null: the host is not there for anybody. */
function stateOf({ state, ftp }: HostSpec): FtpState | null {
  if (state.kind === 'absent') return null;
  if (ftp === null) return { kind: 'no-ftp' };
  if (state.kind === 'closed') return { kind: 'closed', reason: state.reason, rule: state.rule };
  return { kind: 'serving' };
}
