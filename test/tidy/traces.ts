import { type Check, lineAt } from './finding.ts';

const rule = 'traces';

const traces: readonly (readonly [RegExp, string])[] = [
  [
    /(?<![\w.@~-])\/(?:work|root)\//g,
    'a path of one machine: a path relative to the repository, an option, or a temporary directory',
  ],
  [
    /https?:\/\/(?:[\w-]+\.)*(?:registry|mirrors?|npm|pypi|artifactory|nexus|verdaccio)\.[\w.-]+/g,
    'a package registry: it belongs to the machine that installs (its own .npmrc), not to the repository',
  ],
  [/\bregistry\s*=\s*\S+/g, 'a package registry: it belongs to the machine that installs'],
  [
    /"resolved":\s*"https?:/g,
    'a lock file that names a registry: write it with omit-lockfile-registry-resolved=true',
  ],
  [
    /\bregistry\.npmjs\.org\b|\bnpmmirror\.com\b/g,
    'a package registry: it belongs to the machine that installs',
  ],
  [/_auth(?:Token)?\s*=/g, 'a credential for a registry: take it out and withdraw it'],
];

/** Nothing in the repository remembers the machine or the network that it was written on. */
export const traceFindings: Check = (sources) =>
  sources.flatMap(({ path, text }) =>
    traces.flatMap(([pattern, instead]) => {
      const relevant =
        !pattern.source.startsWith('\\bregistry\\s') || /(?:^|\/)\.(?:npmrc|yarnrc)$/.test(path);
      if (!relevant) return [];
      return [...text.matchAll(pattern)].map(({ 0: what, index }) => ({
        path,
        line: lineAt(text, index),
        rule,
        instead: `"${what}" is ${instead}`,
      }));
    }),
  );
