import type { Check, Finding, Source } from './finding.ts';
import { isSource, isTest } from './place.ts';
import { type Scan, scan } from './scan.ts';

const rule = 'transactions';

/**
 * A store works inside the transaction that its flow began: its exported functions take `tx: Tx` first and
 * know no database of their own; inside a transaction's callback only `tx` is used, for what went past it
 * would be kept when the rest is rolled back (and with one connection would wait for itself for ever).
 */
export const transactionFindings: Check = (sources) =>
  sources
    .filter(({ path }) => isSource(path) && !isTest(path))
    .flatMap((source) => [
      ...(/^src\/[a-z0-9]+\/store\.ts$/.test(source.path) ? storeFindings(source) : []),
      ...callbackFindings(source),
    ]);

function storeFindings(source: Source): readonly Finding[] {
  const { tokens, line } = scan(source);
  const made: Finding[] = [];
  const add = (at: number, instead: string) =>
    made.push({ path: source.path, line: line(tokens[at]!), rule, instead });
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'word') continue;
    const open = text === 'export' ? parametersAfter(tokens, index) : -1;
    const takesTx =
      open === -1 || ['tx', ':', 'Tx'].every((want, step) => tokens[open + 1 + step]?.text === want);
    if (!takesTx)
      add(index, 'an exported function of a store takes `tx: Tx` first; the flow begins the transaction');
    const before = tokens[index - 1]?.text;
    if ((text === 'database' || text === 'pool') && before !== '.' && tokens[index + 1]?.text !== ':') {
      add(index, `a store knows no ${text}: use the tx it was handed`);
    }
    if (text === 'transaction' && tokens[index + 1]?.text === '(') {
      add(index, 'a store begins no transaction: the flow does, and hands the tx in');
    }
  }
  return made;
}

/** The `(` of an exported function's parameters, else -1. */
function parametersAfter(tokens: Scan['tokens'], index: number): number {
  const text = (step: number) => tokens[index + step]?.text;
  let at = index + 1;
  if (text(1) === 'const' && text(3) === '=') at = index + 4;
  const isArrow = at !== index + 1;
  if (tokens[at]?.text === 'async') at += 1;
  const declared = tokens[at]?.text === 'function';
  if (declared) at += tokens[at + 1]?.text === '*' ? 2 : 1;
  if (!declared && !isArrow) return -1;
  if (declared && tokens[at]?.kind === 'word') at += 1;
  for (let depth = 0; tokens[at]?.text === '<' || depth > 0; at += 1) {
    depth += tokens[at]?.text === '<' ? 1 : tokens[at]?.text === '>' ? -1 : 0;
    if (at >= tokens.length) return -1;
  }
  return tokens[at]?.text === '(' ? at : -1;
}

/** `database.transaction(async (tx) => …)` or `transaction(database, async (tx) => …)` */
function callbackFindings(source: Source): readonly Finding[] {
  const { tokens, partner, line } = scan(source);
  const made: Finding[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    const end = partner[index + 1] ?? -1;
    if (kind !== 'word' || text !== 'transaction' || tokens[index + 1]?.text !== '(' || end === -1) continue;
    const arrow = tokens.findIndex((token, at) => at > index && at < end && token.text === '=>');
    if (arrow === -1) continue;
    const own = parameters(tokens, partner, arrow);
    const owner = tokens[index - 1]?.text === '.' ? tokens[index - 2]?.text : tokens[index + 2]?.text;
    // `world.database.transaction(…)`: then `world.database` is what must not be used again.
    const ownerDotted = tokens[index - 1]?.text === '.' && tokens[index - 3]?.text === '.';
    const names = ['db', 'database', 'pool', ...(owner === undefined ? [] : [owner])];
    const outer = new Set(names.filter((name) => !own.has(name)));
    for (let at = arrow + 1; at < end; at += 1) {
      const token = tokens[at]!;
      const dotted = tokens[at - 1]!.text === '.' || tokens[at - 1]!.text === '?.';
      const member = (dotted && !(ownerDotted && token.text === owner)) || tokens[at + 1]?.text === ':';
      if (token.kind !== 'word' || member || !outer.has(token.text)) continue;
      const instead = `inside the transaction use ${[...own][0] ?? 'tx'}: what goes past it through ${token.text} is not rolled back, and waits for ever where there is one connection`;
      made.push({ path: source.path, line: line(token), rule, instead });
    }
  }
  return made;
}

function parameters(tokens: Scan['tokens'], partner: Scan['partner'], arrow: number): ReadonlySet<string> {
  const before = tokens[arrow - 1]!;
  if (before.kind === 'word') return new Set([before.text]);
  const open = partner[arrow - 1] ?? -1;
  return new Set(open === -1 ? [] : [tokens[open + 1]?.text ?? '']);
}
