import { PDF, type PDFPage, type PdfDict } from '@libpdf/core';

/**
 * What was added to a file after it was printed. A signature vouches for the bytes before it; whoever signs last
 * could add a page that the first signer never saw. So between the signatures only signatures may stand.
 */

const end = Buffer.from('%%EOF');

/** Why the updates are more than signatures; null: they are not. */
export async function strayChange(file: Buffer, whole: PDF): Promise<string | null> {
  const first = file.indexOf(end);
  const base = file.subarray(0, first + end.length);
  const update = file.subarray(base.length).toString('latin1');
  const printed = await PDF.load(new Uint8Array(base));
  const pages = [printed.getPages(), whole.getPages()] as const;
  if (pages[0].length !== pages[1].length) return 'pages were added or removed after it was printed';
  for (const [i, page] of pages[0].entries()) {
    if (!samePage(page, pages[1][i]!)) return `page ${i + 1} was changed after it was printed`;
  }
  const attached = [printed, whole].map((pdf) => pdf.getAttachment('agreement.json'));
  if (attached.some((one) => one === null) || !Buffer.from(attached[0]!).equals(attached[1]!)) {
    return 'the attached content was changed after it was printed';
  }
  if (!sameCatalog(printed, whole)) return 'the catalog was changed after it was printed';
  return strayObject(base.toString('latin1'), update, renewed(printed, whole));
}

/** Objects that each signature writes anew: the catalog, the pages that bear fields, the list of fields. */
function renewed(printed: PDF, whole: PDF): ReadonlySet<number> {
  const pages = printed.getPages().map((page) => page.ref.objectNumber);
  const roots = [whole.context.info.trailer.getRef('Root'), whole.getCatalog().getRef('AcroForm')];
  return new Set([...pages, ...roots.flatMap((ref) => (ref === undefined ? [] : [ref.objectNumber]))]);
}

/** An object of the printed page, or of an earlier signature's look, that an update writes again. */
function strayObject(base: string, update: string, mayChange: ReadonlySet<number>): string | null {
  // We write each object by itself; what hides some in a stream is not ours.
  if (update.includes('/ObjStm')) return 'something other than a signature was added';
  const known = new Set(numbersIn(base));
  for (const number of numbersIn(update)) {
    if (known.has(number) && !mayChange.has(number)) return `object ${number} was replaced`;
    known.add(number);
  }
  return null;
}

function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/(?:^|[\r\n])(\d{1,7}) 0 obj\b/g)].map((match) => Number(match[1]));
}

/** The catalog may get the list of fields and nothing else. */
function sameCatalog(a: PDF, b: PDF): boolean {
  return textOf(a.getCatalog()) === textOf(b.getCatalog());
}

function samePage(a: PDFPage, b: PDFPage): boolean {
  return textOf(a.dict) === textOf(b.dict);
}

function textOf(dict: PdfDict): string {
  return [...dict]
    .filter(([key]) => !['Annots', 'AcroForm'].includes(key.value))
    .map(([key, value]) => `${key.value} ${JSON.stringify(value)}`)
    .sort()
    .join('\n');
}
