import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Check, worded } from './tidy/finding.ts';
import { glossaryFindings } from './tidy/glossary.ts';
import { idiomFindings } from './tidy/idioms.ts';
import { linkFindings } from './tidy/links.ts';
import { nameFindings } from './tidy/names.ts';
import { purityFindings } from './tidy/purity.ts';
import { rankFindings } from './tidy/ranks.ts';
import { shellFindings } from './tidy/shells.ts';
import { sizeFindings } from './tidy/sizes.ts';
import { suiteFindings } from './tidy/suites.ts';
import { tableFindings } from './tidy/tables.ts';
import { traceFindings } from './tidy/traces.ts';
import { transactionFindings } from './tidy/transactions.ts';
import { readTree } from './tidy/tree.ts';
import { wordFindings } from './tidy/words.ts';

/** The house rules (docs/style.md, docs/architecture.md) as a test. One more rule is one file in tidy/ and one row here. */
const checks: Readonly<Record<string, Check>> = {
  'a file imports from its own folder or from one above it': rankFindings,
  'outside shells nothing touches disk, network, clock or chance': purityFindings,
  'files and functions stay small': sizeFindings,
  'folders and files are named by one noun': nameFindings,
  'nothing is re-exported, cast twice, muted or of any type': idiomFindings,
  'nothing is left undone': wordFindings,
  'each table belongs to one store': tableFindings,
  'a store works in the transaction it is handed': transactionFindings,
  'no command line is given to a shell': shellFindings,
  'the repository remembers no machine and no registry': traceFindings,
  'links in pages lead somewhere': linkFindings,
  'folders and tables are words of the glossary': glossaryFindings,
  'tests assert, and none is switched off without a reason': suiteFindings,
};

const sources = readTree(join(import.meta.dirname, '..'));

for (const [name, check] of Object.entries(checks)) {
  test(name, () => {
    const findings = worded(check(sources));
    assert.ok(findings === '', `\n${findings}`);
  });
}
