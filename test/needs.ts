import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * Whether the Debian programs a test uses are here (PATH and /usr/sbin). If not, the test is skipped with the
 * reason and must return; under CI=true, where `bin/prepare.mjs --system` has installed them, it fails instead.
 */
export function needs(t: TestContext, ...programs: string[]): boolean {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return true;
  const reason = `reason: not installed here: ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  t.skip(reason);
  return false;
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].filter(
    (folder) => folder !== '',
  );
  const candidates = program.includes('/') ? [program] : folders.map((folder) => join(folder, program));
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
