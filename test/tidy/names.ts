import type { Check, Finding } from './finding.ts';
import { isCode } from './place.ts';

const rule = 'names';
const nothing = new Set(
  'util utils helper helpers common misc type types manager managers service services index'.split(' '),
);
/** Published editions are named by their month. */
const edition = /^src\/terms\/editions\/\d{4}-\d{2}(?:\.test)?\.ts$/;

/** Folders and files carry one lower-case noun; a noun that says nothing is refused. */
export const nameFindings: Check = (sources) => {
  const made = new Map<string, Finding>();
  for (const { path } of sources) {
    if (!applies(path)) continue;
    for (const [key, instead] of faults(path)) made.set(key, { path, line: 1, rule, instead });
  }
  return [...made.values()];
};

function applies(path: string): boolean {
  if (path.startsWith('src/db/migrations/') || edition.test(path)) return false;
  if (path.startsWith('console/src/')) return true;
  return path.startsWith('src/') || (/^(?:test|bench|bin|\.ci)\//.test(path) && isCode(path));
}

/** By the path of the folder or file at fault, so that a folder is named once. */
function faults(path: string): readonly (readonly [string, string])[] {
  const parts = path.split('/');
  const file = parts.at(-1)!;
  const stem = /\.ts$/.test(file)
    ? file.replace(/(?:\.test|\.cases|\.d)?\.ts$/, '')
    : file.replace(/\.[^.]+$/, '');
  const stems = [...parts.slice(1, -1), stem];
  return stems.flatMap((name, index) => {
    const instead = fault(name);
    return instead === null ? [] : [[parts.slice(0, index + 2).join('/'), instead] as const];
  });
}

function fault(name: string): string | null {
  if (nothing.has(name)) return `"${name}" says nothing: name it after the noun it is about (GLOSSARY.md)`;
  if (/^[a-z][a-z0-9]*$/.test(name)) return null;
  return `"${name}" is not one lower-case word: pick the one noun, or split the file; only .test.ts and .cases.ts follow it`;
}
