import {
  type Signer as KeySigner,
  PDF,
  PdfArray,
  PdfDict,
  PdfNumber,
  type PdfRef,
  type TimestampAuthority,
  TimestampError,
} from '@libpdf/core';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import type { Lang } from '../../terms/words.ts';
import { localTime } from '../content.ts';
import { type Place, press } from './press.ts';

/**
 * Signs a file (PAdES, ETSI EN 319 142): an incremental update, so that what was signed before stays byte for
 * byte. The seal or the signer's name is the visible appearance of the signature's own field.
 */

export interface Signing {
  readonly field: Place;
  readonly act: 'signed' | 'sealed';
  readonly signer: KeySigner;
  /** Who signs, as the agreement names them. */
  readonly name: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly lang: Lang;
  readonly zone: string;
  readonly at: number;
  /** The seal as its party brought it (PNG); null: one is drawn. */
  readonly picture?: Buffer | null;
  /** RFC 3161; null: none is configured. */
  readonly timestamp: TimestampAuthority | null;
}

export interface Signed {
  readonly pdf: Buffer;
  /** `B-T` bears a time stamp of somebody else; `B-B` is what remains when there is none. */
  readonly level: 'B-B' | 'B-T';
}

const words = {
  zh: { signed: '数字签名', sealed: '电子印章', key: '证书指纹' },
  en: { signed: 'Digitally signed', sealed: 'ELECTRONIC SEAL', key: 'Certificate' },
} as const;

/** Room for the signature with two certificates; a time stamp needs as much again. */
const roomBytes = 6144;
const stampedRoomBytes = 16_384;

/** A time stamp that cannot be had lowers the level and blocks nothing. Refuses a name that cannot be printed. */
export async function sign(pdf: Buffer, signing: Signing): Promise<Signed | Refusal> {
  const look = lookOf(signing);
  if (isRefusal(look)) return look;
  if (signing.timestamp !== null) {
    try {
      return { pdf: await place(pdf, signing, look.pdf, signing.timestamp), level: 'B-T' };
    } catch (error) {
      if (!(error instanceof TimestampError)) throw error;
    }
  }
  return { pdf: await place(pdf, signing, look.pdf, null), level: 'B-B' };
}

function lookOf({ field, act, name, fingerprint, lang, zone, at, picture = null }: Signing) {
  const say = words[lang];
  const time = localTime(zone, Math.floor(at / 1000) * 1000);
  const key = `${say.key} ${fingerprint.slice(0, 32)}`;
  const { width, height } = field;
  const pictured = act === 'sealed' && picture !== null;
  const said = { word: say[act], time, day: time.slice(0, 10), key };
  const stamp = { act, name, lang, width, height, pictured, ...said };
  return press('stamp', { stamp }, at, {}, pictured ? { 'seal.png': picture } : {});
}

/** Prints a seal with the picture for nobody: whether it can be printed at all. */
export function tryPicture(png: Buffer, at: number): Refusal | null {
  const size = { width: 119, height: 119 };
  const said = { word: '', time: '', day: '', key: '' };
  const stamp = { act: 'sealed', name: '-', lang: 'zh', pictured: true, ...size, ...said };
  try {
    const printed = press('stamp', { stamp }, at, {}, { 'seal.png': png });
    return isRefusal(printed) ? printed : null;
  } catch {
    return refuse('picture-pixels', 'png', 'a picture that can be printed');
  }
}

async function place(
  file: Buffer,
  { field, act, signer, name, lang, at }: Signing,
  look: Buffer,
  timestampAuthority: TimestampAuthority | null,
): Promise<Buffer> {
  const pdf = await PDF.load(new Uint8Array(file));
  const embedded = await pdf.embedPage(await PDF.load(new Uint8Array(look)), 0);
  // The library gives each signature an empty rectangle. Before it saves, the field gets its place and look.
  const save = pdf.save.bind(pdf);
  pdf.save = (options) => {
    show(pdf, field, embedded.ref);
    return save(options);
  };
  const { bytes } = await pdf.sign({
    signer,
    reason: `${words[lang][act]}：${name}`,
    signingTime: new Date(Math.floor(at / 1000) * 1000),
    fieldName: field.name,
    estimatedSize: timestampAuthority === null ? roomBytes : stampedRoomBytes,
    ...(timestampAuthority === null ? {} : { timestampAuthority, level: 'B-T' as const }),
  });
  return Buffer.from(bytes);
}

const shown = new WeakSet<PDF>();

function show(pdf: PDF, { name, page: number, x, y, width, height }: Place, look: PdfRef): void {
  const form = pdf.getForm();
  const field = form?.getField(name);
  const page = pdf.getPage(number - 1);
  if (shown.has(pdf) || field === undefined || page === null) return;
  shown.add(pdf);
  const dict = field.getDict();
  const ref = field.getRef();
  if (ref === null) throw new Error(`the field ${name} is no object of its own`);
  // Fields count from the bottom of the page, in points.
  const bottom = page.getMediaBox().height - y - height;
  const corners = [x, bottom, x + width, bottom + height];
  dict.set('Rect', new PdfArray(corners.map((point) => PdfNumber.of(Math.round(point * 100) / 100))));
  dict.set('AP', PdfDict.of({ N: look }));
  dict.set('P', page.ref);
  const resolve = (one: PdfRef) => pdf.getObject(one);
  const annotations = page.dict.getArray('Annots', resolve);
  page.dict.set('Annots', new PdfArray([...(annotations ?? []), ref]));
}
