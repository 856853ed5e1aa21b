import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefusal } from '../../../refusal.ts';
import type { HostSpec } from '../../spec.ts';
import { parseSpec } from './shape.ts';

/** The last good spec of each host, so that a restart serves at once and without the centre. Holds keys and secrets: 0600. */
export interface AppliedSpecs {
  load(): Promise<{ readonly specs: readonly HostSpec[]; readonly broken: readonly Broken[] }>;
  /** On disk when it resolves, and never half. */
  save(spec: HostSpec): Promise<void>;
  forget(host: string): Promise<void>;
}

/** A file that is no spec any more; its host stays down alone until it is applied again. */
export interface Broken {
  readonly host: string;
  readonly reason: string;
}

export async function openApplied(folder: string): Promise<AppliedSpecs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    load: async () => {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
      const specs: HostSpec[] = [];
      const broken: Broken[] = [];
      for (const name of names) {
        const read = await readSpec(join(folder, name));
        const host = name.slice(0, -5);
        if (typeof read === 'string') broken.push({ host, reason: read });
        else if (read.host !== host) broken.push({ host, reason: `the file holds ${read.host}` });
        else specs.push(read);
      }
      return { specs, broken };
    },
    save: async (spec) => {
      const path = join(folder, `${spec.host}.json`);
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(spec));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
    forget: (host) => rm(join(folder, `${host}.json`), { force: true }),
  };
}

async function readSpec(path: string): Promise<HostSpec | string> {
  try {
    const spec = parseSpec(JSON.parse(await readFile(path, 'utf8')));
    return isRefusal(spec) ? `${spec.path}: ${spec.rule}` : spec;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
