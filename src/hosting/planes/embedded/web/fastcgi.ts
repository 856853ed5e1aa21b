import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Body } from './body.ts';
import { frames, opening, RecordReader, recordType } from './record.ts';

export interface ScriptCall {
  /** Of a unix socket. */
  readonly socket: string;
  readonly params: readonly (readonly [string, string])[];
  readonly body: Body;
  /** Aborted: the script is given up, at once. */
  readonly signal: AbortSignal;
  /** What the script's server says on its error stream. */
  readonly onStderr: (text: string) => void;
}

/**
 * Calls a script and yields what it writes, as it writes it; a slow taker slows the script. Throws when there is
 * no connection, when it ends before the script has ended, when the call is aborted, or when the responder
 * refuses (overloaded). The request's body goes out alongside: a script may answer without having read it.
 */
export async function* callScript(call: ScriptCall): AsyncGenerator<Buffer> {
  const socket = createConnection(call.socket);
  const abort = () => socket.destroy(new Error('given up'));
  call.signal.addEventListener('abort', abort);
  if (call.signal.aborted) abort();
  const reader = new RecordReader();
  try {
    const sent = send(socket, call);
    sent.catch((error: unknown) => socket.destroy(error instanceof Error ? error : undefined));
    for await (const bytes of socket) {
      for (const { type, content } of reader.take(bytes as Buffer)) {
        if (type === recordType.stdout && content.length > 0) yield content;
        if (type === recordType.stderr && content.length > 0) call.onStderr(content.toString('utf8'));
        if (type === recordType.end) {
          if (content[4] !== 0) throw new Error(`the responder refuses (${content[4]})`);
          return;
        }
      }
    }
    throw new Error('the script ended in the middle of its answer');
  } finally {
    call.signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function send(socket: Socket, { params, body }: ScriptCall): Promise<void> {
  socket.write(opening(params));
  for await (const piece of body.pieces()) {
    if (socket.destroyed) return;
    let taken = true;
    for (const part of frames(recordType.stdin, piece)) taken = socket.write(part);
    if (!taken) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  if (!socket.destroyed) for (const part of frames(recordType.stdin, Buffer.alloc(0))) socket.write(part);
}
