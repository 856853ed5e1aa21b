import { drain } from '../wire/drain.ts';
import type { Link } from '../wire/link.ts';
import type { Spool } from '../wire/spool.ts';

/**
 * Sends a spool's records to the centre, one message each, in order. A refused message is said aloud and left
 * behind (it would be refused for ever); everything else is tried until it is acknowledged.
 */
export function sendSpool(
  spool: Spool,
  link: Link,
  pathOf: (kind: string) => string,
  mishap: (text: string) => void,
) {
  const ending = new AbortController();
  const done = drain(
    spool,
    async (batch, sender) => {
      for (const record of batch) {
        const body = { ...(record.body as object), spool: sender, seq: record.seq };
        const answer = await link.post(pathOf(record.kind), body);
        if (answer.status === 422)
          mishap(`message ${record.seq} was refused: ${JSON.stringify(answer.body)}`);
        else if (answer.status !== 200) throw new Error(`the centre answered ${answer.status}`);
      }
    },
    {
      signal: ending.signal,
      mostMs: 5000,
      onFailure: (error, failures) => {
        if (failures === 3) mishap(`the centre cannot be reached: ${String(error)}`);
      },
    },
  );
  return {
    stop: async (): Promise<void> => {
      ending.abort();
      await done;
    },
  };
}
