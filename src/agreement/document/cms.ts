import { createHash, verify as verifySignature, X509Certificate } from 'node:crypto';
import { fromBER, type OctetString, Sequence, type UTCTime } from 'asn1js';
import { type AlgorithmIdentifier, ContentInfo, IssuerAndSerialNumber, SignedData, TSTInfo } from 'pkijs';

/**
 * Checks one signature of a file (CMS, RFC 5652; CAdES, ETSI EN 319 122). Strict on purpose: what is not written
 * as we write it is a fault, so that no byte of it can be another one.
 */
export interface Checked {
  readonly certificate: X509Certificate;
  /** The certificates that vouch for it, up to one that vouches for itself. */
  readonly chain: readonly X509Certificate[];
  /** What the signer's own clock said; null: nothing. */
  readonly signedAt: number | null;
  /** What a time stamp service said (RFC 3161), and its name. */
  readonly stamp: { readonly at: number; readonly by: string } | null;
}

const oid = {
  signedData: '1.2.840.113549.1.7.2',
  data: '1.2.840.113549.1.7.1',
  stampInfo: '1.2.840.113549.1.9.16.1.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  certificate: '1.2.840.113549.1.9.16.2.47',
  oldCertificate: '1.2.840.113549.1.9.16.2.12',
  stampToken: '1.2.840.113549.1.9.16.2.14',
  rsa: ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.11'],
  ecdsa: ['1.2.840.10045.4.3.2'],
} as const;

/** Thrown with the reason; `checkSignature` gives it back as text. */
class Fault extends Error {}

function must(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Fault(why);
}

/** `der` is the signature, `content` what it is over. A text is why it is not valid. */
export function checkSignature(der: Buffer, content: readonly Buffer[]): Checked | string {
  try {
    const { value, checked } = checkOne(der, digestOf(content), oid.data);
    const stamp = stampOf(value.signerInfos[0]!.unsignedAttrs?.attributes ?? [], value);
    return { ...checked, stamp };
  } catch (error) {
    // The parsers throw what they like at what is no CMS.
    return error instanceof Fault ? error.message : 'the signature cannot be read';
  }
}

function digestOf(content: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of content) hash.update(part);
  return hash.digest();
}

function checkOne(der: Buffer, digest: Buffer, type: string) {
  const parsed = fromBER(exact(der));
  must(parsed.offset === der.length, 'the signature cannot be read');
  const info = new ContentInfo({ schema: parsed.result });
  must(info.contentType === oid.signedData, 'the signature is of an unknown kind');
  const value = new SignedData({ schema: info.content });
  // The reader of ASN.1 overlooks a bit here and there: written again, it must be what was read.
  const again = new ContentInfo({ contentType: info.contentType, content: value.toSchema() });
  const written = Buffer.from(again.toSchema().toBER(false));
  must(type !== oid.data || written.equals(der), 'the signature was changed');
  must(value.version === (type === oid.data ? 1 : 3), 'the signature has an unknown version');
  must(value.encapContentInfo.eContentType === type, 'the signature is over something of another kind');
  must(value.crls === undefined && value.ocsps === undefined, 'the signature carries more than it should');
  must(value.signerInfos.length === 1, 'not exactly one signer');
  const certificates = (value.certificates ?? []).map(
    (one) => new X509Certificate(Buffer.from(one.toSchema().toBER(false))),
  );
  const signer = value.signerInfos[0]!;
  must(signer.version === 1 && signer.sid instanceof IssuerAndSerialNumber, 'the signer is not named');
  const { issuer, serialNumber } = signer.sid;
  const serial = Buffer.from(serialNumber.valueBlock.valueHexView).toString('hex');
  const certificate = certificates.find((one) => sameSerial(one.serialNumber, serial));
  must(certificate !== undefined, 'the signer’s certificate is missing');
  must(certificateNames(certificate, Buffer.from(issuer.toSchema().toBER(false))), 'the issuer differs');
  const others = certificates.filter((one) => one !== certificate);
  const chain = others.length === 0 ? [] : chainOf(certificate, others);
  must(chain !== null && chain.length === others.length, 'a certificate was changed, or is not the signer’s');
  const algorithms = [...value.digestAlgorithms, signer.digestAlgorithm];
  must(value.digestAlgorithms.length === 1, 'not exactly one digest');
  for (const one of algorithms) must(one.algorithmId === oid.sha256 && isPlain(one), 'not SHA-256');
  const attributes = signer.signedAttrs;
  must(attributes !== undefined, 'nothing was signed');
  must(isNamed(certificate, attributes.attributes, type), 'the signer’s certificate was changed');
  const said = octetsOf(attributes.attributes, oid.messageDigest);
  must(said?.equals(digest) === true, 'the digest differs: bytes were changed after it was signed');
  const raw = Buffer.from(attributes.encodedValue);
  // Signed as a SET, sent as [0] (RFC 5652, 5.4).
  const signed = Buffer.concat([Buffer.from([0x31]), raw.subarray(1)]);
  const { signatureAlgorithm } = signer;
  const isRsa = certificate.publicKey.asymmetricKeyType === 'rsa';
  const known: readonly string[] = isRsa ? oid.rsa : oid.ecdsa;
  must(known.includes(signatureAlgorithm.algorithmId) && isPlain(signatureAlgorithm), 'an unknown algorithm');
  const bytes = Buffer.from(signer.signature.valueBlock.valueHexView);
  must(verifySignature('sha256', signed, certificate.publicKey, bytes), 'the signature does not fit its key');
  return { value, checked: { certificate, chain, signedAt: timeOf(attributes.attributes) } };
}

