import type { Check, Finding, Source } from './finding.ts';
import { imports } from './imports.ts';
import { isSource } from './place.ts';
import { type Scan, scan } from './scan.ts';

const rule = 'shells';
const direct = 'spawn the program itself with an array of arguments (node:child_process spawn or execFile)';
const shell = /^(?:.*[/\\])?(?:sh|bash|dash|zsh|ksh|ash|cmd|cmd\.exe|powershell|powershell\.exe|pwsh)$/;
const starters = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork']);

/** No command line is ever put together for a shell to take apart: what a customer typed would be run. */
export const shellFindings: Check = (sources) =>
  sources.filter(({ path }) => isSource(path)).flatMap(fileFindings);

function fileFindings(source: Source): readonly Finding[] {
  const { tokens, line } = scan(source);
  const made: Finding[] = [];
  for (const one of imports(source)) {
    const shelled = one.names.filter((name) => name === 'exec' || name === 'execSync');
    if (!/^(?:node:)?child_process$/.test(one.from ?? '') || shelled.length === 0) continue;
    made.push({
      path: source.path,
      line: one.line,
      rule,
      instead: `${shelled.join(', ')} runs a shell: ${direct}`,
    });
  }
  for (const [index, token] of tokens.entries()) {
    const instead = token.kind === 'word' ? fault(tokens, index) : null;
    if (instead !== null) made.push({ path: source.path, line: line(token), rule, instead });
  }
  return made;
}

function fault(tokens: Scan['tokens'], index: number): string | null {
  const text = (step: number) => tokens[index + step]?.text;
  const name = text(0)!;
  if (name === 'shell' && text(1) === ':' && text(2) !== 'false' && isOption(tokens, index)) {
    return `the option "shell" runs one: ${direct}`;
  }
  if (text(1) !== '(') return null;
  if (name === 'exec' || name === 'execSync') {
    // `pattern.exec(text)` and a database's `exec(sql)` are methods; child_process has no other method name.
    const module = text(-1) === '.' && /^(?:child_process|childProcess|cp)$/.test(text(-2) ?? '');
    const bare = text(-1) !== '.' && text(-1) !== '?.' && text(-1) !== 'function' && text(-1) !== 'async';
    return (module || bare) && !isMethod(tokens, index) ? `${name}( runs a shell: ${direct}` : null;
  }
  const first = tokens[index + 2];
  if (!starters.has(name) || first?.kind !== 'string' || !shell.test(first.text)) return null;
  return `${name}('${first.text}') runs a shell: ${direct}`;
}

/** `{ shell: value }`, not `shell: string` in a type or a parameter. */
function isOption(tokens: Scan['tokens'], index: number): boolean {
  const value = tokens[index + 2];
  return value?.text === 'true' || value?.kind === 'string' || value?.text === 'process';
}

/** `exec(sql: string): …` declares a method rather than calling a function. */
function isMethod(tokens: Scan['tokens'], index: number): boolean {
  return tokens[index + 2]?.kind === 'word' && tokens[index + 3]?.text === ':';
}
