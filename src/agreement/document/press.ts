import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { isRefusal, type Refusal } from '../../refusal.ts';
import { missingGlyph, readCover } from './glyph.ts';

/**
 * Sets pages with typst. A template is one of the `.typ` files beside this; what it prints comes as data, so
 * that no text of a customer is ever read as markup. The same data and instant give the same bytes.
 */

/** Where something stands on the pages, in points from the top left of its page. */
export interface Place {
  readonly name: string;
  /** From 1. */
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Pressed {
  readonly pdf: Buffer;
  readonly pages: number;
  /** What the template marked with `<field>`. */
  readonly fields: readonly Place[];
}

export type Template = 'agreement' | 'annex' | 'statement' | 'stamp';

/**
 * Every input is a value, or JSON text that is handed on as it is, by its name; `at` in epoch ms is the file's
 * date, `attached` goes into the file and is not printed, `pictures` are files beside the template. Refuses a character that the font cannot print, with
 * its field.
 */
export function press(
  template: Template,
  inputs: Readonly<Record<string, unknown>>,
  at: number,
  attached: Readonly<Record<string, string>> = {},
  pictures: Readonly<Record<string, Buffer>> = {},
): Pressed | Refusal {
  const texts: Record<string, string> = { ...attached };
  for (const [name, value] of Object.entries(inputs)) {
    const isText = typeof value === 'string';
    const missing = missingGlyph(isText ? JSON.parse(value) : value, cover(), name);
    if (isRefusal(missing)) return missing;
    texts[name] = isText ? value : JSON.stringify(value);
  }
  const engine = compiler();
  try {
    for (const [name, file] of Object.entries(pictures))
      engine.mapShadow(join(import.meta.dirname, name), file);
    const compiled = engine.compile({ mainFileContent: source(template), inputs: texts });
    const document = compiled.result;
    if (document === null) throw new Error(faultOf(compiled.takeDiagnostics()));
    const fields = engine.query(document, { selector: '<field>', field: 'value' }) as readonly Place[];
    const creationTimestamp = Math.floor(at / 1000);
    const pdf = engine.pdf(document, { pdfStandard: 'a-3b', creationTimestamp });
    return { pdf, pages: document.numOfPages, fields };
  } finally {
    engine.resetShadow();
    // Fonts stay; what was compiled of one document is of no use to the next.
    engine.evictCache(0);
  }
}

/** What typst said, in one line; a template of ours that does not compile is a bug. */
function faultOf(error: unknown): string {
  const said = error instanceof Error ? error.message : JSON.stringify(error);
  return `a template does not compile: ${said}`;
}

const need = createRequire(import.meta.url);

/** The full font as its package ships it: regular and bold. */
function fontFiles(): readonly string[] {
  const folder = dirname(need.resolve('@expo-google-fonts/noto-serif-sc/package.json'));
  return ['400Regular/NotoSerifSC_400Regular.ttf', '700Bold/NotoSerifSC_700Bold.ttf'].map((file) =>
    join(folder, file),
  );
}

let made: NodeCompiler | null = null;

/** One compiler for the process: reading 30 MB of fonts takes longer than setting a document. */
function compiler(): NodeCompiler {
  if (made !== null) return made;
  // Read when something is printed: 50 MB that most commands, and a machine that it was not built for, do without.
  const typst = need(
    '@myriaddreamin/typst-ts-node-compiler',
  ) as typeof import('@myriaddreamin/typst-ts-node-compiler');
  const fontPaths = fontFiles().map(dirname);
  // The templates' own folder is all that a template may read.
  made = typst.NodeCompiler.create({
    workspace: import.meta.dirname,
    fontArgs: [{ fontPaths: [...fontPaths] }],
  });
  return made;
}

const sources = new Map<Template, string>();

function source(template: Template): string {
  const known = sources.get(template) ?? readFileSync(join(import.meta.dirname, `${template}.typ`), 'utf8');
  sources.set(template, known);
  return known;
}

let covered: ReadonlySet<number> | null = null;

/** What both weights can print. */
function cover(): ReadonlySet<number> {
  if (covered !== null) return covered;
  const [regular, bold] = fontFiles().map((file) => readCover(readFileSync(file)));
  covered = regular!.intersection(bold!);
  return covered;
}
