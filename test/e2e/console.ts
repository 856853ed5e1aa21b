import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { House } from '../../src/api/house.ts';
import type { Database } from '../../src/db/connection.ts';
import { consoleRoutes } from '../../src/site/console.ts';
import { siteSource } from '../../src/site/flow.ts';
import { siteRoutes } from '../../src/site/routes.ts';
import { type Front, openFront } from '../entrance.ts';

/**
 * The console in Debian's chromium, as a person meets it. A test begins with `needs(t, 'chromium')`, a place (`openPlace`
 * here, or a whole installation with samples), `openBrowser`, and for every person a `Tab`.
 */

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Long enough for a machine that does much else besides. */
export const patienceMs = 60_000;

export async function openBrowser(t: Pick<TestContext, 'after'>): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  t.after(() => browser.close());
  return browser;
}

/** API, public page and console over a database of the test's own, as the centre serves them; ready in a second. */
export function openPlace(t: Pick<TestContext, 'after'>, database: Database): Promise<Front> {
  const now = () => Date.now();
  return openFront(t, database, now, (server, house: House) => {
    siteRoutes(server, { source: siteSource(house.database, house.clock), now });
    consoleRoutes(server);
  });
}

export type Lang = 'zh' | 'en';

/** One person's browser window: a fresh profile, and everything that it complained of. */
export class Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly origin: string;
  /** Errors and warnings of the browser's console, what was thrown, what failed there. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.context = context;
    this.page = page;
    this.origin = origin;
    page.setDefaultTimeout(patienceMs);
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('response', (answer) => {
      if (answer.status() >= 500) this.complaints.push(`${answer.status()} ${answer.url()}`);
    });
  }

  /** `origin` is the console's own (`http://localhost:…`: passkeys and cookies are bound to the name). */
  static async open(browser: Browser, origin: string, lang: Lang = 'zh'): Promise<Tab> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    // As if chosen here before: a language that was never chosen is the account's once somebody is signed in.
    await context.addInitScript(
      `if (location.protocol === 'http:') localStorage['hostpledge.lang'] ??= '${lang}'`,
    );
    return new Tab(context, await context.newPage(), origin);
  }

  /** Signs in past the page, by what it would send; `code` is the one-time code where one is asked for. */
  async signIn(email: string, password: string, code: string | null = null): Promise<void> {
    await this.#send('/api/auth/sign-in/email', { email, password });
    if (code !== null) await this.#send('/api/auth/two-factor/verify-totp', { code });
  }

  /** Somebody of staff who has no second factor yet: signs in and sets one up, past the pages. */
  async enrol(email: string, password: string): Promise<TOTP> {
    await this.signIn(email, password);
    const begun = await this.#send('/api/auth/two-factor/enable', { password });
    const uri = new URL((JSON.parse(begun) as { totpURI: string }).totpURI);
    const totp = new TOTP({ secret: Secret.fromBase32(uri.searchParams.get('secret') ?? '') });
    await this.#send('/api/auth/two-factor/verify-totp', { code: totp.generate() });
    return totp;
  }

  async #send(path: string, data: object): Promise<string> {
    const answer = await this.context.request.post(`${this.origin}${path}`, {
      headers: { origin: this.origin },
      data,
    });
    const text = await answer.text();
    assert.equal(answer.status(), 200, `${path}: ${text}`);
    return text;
  }

  /** From the next page on in this language, as if chosen at the switch. */
  async speak(lang: Lang): Promise<void> {
    await this.context.addInitScript(
      `if (location.protocol === 'http:') localStorage['hostpledge.lang'] = '${lang}'`,
    );
  }

  /** Opens a page of the console (`/users`) and waits until it shows what it is for. */
  async go(path: string): Promise<void> {
    await this.page.goto(`${this.origin}/console${path}`);
    await this.settle();
  }

  /** Waits until there is a heading, nothing is loading, and no grey lines stand for what is on its way. */
  async settle(): Promise<void> {
    await this.page.locator('h1').first().waitFor();
    // In this order: a page that has come asks only then for what it shows.
    await this.page
      .locator('.waiting, [aria-busy="true"], .ant-btn-loading')
      .first()
      .waitFor({ state: 'detached' });
  }

  /** What axe-core finds wrong with the page as it stands, in one line each; `rules`: only these. */
  async axe(rules: readonly string[] = []): Promise<readonly string[]> {
    await this.page.evaluate(await axeSource());
    const only = rules.length === 0 ? {} : { runOnly: rules };
    const options = JSON.stringify({ resultTypes: ['violations'], ...only });
    const found: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] =
      await this.page.evaluate(`axe.run(document, ${options}).then((r) => r.violations)`);
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
  }

  /** How far the page is wider than its window at this width; 0 is right. */
  async overflow(width: number): Promise<number> {
    const before = this.page.viewportSize() ?? { width: 1280, height: 900 };
    await this.page.setViewportSize({ width, height: 900 });
    const over = await this.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    await this.page.setViewportSize(before);
    return Number(over);
  }

  /**
   * Clean: axe finds nothing in either shade, the page fits 360 px, and the browser has not complained since it was
   * opened. Takes pictures besides where HOSTPLEDGE_PICTURES names a folder. `shades`: those that are worth a look.
   */
  async examine(name: string, shades: readonly ('light' | 'dark')[] = ['light', 'dark']): Promise<void> {
    for (const shade of shades) {
      await this.shade(shade);
      // Only the colours are others in the dark.
      const found = await this.axe(shade === 'dark' ? ['color-contrast'] : []);
      assert.deepEqual(found, [], `${name}, ${shade}`);
      await this.picture(name, shade);
    }
    await this.shade('light');
    assert.equal(await this.overflow(360), 0, `${name} at 360 px`);
    assert.deepEqual(this.complaints, [], name);
  }

  /** As if the system were light or dark, and the page drawn so. */
  async shade(shade: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: shade });
    await this.page.locator(`html[data-shade="${shade}"]`).waitFor({ state: 'attached' });
  }

  async picture(name: string, shade: 'light' | 'dark'): Promise<void> {
    const folder = process.env['HOSTPLEDGE_PICTURES'];
    if (folder === undefined || folder === '') return;
    await mkdir(folder, { recursive: true });
    const lang = await this.page.getAttribute('html', 'lang');
    for (const width of [1280, 360]) {
      await this.page.setViewportSize({ width, height: 900 });
      const file = `${name}-${lang?.slice(0, 2)}-${shade}-${width}.png`;
      await this.page.screenshot({ path: join(folder, file), fullPage: true });
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

let axeText: Promise<string> | null = null;

function axeSource(): Promise<string> {
  axeText ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return axeText;
}

interface SampleLogin {
  readonly email: string;
  readonly role: string;
  readonly customer: string | null;
  readonly password: string;
  readonly code: string | null;
}

/**
 * Signs in with the samples' ready-made login of a role on a whole installation. A one-time code is good once: call
 * it once a role, and open further tabs of the same person with `tab.context.newPage()`.
 */
export async function signInSample(tab: Tab, role: string): Promise<void> {
  const answer = await tab.context.request.get(`${tab.origin}/api/sample`);
  const { users } = (await answer.json()) as { users: readonly SampleLogin[] };
  const login = users.find((one) => one.role === role);
  assert.ok(login !== undefined, `no sample login for ${role}`);
  await tab.signIn(login.email, login.password, login.code);
}
