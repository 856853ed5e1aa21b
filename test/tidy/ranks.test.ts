import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grounds, ranks } from './place.ts';
import { rankFindings } from './ranks.ts';

const found = (path: string, text: string) => rankFindings([{ path, text }]).map(({ instead }) => instead);

test('a file may import from its own folder and from one above it', () => {
  assert.deepEqual(found('src/hosting/host.ts', "import { a } from './spec.ts';"), []);
  assert.deepEqual(found('src/hosting/host.ts', "import { a } from '../money/amount.ts';"), []);
  assert.deepEqual(found('src/hosting/planes/embedded/web.ts', "import { a } from '../../spec.ts';"), []);
  assert.deepEqual(found('src/main.ts', "import { a } from './roles/centre.ts';"), []);
});

test('an import from a folder below is found, typed, dynamic or passed on', () => {
  for (const text of [
    "import { a } from '../measure/run.ts';",
    "import type { A } from '../measure/run.ts';",
    "export { a } from '../measure/run.ts';",
    "const { a } = await import('../measure/run.ts');",
  ]) {
    assert.match(
      found('src/hosting/host.ts', text)[0]!,
      /^hosting ranks above measure: let measure import hosting/,
    );
  }
  assert.match(found('src/cli/cli.ts', "import '../jobs.ts';")[0]!, /^cli ranks above jobs\.ts/);
});

test('the grounds are imported by shells only', () => {
  const text = "import type { Clock } from '../clock.ts';";
  assert.deepEqual(found('src/measure/flow.ts', text), []);
  assert.deepEqual(found('src/measure/probes/web.ts', "import type { Clock } from '../../clock.ts';"), []);
  assert.deepEqual(found('src/measure/run.test.ts', text), []);
  assert.match(found('src/measure/run.ts', text)[0]!, /is for shells/);
  assert.match(found('src/measure/run.ts', "import { b } from '../db/outbox.ts';")[0]!, /is for shells/);
});

test('a tables.ts shares the kinds of columns and nothing else of the grounds', () => {
  assert.deepEqual(found('src/desk/tables.ts', "import { instant } from '../db/columns.ts';"), []);
  assert.match(found('src/desk/tables.ts', "import { outbox } from '../db/outbox.ts';")[0]!, /is for shells/);
});

test('the grounds know nothing of the domain', () => {
  assert.deepEqual(
    found('src/db/outbox.ts', "import { refuse } from '../refusal.ts'; import '../clock.ts';"),
    [],
  );
  assert.match(
    found('src/db/outbox.ts', "import { t } from '../desk/tables.ts';")[0]!,
    /nothing of the domain/,
  );
  assert.match(found('src/wire/link.ts', "import '../hosting/spec.ts';")[0]!, /nothing of the domain/);
});

test('a folder without a rank is found, and so is an import that cannot be read', () => {
  assert.match(found('src/extras/box.ts', '')[0]!, /src\/extras has no rank/);
  assert.match(found('src/hosting/host.ts', 'await import(where);')[0]!, /cannot be checked/);
});

test('only tests reach out of src', () => {
  const text = "import { needs } from '../../test/needs.ts';";
  assert.deepEqual(found('src/hosting/host.test.ts', text), []);
  assert.match(found('src/hosting/host.ts', text)[0]!, /src\/ does not know test\/needs\.ts/);
});

test('the tree in the architecture page and the ranks say the same', () => {
  const line = (name: string) => `  ${name.includes('.') ? name : `${name}/`}   what it is`;
  const tree = ['bin/hostpledge', 'src/', ...[...ranks, ...grounds].map(line), 'console/'];
  assert.deepEqual(found('docs/architecture.md', tree.join('\n')), []);
  const swapped = tree.with(2, tree[3]!).with(3, tree[2]!);
  assert.match(found('docs/architecture.md', swapped.join('\n'))[0]!, /says money where .* says timeline/);
  assert.match(
    found('docs/architecture.md', tree.toSpliced(-2, 1).join('\n'))[0]!,
    /says nothing where .* config/,
  );
});
