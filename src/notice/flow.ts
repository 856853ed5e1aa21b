import type { Clock } from '../clock.ts';
import type { Database, Tx } from '../db/connection.ts';
import { backoffMs, fail, finish, hold, type Letter as Posted, post, take } from '../db/outbox.ts';
import type { Vault } from '../entrance/doors/vault.ts';
import { readProvider } from '../people/store.ts';
import { bounceAddress, lockAddress } from '../people/verification/flow.ts';
import { type Refusal, refuseShape } from '../refusal.ts';
import type { Channel, Delivery } from './channel.ts';
import { type Letter, letterShape, render, type Sender } from './message.ts';
import { type Relay, relayShape } from './relay.ts';
import * as store from './store.ts';

/** The outbox's letters go to the mail relay; what became of each is kept. */

export interface Office {
  readonly database: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  /** The console's address, for links. */
  origin(): string;
  /** Opens the way to a relay. */
  open(relay: Relay): Channel;
  mishap(text: string): void;
}

/** How long a letter is ours alone while it is handed over: longer than any conversation lasts. */
const heldMs = 60_000;
/** A relay that never takes a letter: after a week nobody waits for it. */
const patienceMs = 7 * 86_400_000;

export async function setRelay(tx: Tx, now: number, input: unknown, vault: Vault): Promise<Refusal | null> {
  const parsed = relayShape.safeParse(input);
  if (!parsed.success) return refuseShape('relay-invalid', parsed.error);
  const { password, ...settings } = parsed.data;
  await store.saveRelay(tx, { settings, sealed: password === null ? null : vault.seal(password), at: now });
  return null;
}

/** Posts a letter to oneself, the way that every letter goes; gives the key by which its fate is found. */
export async function postTest(tx: Tx, now: number, to: string, lang: 'zh' | 'en'): Promise<string> {
  const key = `test ${to} ${now}`;
  await post(tx, 'letter', key, { kind: 'test', to, lang } satisfies Letter, now);
  return key;
}

interface Job {
  readonly id: number;
  readonly attempts: number;
  readonly letter: Letter;
  readonly row: store.LetterRow;
  readonly sender: Sender;
  readonly relay: Relay;
}

/** Hands over every letter that is due, one after the other; without a relay they wait. Resolves to how many were tried. */
export async function sendLetters(office: Office, stopped: () => boolean = () => false): Promise<number> {
  let tried = 0;
  for (;;) {
    if (stopped()) return tried;
    const job = await office.database.transaction((tx) => begin(office, tx));
    if (job === null) return tried;
    if (job === 'ended') continue;
    tried += 1;
    await handOver(office, job, stopped);
  }
}

async function handOver(office: Office, job: Job, stopped: () => boolean): Promise<void> {
  const { letter, row, sender, relay } = job;
  const channel = office.open(relay);
  // A conversation that hangs does not hold up the end of the process.
  const watch = setInterval(() => stopped() && channel.close(), 200);
  try {
    const secret = 'sealed' in letter ? office.vault.open(letter.sealed) : '';
    const delivery = await channel.send(render(letter, row.key, sender, secret));
    await office.database.transaction((tx) => conclude(office, tx, job, delivery));
  } finally {
    clearInterval(watch);
  }
}

/** Takes one letter and notes that it is under way: whoever comes after a kill knows that it may have arrived. */
async function begin(office: Office, tx: Tx): Promise<Job | 'ended' | null> {
  const stored = await store.readRelay(tx);
  if (stored === null) return null;
  const now = office.clock.now();
  const [posted] = await take(tx, now, 1, 'letter');
  if (posted === undefined) return null;
  const letter = letterShape.parse(posted.body);
  const known = await store.readLetter(tx, posted.key);
  const row = rowOf(posted, letter, known, now);
  const over = overOf(posted, letter, known, now);
  if (over !== null) {
    await store.saveLetter(tx, { ...row, state: over });
    await finish(tx, posted.id, now);
    if (over === 'uncertain') office.mishap(`${posted.key}: nobody knows whether it arrived`);
    return 'ended';
  }
  await store.saveLetter(tx, { ...row, state: 'sending', tries: row.tries + 1 });
  await hold(tx, posted.id, now + heldMs);
  const profile = (await readProvider(tx))?.profile;
  const name = profile?.name ?? { zh: 'Hostpledge', en: 'Hostpledge' };
  const sender = { name, address: stored.settings.from, origin: office.origin() };
  const relay = {
    ...stored.settings,
    password: stored.sealed === null ? null : office.vault.open(stored.sealed),
  };
  const sending = { ...row, tries: row.tries + 1 };
  return { id: posted.id, attempts: posted.attempts, letter, row: sending, sender, relay };
}

function rowOf(posted: Posted, letter: Letter, known: store.LetterRow | null, now: number): store.LetterRow {
  const { kind, to: address } = letter;
  const fresh = { tries: 0, said: '', messageId: null, state: 'waiting' as const };
  return { ...fresh, ...known, key: posted.key, kind, address, at: posted.at, triedAt: now };
}

/**
 * A letter that was under way when we were killed is sent once more, with the same Message-ID; a second time it is
 * left, shown as uncertain. What opens nothing any more, and what nobody waits for, is not sent.
 */
function overOf(
  posted: Posted,
  letter: Letter,
  known: store.LetterRow | null,
  now: number,
): 'uncertain' | 'expired' | null {
  if (known?.state === 'sending' && known.tries > posted.attempts + 1) return 'uncertain';
  if ('until' in letter && now >= letter.until) return 'expired';
  return now - posted.at > patienceMs ? 'expired' : null;
}

async function conclude(office: Office, tx: Tx, job: Job, delivery: Delivery): Promise<void> {
  const { outcome, said, messageId, bounced } = delivery;
  const now = office.clock.now();
  const row = { ...job.row, said, triedAt: now };
  if (outcome === 'sent' || outcome === 'refused') {
    if (bounced) await lockAddress(tx, row.address);
    await store.saveLetter(tx, { ...row, state: outcome, messageId });
    await finish(tx, job.id, now);
    if (bounced) await bounceAddress(tx, now, row.address, said);
    if (outcome === 'refused') office.mishap(`${row.key}: the relay refuses it: ${said}`);
    return;
  }
  await store.saveLetter(tx, { ...row, state: 'waiting' });
  await fail(tx, job.id, `${outcome}: ${said}`, now + backoffMs(job.attempts));
}
