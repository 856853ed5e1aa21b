import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import type { Browser } from 'playwright-core';
import { ageSessions } from '../callers.ts';
import { at, passwordOf } from '../entrance.ts';
import { estateNow } from '../estate.ts';
import { needs } from '../needs.ts';
import { newFolder } from '../system/installation.ts';
import { openBrowser, Tab } from './console.ts';
import { markOf } from './payload.ts';
import { type Field, openHostile, plant, plantBeside, type World } from './plant.ts';

/**
 * Every field that somebody can fill holds a script, an element, a template, signs that turn the text round and the
 * beginning of a formula; then every page that shows such things is looked at, by staff and by the customer.
 */

const run = promisify(execFile);

/** What a page is asked after it has come, with everything unfolded. */
const asked = `(() => {
  for (const one of document.querySelectorAll('main details')) one.open = true;
  const made = 'img[src="x"], svg[onload], [onerror], [onclick], [onload], iframe, object, embed';
  const links = [...document.querySelectorAll('[href], [src], [action], [formaction]')].flatMap((one) =>
    ['href', 'src', 'action', 'formaction'].map((name) => one.getAttribute(name) ?? ''));
  const values = [...document.querySelectorAll('input, textarea, option')].map((one) => one.value);
  return {
    pwned: window.pwned ?? null,
    made: [...document.querySelectorAll(made)].map((one) => one.outerHTML.slice(0, 200)),
    scripts: [...document.scripts].filter((one) => one.text.includes('pwned')).length,
    links: links.filter((link) => /^[\\s\\0-\\x20]*(?:javascript|vbscript):/i.test(link) || /^\\/\\/|evil/.test(link)),
    text: [document.title, document.body.innerText, ...values].join('\\n'),
    violations: window.violations,
  };
})()`;

interface Found {
  readonly pwned: unknown;
  readonly made: readonly string[];
  readonly scripts: number;
  readonly links: readonly string[];
  readonly text: string;
  readonly violations: readonly string[];
}

const watch = `window.violations = [];
  addEventListener('securitypolicyviolation', (event) => violations.push([event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.columnNumber, event.sample].join(' ')));`;

/** The browser's clock, as far on as the estate's. (Playwright's own needs `eval`, which the pages forbid.) */
const late = `{
  const [Real, ahead] = [Date, ${estateNow} - Date.now()];
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length === 0) super(Real.now() + ahead);
      else super(...given);
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}`;

async function openTab(browser: Browser, { front, database }: World, email: string | null): Promise<Tab> {
  const tab = await Tab.open(browser, front.origin);
  await tab.context.addInitScript(watch);
  await tab.context.addInitScript(late);
  if (email === null) return tab;
  await tab.signIn(email, passwordOf(email));
  await ageSessions(database);
  await database.db.execute(sql`update sessions set factor = 'totp'`);
  return tab;
}

/** Looks at pages one after the other; gives what each shows. Whatever was made of a text is an error here. */
async function look(
  tab: Tab,
  paths: readonly string[],
  fields: readonly Field[],
): Promise<ReadonlySet<number>> {
  const shown = new Set<number>();
  for (const path of paths) {
    if (path.startsWith('/console/'))
      await tab.go(path.slice('/console'.length)).catch((cause: unknown) => {
        throw new Error(`${path} does not come: ${tab.complaints.join('; ')}`, { cause });
      });
    else await tab.page.goto(`${tab.origin}${path}`);
    for (const button of await tab.page.locator('main button[aria-expanded="false"]').all())
      await button.click({ timeout: 2000 }).catch(() => {});
    const found = (await tab.page.evaluate(asked)) as Found;
    const { text, ...rest } = found;
    assert.deepEqual(rest, { pwned: null, made: [], scripts: 0, links: [], violations: [] }, path);
    for (const { number } of fields) if (text.includes(markOf(number))) shown.add(number);
  }
  const told = tab.complaints.filter((one) => /Content Security|Error:|pwned/.test(one));
  assert.deepEqual(told, [], 'complaints of the browser');
  return shown;
}

/** Pages that a customer’s user is not shown. */
const staffOnly =
  /today|customers\/(new|\w+$|\w+\/edit)|draft|settlement|probers|limits|provider|mail|judge|cause$|order|offer|end$|new$|replace|pay$|refund|setup|sign-in|reset|invitation|second/;

const customerOnly = /^\/console\/(?:overview|contacts|balance)$/;

/** Every page of the console, at something of the customer’s. */
async function pagesOf({ own, front, owner }: World): Promise<readonly string[]> {
  const text = await readFile(new URL('../../console/src/pages.ts', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/(?:path: |(?:open|inner|within)\(\s*)'(\/[^']*)'/g)].map(
    ([, path = '']) => path,
  );
  assert.ok(rows.length > 60, `${rows.length} pages`);
  const outages = await front.ask('GET', `/api/outages?host=${own.host}`, { headers: owner.session.headers });
  const from = String(Date.parse(String(at(outages.body, 'items', 0, 'from'))));
  return rows.flatMap((row) => {
    const isPaper = /sign$|annexes/.test(row);
    const host = /sales|offer/.test(row) ? own.bare : own.host;
    const values: Readonly<Record<string, string>> = {
      ...{ host, check: 'web', from, month: '2026-09', annex: 'A1', plan: 'standard', version: '3' },
      ...{ person: own.person, contact: own.hook },
      number: row.includes('sales') ? own.sale : isPaper ? own.printed : own.agreement,
      id: row.startsWith('/hosts') ? host : row.startsWith('/users') ? own.mate : own.customer,
    };
    return [`/console${row.replace(/\$(\w+)/g, (_all, name: string) => values[name]!)}`];
  });
}

