import { type Check, lineAt } from './finding.ts';

const rule = 'words';

/** Words that admit undone work. `placeholder` is also HTML's word for the grey text in an empty field. */
const undone =
  /\b(?:todo|fixme|xxx|hack|not implemented|for now|simplified version|in a real system|(?<!::|\.)placeholder(?!\s*=|\())\b/gi;

/** What is delivered is done; what is not yet wanted is a row in a plan, not a word in the code. */
export const wordFindings: Check = (sources) =>
  sources
    .filter(({ path }) => /^(?:src|bin|\.ci|console\/src)\//.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(undone)].map(({ 0: word, index }) => {
        const instead = `"${word.toLowerCase()}": finish it, or leave it out whole and say so where work is planned`;
        return { path, line: lineAt(text, index), rule, instead };
      }),
    );
