import assert from 'node:assert/strict';
import { test } from 'node:test';
import { purityFindings } from './purity.ts';

const found = (path: string, text: string) => purityFindings([{ path, text }]).map(({ instead }) => instead);

test('a pure file may hash, assert and validate', () => {
  const text = `
    import assert from 'node:assert/strict';
    import { createHash, timingSafeEqual, type Hash } from 'node:crypto';
    import type { Socket } from 'node:net';
    import { domainToASCII } from 'node:url';
    import { z } from 'zod';
    export const at = (ms: number) => new Date(ms).toISOString();
    // Date.now() and fetch() are only spoken of
    export const says = 'process.exit()';
    row.process.title; task.fetch();`;
  assert.deepEqual(found('src/measure/run.ts', text), []);
});

test('disk, network, clock, chance and timers are found in a pure file', () => {
  for (const text of [
    "import fs from 'node:fs';",
    "import { readFile } from 'node:fs/promises';",
    "import { connect } from 'node:net';",
    "const os = await import('node:os');",
    "import { randomBytes } from 'node:crypto';",
    "import crypto from 'node:crypto';",
    "import pg from 'pg';",
    "import { pathToFileURL } from 'node:url';",
    "import { eq } from 'drizzle-orm';",
    'Date.now()',
    'new Date()',
    'new Date',
    'Temporal.Now.instant()',
    'Temporal.Instant.from(text)',
    'Math.random()',
    'crypto.randomUUID()',
    "fetch('http://localhost')",
    'globalThis.fetch(url)',
    'setTimeout(f, 1)',
    'process.env',
    'console.log(1)',
    'performance.now()',
  ]) {
    assert.equal(found('src/measure/run.ts', text).length, 1, text);
  }
});

test('shells, adapters and tests may touch the world', () => {
  const text =
    "import fs from 'node:fs'; import pg from 'pg'; setTimeout(f, 1); process.env; Temporal.Instant.from(a)";
  for (const path of [
    'src/measure/store.ts',
    'src/measure/flow.ts',
    'src/measure/probes/web.ts',
    'src/hosting/planes/embedded/ftp/login.ts',
    'src/agreement/document/pages.ts',
    'src/notice/channels/mail.ts',
    'src/wire/link.ts',
    'src/roles/centre.ts',
    'src/config.ts',
    'src/measure/run.test.ts',
    'src/measure/probe.cases.ts',
  ]) {
    assert.deepEqual(found(path, text), [], path);
  }
  assert.equal(found('src/measure/probes.ts', "import fs from 'node:fs';").length, 1);
});

test('even a shell reads the time from its Clock', () => {
  assert.match(found('src/measure/flow.ts', 'const at = Date.now();')[0]!, /clock\.now\(\)/);
  assert.deepEqual(found('src/measure/flow.ts', 'const at = clock.now();'), []);
  assert.deepEqual(found('src/clock.ts', 'export const realClock = { now: () => Date.now() };'), []);
});

test('Temporal lives in the calendar, tables name the mapper, one file may hash slowly', () => {
  assert.deepEqual(found('src/calendar/zone.ts', 'Temporal.Instant.from(text)'), []);
  assert.deepEqual(found('src/desk/tables.ts', "import { pgTable } from 'drizzle-orm/pg-core';"), []);
  assert.deepEqual(found('src/hosting/secret.ts', "import { randomBytes, scrypt } from 'node:crypto';"), []);
  assert.equal(found('src/hosting/secret.ts', "import { randomUUID } from 'node:crypto';").length, 1);
  assert.equal(found('src/hosting/mark.ts', "import { scryptSync } from 'node:crypto';").length, 1);
});
