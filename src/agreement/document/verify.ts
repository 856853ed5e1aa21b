import { createHash } from 'node:crypto';
import { PDF, type PdfRef } from '@libpdf/core';
import { commonName } from './authority.ts';
import { checkSignature } from './cms.ts';
import { strayChange } from './update.ts';

/** What a file says of itself: who signed when, whether it is whole, and which content it carries. */
export interface Verdict {
  /** Every signature is valid, and nothing but signatures was added after the first. */
  readonly whole: boolean;
  /** Why not, in order. */
  readonly faults: readonly string[];
  readonly pages: number;
  /** The number of the agreement and the language, as the attached content has them. */
  readonly number: string | null;
  /** SHA-256 of the attached content, hex. */
  readonly contentDigest: string | null;
  /** SHA-256 of the whole file, hex. */
  readonly fileDigest: string;
  readonly signatures: readonly Found[];
}

export interface Found {
  /** `provider-signed`, `customer-sealed` … */
  readonly field: string;
  readonly valid: boolean;
  readonly fault: string | null;
  readonly name: string;
  readonly issuer: string;
  /** SHA-256 of the signer's certificate, hex. */
  readonly fingerprint: string;
  /** SHA-256 of the last certificate of the chain, hex. */
  readonly root: string;
  readonly signedAt: number | null;
  readonly stamp: { readonly at: number; readonly by: string } | null;
}

/** Reads a file and checks every signature in it. Whether a signer is who they say is for the reader to know. */
export async function verify(file: Buffer): Promise<Verdict> {
  const fileDigest = createHash('sha256').update(file).digest('hex');
  const nothing = { pages: 0, number: null, contentDigest: null, fileDigest, signatures: [] };
  try {
    return await read(file, fileDigest);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { whole: false, faults: [`the file cannot be read as a PDF: ${why}`], ...nothing };
  }
}

async function read(file: Buffer, fileDigest: string): Promise<Verdict> {
  const pdf = await PDF.load(new Uint8Array(file));
  const faults: string[] = [];
  const spans = spansOf(pdf).sort((a, b) => a.end - b.end);
  const signatures = spans.map((span) => check(file, span));
  if (spans.length === 0) faults.push('there is no signature in this file');
  for (const one of signatures) if (one.fault !== null) faults.push(`${one.field}: ${one.fault}`);
  const last = spans.at(-1);
  if (last !== undefined && last.end !== file.length) {
    faults.push(
      last.end < file.length
        ? `${file.length - last.end} bytes were added after the last signature`
        : `${last.end - file.length} bytes are missing at the end`,
    );
  }
  const attached = pdf.getAttachment('agreement.json');
  if (attached === null) faults.push('the content of an agreement is not attached');
  if (faults.length === 0) {
    const stray = await strayChange(file, pdf);
    if (stray !== null) faults.push(stray);
  }
  return {
    whole: faults.length === 0,
    faults,
    pages: pdf.getPageCount(),
    number: attached === null ? null : numberOf(Buffer.from(attached)),
    contentDigest: attached === null ? null : createHash('sha256').update(attached).digest('hex'),
    fileDigest,
    signatures,
  };
}

interface Span {
  readonly field: string;
  readonly range: readonly number[];
  readonly end: number;
}

/** Every signed field, with the stretch of the file that it says it is over. */
function spansOf(pdf: PDF): Span[] {
  const resolve = (ref: PdfRef) => pdf.getObject(ref);
  return (pdf.getForm()?.getSignatureFields() ?? []).flatMap((field) => {
    const dict = field.getSignatureDict();
    if (dict === null) return [];
    const items = dict.getArray('ByteRange', resolve)?.toArray() ?? [];
    const range = items.map((item) => (item.type === 'number' ? item.value : Number.NaN));
    return [{ field: field.name, range, end: (range[2] ?? 0) + (range[3] ?? 0) }];
  });
}

function check(file: Buffer, { field, range }: Span): Found {
  const hollow = { field, name: '', issuer: '', fingerprint: '', root: '', signedAt: null, stamp: null };
  const [start = -1, first = -1, second = -1, rest = -1] = range;
  const isRange = range.length === 4 && range.every((one) => Number.isSafeInteger(one) && one >= 0);
  if (!isRange || start !== 0 || second <= first || second + rest > file.length) {
    return { ...hollow, valid: false, fault: 'the signed stretch is not one of this file' };
  }
  const der = derOf(file.subarray(first, second));
  if (typeof der === 'string') return { ...hollow, valid: false, fault: der };
  const checked = checkSignature(der, [file.subarray(0, first), file.subarray(second, second + rest)]);
  if (typeof checked === 'string') return { ...hollow, valid: false, fault: checked };
  const { certificate, chain, signedAt, stamp } = checked;
  const root = chain.at(-1) ?? certificate;
  const at = stamp?.at ?? signedAt;
  const isTimely =
    at === null || (at >= certificate.validFromDate.getTime() && at < certificate.validToDate.getTime());
  return {
    field,
    valid: isTimely,
    fault: isTimely ? null : 'the certificate was not valid when it was signed',
    name: commonName(certificate),
    issuer: commonName(root),
    fingerprint: digestOf(certificate.raw),
    root: digestOf(root.raw),
    signedAt,
    stamp,
  };
}

/** The signature between the two stretches: `<hex>` in one case, and nothing but zeros behind it. */
function derOf(gap: Buffer): Buffer | string {
  const text = gap.toString('latin1');
  const isHex = /^<(?:[0-9a-f]*|[0-9A-F]*)>$/.test(text) && text.length % 2 === 0;
  if (!isHex) return 'the signature was changed';
  const bytes = Buffer.from(text.slice(1, -1), 'hex');
  const length = lengthOf(bytes);
  if (length === null || length > bytes.length) return 'the signature was changed';
  return bytes.subarray(length).every((byte) => byte === 0)
    ? bytes.subarray(0, length)
    : 'something was written behind the signature';
}

/** How long the outermost SEQUENCE is, with its head (X.690, 8.1.3). */
function lengthOf(bytes: Buffer): number | null {
  if (bytes[0] !== 0x30 || bytes.length < 6) return null;
  if (bytes[1] === 0x82) return 4 + bytes.readUInt16BE(2);
  if (bytes[1] === 0x83) return 5 + bytes.readUIntBE(2, 3);
  return bytes[1]! < 0x80 ? 2 + bytes[1]! : null;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function numberOf(content: Buffer): string | null {
  try {
    const read: unknown = JSON.parse(content.toString('utf8'));
    const number: unknown = typeof read === 'object' && read !== null ? Reflect.get(read, 'number') : null;
    return typeof number === 'string' ? number : null;
  } catch {
    return null;
  }
}