test('what anybody writes is text on every page, in every paper and in every sheet', {
  timeout: 600_000,
}, async (t) => {
  if (!needs(t, 'chromium', 'pdftotext')) return;
  const world = await openHostile(t);
  const { fields: written, refused } = await plant(world);
  const fields = [...written, ...(await plantBeside(world, written.length))];
  t.diagnostic(`${fields.length} fields took a text, ${refused.length} refused all: ${refused.join(', ')}`);
  const browser = await openBrowser(t);
  const open = await pagesOf(world);
  const signed = open.filter((path) => !/sign-in|reset|invitation|setup|second-factor/.test(path));
  const daily = signed.filter((path) => !customerOnly.test(path));
  const half = Math.ceil(daily.length / 2);
  const [staff, more, customer, nobody] = [
    await openTab(browser, world, 'owner@example.cn'),
    await openTab(browser, world, 'owner@example.cn'),
    await openTab(browser, world, 'customer@example.cn'),
    await openTab(browser, world, null),
  ];
  const shown = await Promise.all([
    look(staff, [...daily.slice(0, half), '/console/settlement?month=2026-11'], fields),
    look(more, daily.slice(half), fields),
    look(
      customer,
      signed.filter((path) => !staffOnly.test(path)),
      fields,
    ),
    look(
      nobody,
      [
        '/',
        '/?lang=en',
        '/verify',
        '/api/',
        '/console/sign-in',
        '/console/reset',
        '/console/invitation',
        '/console/setup',
        '/console/second-factor',
      ],
      fields,
    ),
  ]);
  const seen = new Set(shown.flatMap((one) => [...one]));
  const unseen = fields.filter(({ number }) => !seen.has(number)).map(({ name }) => name);
  t.diagnostic(`${seen.size} of them were read on a page; on none: ${unseen.join(', ')}`);
  assert.ok(seen.size > 75, `${seen.size}: most of them are shown somewhere, so that the check can fail`);
  for (const { number, name } of fields)
    if (/password/.test(name)) assert.ok(!seen.has(number), `${name} is shown`);
  await t.test('papers show them as text', (inner) => papers(inner, world, fields));
  await t.test('no cell of a sheet begins as a formula', () => sheets(world));
  assert.deepEqual(world.front.mishaps, []);
});

/** The texts of the papers that are set with the customer’s and the provider’s words. */
async function papers(t: TestContext, { front, own, owner }: World, fields: readonly Field[]): Promise<void> {
  const folder = await newFolder(t);
  const printed = `/api/agreements/${own.printed}`;
  for (const [path, atLeast] of [
    [`${printed}/draft?lang=zh`, 2],
    [`${printed}/copies/customer?annex=A2`, 1],
    [`/api/agreements/${own.agreement}/statements/2026-09/paper?lang=en`, 1],
  ] as const) {
    const { status, body } = await front.ask('GET', path, { headers: owner.session.headers });
    assert.equal(status, 200, `${path}: ${JSON.stringify(body).slice(0, 300)}`);
    const file = join(folder, 'paper.pdf');
    await writeFile(file, Buffer.from(String(at(body, 'base64')), 'base64'));
    const { stdout } = await run('pdftotext', ['-raw', file, '-']);
    const text = stdout.replace(/\s/g, '');
    const there = fields.filter(({ number }) => text.includes(markOf(number)));
    assert.ok(there.length >= atLeast, `${path} shows ${there.length}`);
    const { stdout: links } = await run('pdfinfo', ['-url', file]);
    assert.doesNotMatch(links, /javascript|a\.example/i, path);
    const raw = (await readFile(file)).toString('latin1');
    assert.doesNotMatch(raw, /\/JavaScript|\/JS\b|\/Launch/, path);
  }
}

/** RFC 4180, read by hand: no cell but a number begins as a spreadsheet’s formula does. */
async function sheets({ front, own, owner }: World): Promise<void> {
  let tamed = 0;
  for (const path of [`/api/customers/${own.customer}/account.csv`, '/api/ledger.csv']) {
    for (const lang of ['zh', 'en']) {
      const asking = `${path}?from=2026-09-01&to=2026-12-31&lang=${lang}`;
      const { status, body } = await front.ask('GET', asking, { headers: owner.session.headers });
      assert.equal(status, 200);
      for (const cell of cellsOf(String(body).replace('\uFEFF', ''))) {
        assert.ok(/^-?\d+\.\d\d$/.test(cell) || !/^\s*[=+\-@＝＋－＠\t\r]/.test(cell), `${path}: ${cell}`);
        if (/^'[=+\-@]/.test(cell)) tamed += 1;
      }
    }
  }
  assert.ok(tamed > 0, 'one of them would have been a formula');
}

function cellsOf(text: string): readonly string[] {
  const cells = text.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g);
  return [...cells].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}
