import type { Refusal } from '../../../../refusal.ts';

/** What the server answers to one command (RFC 959 §4.2). The last of `lines` closes a multi-line reply. */
export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
  /** The control connection ends after it. */
  readonly close: boolean;
}

export function reply(code: number, ...lines: readonly string[]): Reply {
  return { code, lines, close: false };
}

export function closing(code: number, text: string): Reply {
  return { code, lines: [text], close: true };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get out
const control = /[\u0000-\u001f\u007f]/g;

/** The bytes on the wire. Inner lines are indented, so that none can be taken for the last (RFC 2389 §3.2). */
export function wire(answer: Reply): string {
  const clean = answer.lines.map((line) => line.replace(control, '?'));
  const last = clean.length - 1;
  return clean
    .map((line, index) => {
      if (index === last) return `${answer.code} ${line}\r\n`;
      return index === 0 ? `${answer.code}-${line}\r\n` : ` ${line}\r\n`;
    })
    .join('');
}

/** RFC 959 §5.4: what each refusal of path.ts is called on the wire. */
const refusalCodes: Readonly<Record<string, number>> = {
  'ftp-name': 553,
  'ftp-path': 550,
};

export function refusedReply(refusal: Refusal): Reply {
  return reply(refusalCodes[refusal.code] ?? 550, refusal.rule);
}

/** Errors of the file system that a client can bring about, and what to tell it; anything else is ours. */
const fileErrors: Readonly<Record<string, readonly [number, string]>> = {
  ENOENT: [550, 'No such file or folder'],
  ENOTDIR: [550, 'Not a folder'],
  EISDIR: [550, 'Is a folder'],
  ELOOP: [550, 'No such file or folder'],
  ENXIO: [550, 'Not a plain file'],
  EEXIST: [550, 'Exists already'],
  ENOTEMPTY: [550, 'The folder is not empty'],
  EACCES: [550, 'Not permitted'],
  EPERM: [550, 'Not permitted'],
  EINVAL: [553, 'That name is not possible here'],
  ENAMETOOLONG: [553, 'The name is too long'],
  ENOSPC: [452, 'The server has no space left'],
  EDQUOT: [552, 'The space of this plan is used up'],
};

/** Null: not the client's doing, so the caller's to report. */
export function fileReply(error: unknown): Reply | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const known = fileErrors[error.code];
  return known === undefined ? null : reply(known[0], known[1]);
}
