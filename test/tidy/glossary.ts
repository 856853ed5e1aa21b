import type { Check, Source } from './finding.ts';
import { unitOf } from './place.ts';
import { tablesOf } from './tables.ts';

const rule = 'glossary';

/** Every folder of `src/` and every table is a word of the agreement or of this product: GLOSSARY.md has it. */
export const glossaryFindings: Check = (sources) => {
  const glossary = sources.find(({ path }) => path === 'GLOSSARY.md');
  if (glossary === undefined) return [];
  const text = glossary.text.toLowerCase();
  const missing = (name: string) =>
    !forms(name).some((form) => new RegExp(`(?<![a-z])${form}(?![a-z])`).test(text));
  const folders = foldersOf(sources)
    .filter(missing)
    .map((name) => ({
      path: glossary.path,
      line: 1,
      rule,
      instead: `add the word of the folder src/${name}`,
    }));
  const tables = tablesOf(sources)
    .filter(({ name }) => missing(name))
    .map(({ name, path, line }) => ({
      path,
      line,
      rule,
      instead: `table ${name} is no word of GLOSSARY.md: use the word it has, or add this one in both languages`,
    }));
  return [...folders, ...tables];
};

function foldersOf(sources: readonly Source[]): readonly string[] {
  const units = sources
    .map(({ path }) => unitOf(path))
    .filter((unit) => unit !== null && !unit.includes('.'));
  return [...new Set(units as string[])];
}

/** A table is a plural (`login_attempts`), a glossary's entry mostly one of them ("login attempt"). */
function forms(name: string): readonly string[] {
  const spoken = name.replaceAll('_', ' ');
  return [
    name,
    spoken,
    spoken.replace(/ies$/, 'y'),
    spoken.replace(/(?<=ss|x|ch|sh)es$/, ''),
    spoken.replace(/s$/, ''),
  ];
}