/**
 * The certificates that vouch for `own`, each signed by the next and the last one by itself; null when none of
 * `others` leads to such a one.
 */
export function chainOf(
  own: X509Certificate,
  others: readonly X509Certificate[],
): readonly X509Certificate[] | null {
  const chain: X509Certificate[] = [];
  for (let last = own; ; ) {
    if (last.checkIssued(last)) return last.verify(last.publicKey) ? chain : null;
    const issuer = others.find(
      (one) => !chain.includes(one) && last.checkIssued(one) && last.verify(one.publicKey),
    );
    if (issuer === undefined) return null;
    chain.push(issuer);
    last = issuer;
  }
}

/**
 * Whether the signer named this very certificate in what they signed (RFC 5035): signing-certificate-v2 with
 * SHA-256, of a time stamp service also the older one with SHA-1.
 */
function isNamed(certificate: X509Certificate, attributes: Attributes, type: string): boolean {
  const kinds: readonly (readonly [string, string])[] =
    type === oid.data
      ? [[oid.certificate, 'sha256']]
      : [
          [oid.certificate, 'sha256'],
          [oid.oldCertificate, 'sha1'],
        ];
  return kinds.some(([name, algorithm]) => {
    const value = attributes.find((one) => one.type === name)?.values[0];
    if (!(value instanceof Sequence)) return false;
    return Buffer.from(value.toBER(false)).includes(createHash(algorithm).update(certificate.raw).digest());
  });
}

type Attributes = readonly { readonly type: string; readonly values: readonly unknown[] }[];

/** The time stamp's token is itself such a signature, over what it says of our signature's digest (RFC 3161). */
function stampOf(attributes: Attributes, { signerInfos }: SignedData): Checked['stamp'] {
  if (attributes.length === 0) return null;
  const [one] = attributes;
  must(attributes.length === 1 && one!.type === oid.stampToken, 'unknown unsigned attributes');
  const token = one!.values[0] as { toBER(sizeOnly: boolean): ArrayBuffer };
  const der = Buffer.from(token.toBER(false));
  const inner = new SignedData({ schema: new ContentInfo({ schema: fromBER(exact(der)).result }).content });
  const told = inner.encapContentInfo.eContent;
  must(told !== undefined, 'the time stamp says nothing');
  const text = Buffer.from(told.getValue());
  const { checked } = checkOne(der, digestOf([text]), oid.stampInfo);
  const info = new TSTInfo({ schema: fromBER(exact(text)).result });
  const imprint = Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView);
  const signature = Buffer.from(signerInfos[0]!.signature.valueBlock.valueHexView);
  must(imprint.equals(digestOf([signature])), 'the time stamp is of another signature');
  return { at: info.genTime.getTime(), by: checked.certificate.subject.replaceAll('\n', ', ') };
}

function octetsOf(attributes: Attributes, type: string): Buffer | null {
  const found = attributes.find((one) => one.type === type)?.values[0] as OctetString | undefined;
  return found === undefined ? null : Buffer.from(found.valueBlock.valueHexView);
}

function timeOf(attributes: Attributes): number | null {
  const found = attributes.find((one) => one.type === oid.signingTime)?.values[0] as UTCTime | undefined;
  return found === undefined ? null : found.toDate().getTime();
}

/** No parameters, or NULL (RFC 5754). */
function isPlain({ algorithmParams }: AlgorithmIdentifier): boolean {
  if (algorithmParams === undefined) return true;
  return Buffer.from(algorithmParams.toBER(false)).equals(Buffer.from([5, 0]));
}

function sameSerial(a: string, b: string): boolean {
  return a.toLowerCase().replace(/^0+/, '') === b.toLowerCase().replace(/^0+/, '');
}

/** Whether a certificate's issuer is this very name, byte for byte. */
function certificateNames(certificate: X509Certificate, issuer: Buffer): boolean {
  return certificate.raw.includes(issuer);
}

function exact(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
