import type { SecureContext } from 'node:tls';
import type { HostSpec } from '../../../spec.ts';
import type { HotFile } from './hot.ts';

/** A host as the web server holds it; replaced whole when a new spec is applied. */
export interface Site {
  readonly spec: HostSpec;
  /** The folder that is served, absolute and without links in its path. */
  readonly root: string;
  readonly secureContext: SecureContext | null;
  /** Why the scripts of its plan cannot run on this plane: they answer 503. Null: they run, or the plan has none. */
  readonly scriptless: string | null;
  /** Small files by the path asked for; see hot.ts. */
  readonly hot: Map<string, HotFile>;
}

/** All hosts by name. Adding one is a few map entries: nothing is reloaded. */
export class Sites {
  readonly #byName = new Map<string, Site>();
  readonly #byHost = new Map<string, Site>();

  /** By bound domain, lower case. */
  named(name: string): Site | undefined {
    return this.#byName.get(name);
  }

  get(host: string): Site | undefined {
    return this.#byHost.get(host);
  }

  /** Takes the place of the host's former state in one step: no request sees half of it. */
  put(site: Site): void {
    this.drop(site.spec.host);
    this.#byHost.set(site.spec.host, site);
    if (site.spec.state.kind === 'absent') return;
    for (const domain of site.spec.domains) this.#byName.set(domain, site);
  }

  drop(host: string): void {
    const site = this.#byHost.get(host);
    if (site === undefined) return;
    this.#byHost.delete(host);
    for (const domain of site.spec.domains) {
      if (this.#byName.get(domain) === site) this.#byName.delete(domain);
    }
  }

  all(): IterableIterator<Site> {
    return this.#byHost.values();
  }

  get size(): number {
    return this.#byHost.size;
  }
}
