import type { Tx } from '../../db/connection.ts';
import { readCopies, readDocument, readSignatures } from '../store.ts';
import { type Verdict, verify } from './verify.ts';

/** What of a verdict the record is looked up by. */
export type Shown = Pick<Verdict, 'number' | 'contentDigest' | 'fileDigest'> & {
  readonly signatures: readonly Pick<Verdict['signatures'][number], 'field' | 'fingerprint'>[];
};

/** What this installation has on record about a file that somebody shows. */
export interface Found {
  /** The revision whose content the file carries is the one that stands. */
  readonly sameContent: boolean;
  /** Whose original it is, byte for byte as it was left after some signature; null: none of ours. */
  readonly holder: 'provider' | 'customer' | null;
  /** Whether that was the last one. */
  readonly latest: boolean;
  /** Every certificate in it is the one that is on record for that act. */
  readonly sameSigners: boolean;
  /** Both originals carry the same content, and both are whole. */
  readonly copiesAgree: boolean;
}

/** Compares a verdict with the record; null: there is no such agreement here, or it was never printed. */
export async function findRecord(tx: Tx, verdict: Shown): Promise<Found | null> {
  if (verdict.number === null) return null;
  const document = await readDocument(tx, verdict.number);
  if (document === null) return null;
  const past = (await readSignatures(tx, verdict.number)).filter((one) => one.revision === document.revision);
  const copies = await readCopies(tx, verdict.number, document.revision);
  const mine = past.find((one) => one.after === verdict.fileDigest);
  const others = await Promise.all(copies.map((copy) => verify(copy.file)));
  const known = (field: string, fingerprint: string): boolean =>
    past.some((one) => `${one.party}-${one.act}` === field && one.fingerprint === fingerprint);
  return {
    sameContent: document.digest === verdict.contentDigest,
    holder: mine?.holder ?? null,
    latest: copies.some((copy) => copy.digest === verdict.fileDigest),
    sameSigners:
      verdict.signatures.length > 0 &&
      verdict.signatures.every(({ field, fingerprint }) => known(field, fingerprint)),
    copiesAgree:
      others.length === 2 && others.every((one) => one.whole && one.contentDigest === document.digest),
  };
}
