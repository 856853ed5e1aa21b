import { posix } from 'node:path';
import { type Check, type Finding, lineAt, type Source } from './finding.ts';

const rule = 'links';
const link = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;

/** A link in a page leads to a file or folder of the repository that is there, and to a heading that it has. */
export const linkFindings: Check = (sources) => {
  const pages = new Map(sources.map((source) => [source.path, source]));
  const folders = new Set(sources.flatMap(({ path }) => above(path)));
  return sources
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap((source) => pageFindings(source, pages, folders));
};

function pageFindings(
  source: Source,
  pages: ReadonlyMap<string, Source>,
  folders: ReadonlySet<string>,
): readonly Finding[] {
  const prose = source.text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, ' '));
  return [...prose.matchAll(link)].flatMap(({ 1: target = '', index }) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
    const [file = '', heading] = target.split('#');
    const path =
      file === ''
        ? source.path
        : posix.join(posix.dirname(source.path), decodeURIComponent(file)).replace(/\/$/, '');
    const page = pages.get(path);
    const fault =
      page === undefined && !folders.has(path)
        ? `${target} leads nowhere: mend the path or write the page`
        : heading !== undefined && page?.path.endsWith('.md') && !headings(page.text).has(heading)
          ? `${target}: the page has no such heading; mend the part after #`
          : null;
    return fault === null
      ? []
      : [{ path: source.path, line: lineAt(source.text, index), rule, instead: fault }];
  });
}

function above(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** As GitHub names them: lower case, spaces to hyphens, punctuation gone. */
function headings(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(({ 1: title = '' }) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
  return new Set(names);
}
