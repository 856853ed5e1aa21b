import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Embedded } from './embedded.ts';

async function open(t: TestContext): Promise<Embedded> {
  const client = await Embedded.open();
  t.after(() => client.close());
  await client.exec(`create table things (id bigint primary key, name text, data jsonb, tags text[], raw bytea);
    insert into things values (1, 'one', '{"a": [1, "2"]}', '{x,"y z"}', '\\x00ff')`);
  return client;
}

const select = 'select * from things where id = $1';

test('a statement gives the same rows the first time, the second and ever after', async (t) => {
  const client = await open(t);
  const rows = [];
  for (let i = 0; i < 1100; i += 1) rows.push((await client.query(select, [1])).rows[0]);
  const [first] = rows;
  assert.deepEqual(first, {
    ...{ id: 1, name: 'one', data: { a: [1, '2'] }, tags: ['x', 'y z'] },
    raw: new Uint8Array([0, 255]),
  });
  assert.ok(rows.every((row) => JSON.stringify(row) === JSON.stringify(first)));
  const { rows: kept } = await client.query<{ n: number }>(
    'select count(*)::int as n from pg_prepared_statements',
  );
  assert.equal(kept[0]?.n, 1, 'old plans are dropped');
});

test('every kind of parameter arrives as it was given, also nothing', async (t) => {
  const client = await open(t);
  const insert = 'insert into things values ($1, $2, $3, $4, $5) returning name, data, tags, raw';
  for (let id = 2; id < 6; id += 1) {
    const given = [id, `n'${id}`, { deep: { id } }, ['a,b', '"'], new Uint8Array([id, 0, 39])];
    const { rows, affectedRows } = await client.query(insert, given);
    assert.deepEqual(rows, [{ name: given[1], data: given[2], tags: given[3], raw: given[4] }]);
    assert.equal(affectedRows, 1);
  }
  for (let id = 6; id < 9; id += 1) {
    const { rows } = await client.query(insert, [id, null, null, null, undefined]);
    assert.deepEqual(rows, [{ name: null, data: null, tags: null, raw: null }]);
  }
  const array = { rowMode: 'array' as const };
  assert.deepEqual((await client.query('select id, name from things where id = $1', [1], array)).rows, [
    [1, 'one'],
  ]);
});

test('a statement that fails says why, at whatever time it comes, and the next one works', async (t) => {
  const client = await open(t);
  const insert = 'insert into things (id) values ($1)';
  for (let i = 0; i < 4; i += 1)
    await assert.rejects(
      client.query(insert, [1]),
      (error) => Reflect.get(error as object, 'code') === '23505',
    );
  for (let i = 0; i < 3; i += 1)
    await assert.rejects(client.query('select nothing from things', []), /column "nothing" does not exist/);
  await client.query(insert, [2]);
  for (let i = 0; i < 3; i += 1) {
    const failed = client.transaction(async (tx) => {
      await tx.query(insert, [10 + i]);
      await tx.query(insert, [1]);
    });
    await assert.rejects(failed, /duplicate key/);
  }
  const { rows } = await client.query<{ id: number }>('select id from things order by id', []);
  assert.deepEqual(
    rows.map(({ id }) => id),
    [1, 2],
  );
});

test('when a table changes, what was known of it is forgotten, also by a change that is taken back', async (t) => {
  const client = await open(t);
  const read = async () => Object.keys((await client.query<object>(select, [1])).rows[0] ?? {});
  for (let i = 0; i < 3; i += 1) await read();
  await client.exec('alter table things add column more int default 7');
  assert.deepEqual((await read()).at(-1), 'more');
  await read();
  const dropped = client.transaction(async (tx) => {
    await tx.query('alter table things drop column more');
    for (let i = 0; i < 3; i += 1) {
      const [row] = (await tx.query<object>(select, [1])).rows;
      assert.equal('more' in (row ?? {}), false);
    }
    throw new Error('taken back');
  });
  await assert.rejects(dropped, /taken back/);
  for (let i = 0; i < 3; i += 1) assert.deepEqual((await read()).at(-1), 'more');
});

test('many at once each get their own, inside transactions and outside', async (t) => {
  const client = await open(t);
  const asked = Array.from({ length: 60 }, async (_, i) => {
    if (i % 3 !== 0) return (await client.query<{ n: number }>('select $1::int + 1 as n', [i])).rows[0]?.n;
    return client.transaction(async (tx) => {
      const { rows } = await tx.query<{ n: number }>('select $1::int + 1 as n', [i]);
      await assert.doesNotReject(tx.query('insert into things (id) values ($1)', [100 + i]));
      return rows[0]?.n;
    });
  });
  assert.deepEqual(
    await Promise.all(asked),
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
});

test('no more than five hundred statements are kept', async (t) => {
  const client = await open(t);
  for (let i = 0; i < 700; i += 1)
    for (let n = 0; n < 2; n += 1)
      assert.deepEqual((await client.query(`select ${i} as n`, [])).rows, [{ n: i }]);
  const count = 'select count(*)::int as n from pg_prepared_statements';
  const { rows } = await client.query<{ n: number }>(count, []);
  assert.ok((rows[0]?.n ?? 0) > 400 && (rows[0]?.n ?? 0) <= 500, JSON.stringify(rows));
});
