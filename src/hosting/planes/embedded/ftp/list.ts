/** One file or folder as listings show it. Links, pipes and names that cannot be asked for are not entries. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly modifiedMs: number;
  /** Device and inode, for MLSD's `unique`. */
  readonly device: number;
  readonly inode: number;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const halfYearMs = 182 * 86_400_000;

/** A line as `ls -l` prints it, which is what clients parse; times in UTC, like MLSD's. */
export function longLine(entry: Entry, nowMs: number): string {
  const mode = entry.kind === 'folder' ? 'drwxr-xr-x' : '-rw-r--r--';
  const links = entry.kind === 'folder' ? '2' : '1';
  const size = String(entry.size).padStart(12);
  return `${mode} ${links.padStart(3)} ftp      ftp      ${size} ${lsDate(entry.modifiedMs, nowMs)} ${entry.name}`;
}

/** `Mar  4 09:05` within half a year, `Mar  4  2021` otherwise. */
function lsDate(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const day = `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)}`;
  const recent = atMs > nowMs - halfYearMs && atMs <= nowMs + 86_400_000;
  return recent
    ? `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
    : `${day}  ${String(at.getUTCFullYear()).padStart(4, '0')}`;
}

/** RFC 3659 §7.5; the order in which FEAT names them. */
export const factNames = ['type', 'size', 'modify', 'perm', 'unique'] as const;
export type Fact = (typeof factNames)[number];

const factValues: Readonly<Record<Fact, (entry: Entry, writable: boolean) => string | null>> = {
  type: (entry) => (entry.kind === 'folder' ? 'dir' : 'file'),
  size: (entry) => (entry.kind === 'folder' ? null : String(entry.size)),
  modify: (entry) => stamp(entry.modifiedMs),
  perm: (entry, writable) => {
    if (entry.kind === 'folder') return writable ? 'cdeflmp' : 'el';
    return writable ? 'adfrw' : 'r';
  },
  unique: (entry) => `${entry.device.toString(16)}g${entry.inode.toString(16)}`,
};

/** `type=file;size=3;… name` (RFC 3659 §7.2). `name` may be a path (MLST answers with the whole one). */
export function factLine(entry: Entry, name: string, facts: readonly Fact[], writable: boolean): string {
  let out = '';
  for (const fact of facts) {
    const value = factValues[fact](entry, writable);
    if (value !== null) out += `${fact}=${value};`;
  }
  return `${out} ${name}`;
}

/** RFC 3659 §2.3: `YYYYMMDDHHMMSS`, UTC. */
export function stamp(atMs: number): string {
  const at = new Date(atMs);
  const year = String(at.getUTCFullYear()).padStart(4, '0');
  const date = `${year}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`;
  return `${date}${two(at.getUTCHours())}${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}`;
}

/** Epoch ms of a `YYYYMMDDHHMMSS[.fff]`; null when it is none (the 30th of February is none). */
export function parseStamp(text: string): number | null {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d{1,9})?$/.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const at = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return year! >= 1970 && stamp(at) === text.slice(0, 14) ? at : null;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Options that clients give to LIST and NLST as if it were `ls`: ncftp `-CF` and `-a`, others `-la`. */
export interface ListArgument {
  readonly options: ReadonlySet<string>;
  readonly path: string;
}

export function parseListArgument(argument: string): ListArgument {
  const options = new Set<string>();
  let path = argument;
  for (
    let match = /^-([A-Za-z0-9]+)(?: +|$)/.exec(path);
    match !== null;
    match = /^-([A-Za-z0-9]+)(?: +|$)/.exec(path)
  ) {
    for (const letter of match[1]!) options.add(letter);
    path = path.slice(match[0].length);
  }
  return { options, path };
}

export function isPattern(name: string): boolean {
  return /[*?]/.test(name);
}

/** `*` and `?` as a shell has them; time at most the product of both lengths, whatever the pattern. */
export function matches(pattern: string, name: string): boolean {
  const wanted = [...pattern];
  const given = [...name];
  let [p, n, star, resume] = [0, 0, -1, 0];
  while (n < given.length) {
    if (p < wanted.length && wanted[p] === '*') {
      star = p;
      resume = n;
      p += 1;
    } else if (p < wanted.length && (wanted[p] === '?' || wanted[p] === given[n])) {
      p += 1;
      n += 1;
    } else if (star !== -1) {
      resume += 1;
      [p, n] = [star + 1, resume];
    } else return false;
  }
  while (wanted[p] === '*') p += 1;
  return p === wanted.length;
}
