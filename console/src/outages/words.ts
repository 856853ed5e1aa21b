import { causeWords, clauseOfCause } from '../../../src/terms/editions/words.ts';
import type { Text } from '../../../src/terms/words.ts';
import { both } from '../speech/lang.ts';

export const checkWords = both({
  zh: { web: '站点访问', ftp: 'FTP 连通', response: '响应速度' },
  en: { web: 'Website', ftp: 'FTP', response: 'Response' },
});

/** A cause in words; one of an older record stands as it was recorded. */
export function causeOf(cause: string): Text {
  return known(cause) ? causeWords[cause].name : { zh: cause, en: cause };
}

/** The clause that says whose it is; null: no cause that excuses time. */
export function clauseOf(cause: string, check: string | null): string | null {
  return known(cause) ? clauseOfCause(cause, check) : null;
}

function known(cause: string): cause is keyof typeof causeWords {
  return Object.hasOwn(causeWords, cause);
}

/** The beginning of an outage as an address has it, epoch ms; what is no instant is the first one, at which none began. */
export function beginningOf(text: string | undefined): number {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : 0;
}
