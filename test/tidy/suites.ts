import type { Check, Finding, Source } from './finding.ts';
import { imports } from './imports.ts';
import { isCode, isTest } from './place.ts';
import { type Scan, scan } from './scan.ts';

const rule = 'suites';

/** A test file asserts something, and nothing in it is switched off without saying why. */
export const suiteFindings: Check = (sources) =>
  sources
    .filter(({ path }) => isTest(path) && isCode(path))
    .flatMap((source) => [...silent(source), ...muted(source)]);

function silent(source: Source): readonly Finding[] {
  if (source.path.endsWith('.cases.ts')) return [];
  const { tokens } = scan(source);
  const asserts = tokens.some(
    ({ kind, text }, index) =>
      kind === 'word' && text === 'assert' && /^[.(]$/.test(tokens[index + 1]?.text ?? ''),
  );
  // A contract suite asserts on behalf of the adapter that is handed to it.
  const borrows = imports(source).some(({ path }) => path?.endsWith('.cases.ts') === true);
  const named = imports(source).some(
    ({ from, names }) => /^node:assert/.test(from ?? '') && names.length > 0,
  );
  if (asserts || borrows || (named && !tokens.some(({ text }) => text === 'assert'))) return [];
  const instead = 'no assertion: say with node:assert what must be so, or delete the file';
  return [{ path: source.path, line: 1, rule, instead }];
}

function muted(source: Source): readonly Finding[] {
  const { tokens, line } = scan(source);
  return tokens.flatMap((token, index) => {
    const instead = token.kind === 'word' ? fault(tokens, index) : null;
    return instead === null ? [] : [{ path: source.path, line: line(token), rule, instead }];
  });
}

const runners = new Set(['test', 'it', 'describe', 'suite']);

function fault(tokens: Scan['tokens'], index: number): string | null {
  const text = (step: number) => tokens[index + step]?.text;
  const word = text(0);
  const called = text(-1) === '.' && text(1) === '(';
  const option = text(1) === ':' && text(2) === 'true' && (text(-1) === '{' || text(-1) === ',');
  if (word === 'only' && ((called && runners.has(text(-2) ?? '')) || option)) {
    return 'only this test would run: take the "only" out';
  }
  if (word === 'todo' && ((called && (runners.has(text(-2) ?? '') || text(-2) === 't')) || option)) {
    return 'write the test or take it out';
  }
  if (word !== 'skip') return null;
  if (option || (called && runners.has(text(-2) ?? ''))) {
    return "a skipped test says why and when: t.skip('reason: …') under the condition, or needs(t, 'program')";
  }
  const reason = tokens[index + 2];
  if (!called || text(-2) !== 't' || reason?.kind === 'string' || reason?.kind === 'template') return null;
  return reason?.text === ')' ? "give the reason: t.skip('reason: …')" : null;
}
