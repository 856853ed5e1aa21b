import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFindings } from './tables.ts';

const tickets = { path: 'src/desk/tables.ts', text: "export const tickets = pgTable('tickets', {});" };
const outbox = { path: 'src/db/outbox.ts', text: "export const outbox = pgTable('outbox', {});" };
const found = (path: string, text: string) =>
  tableFindings([tickets, outbox, { path, text }]).map(({ instead }) => instead);

test('the store beside a tables.ts uses it, with the mapper or in SQL', () => {
  const text = `import { tickets } from './tables.ts';
    const rows = sql\`select * from tickets t join tickets u on u.id = t.id\`;`;
  assert.deepEqual(found('src/desk/store.ts', text), []);
  assert.deepEqual(found('src/db/outbox.ts', "import { outbox } from './tables.ts';"), []);
  assert.deepEqual(found('src/db/relay.ts', 'sql`delete from outbox`'), []);
});

test('nobody else imports a tables.ts, not even its own folder', () => {
  for (const path of ['src/desk/flow.ts', 'src/desk/ticket.ts', 'src/notice/store.ts', 'src/api/desk.ts']) {
    const from = path.startsWith('src/desk/') ? './tables.ts' : '../desk/tables.ts';
    assert.match(found(path, `import { tickets } from '${from}';`)[0]!, /belongs to src\/desk\/store\.ts/);
  }
});

test('the tables of db are for db', () => {
  const text = "import { outbox } from '../db/tables.ts';";
  assert.match(found('src/desk/store.ts', text)[0]!, /belongs to the files of src\/db/);
});

test("SQL that names another folder's table is found", () => {
  for (const statement of [
    'select count(*) from tickets',
    'select 1 from hosts h left join tickets t on true',
    'insert into tickets (id) values (1)',
    'update tickets set id = 1',
    'delete from only "tickets"',
    'truncate table tickets',
  ]) {
    assert.match(
      found('src/notice/store.ts', `sql\`${statement}\``)[0] ?? '',
      /belongs to src\/desk/,
      statement,
    );
    assert.match(
      found('src/notice/store.ts', `tx.query('${statement}')`)[0] ?? '',
      /belongs to src\/desk/,
      statement,
    );
  }
  assert.match(found('src/notice/store.ts', 'sql`insert into outbox values (1)`')[0]!, /file in src\/db/);
});

test('prose, unknown tables and columns pass', () => {
  assert.deepEqual(found('src/notice/store.ts', "const says = 'a mail from tickets';"), []);
  assert.deepEqual(found('src/notice/store.ts', 'sql`select extract(epoch from at) from notices`'), []);
});

test('a table is defined once and in its place', () => {
  assert.match(
    found('src/notice/tables.ts', "export const t = pgTable('tickets', {});")[0]!,
    /already defined/,
  );
  assert.match(
    found('src/notice/store.ts', "const t = pgTable('notices', {});")[0]!,
    /define table notices in src\/notice\/tables\.ts/,
  );
});
