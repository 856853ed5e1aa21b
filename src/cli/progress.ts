import type { Shell } from './command.ts';

const everyMs = 2000;

/** Says on the error channel how far a long piece of work is, every other second. */
export class Progress {
  readonly #shell: Pick<Shell, 'err'>;
  readonly #done: string;
  #files = 0;
  #bytes = 0;
  #said = performance.now();

  /** `done` is the word for what happens to files. */
  constructor(shell: Pick<Shell, 'err'>, done: string) {
    this.#shell = shell;
    this.#done = done;
  }

  add(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    if (performance.now() - this.#said < everyMs) return;
    this.say(`${this.#done} so far`);
  }

  /** What is begun now, and how far it is. */
  say(what: string): void {
    this.#said = performance.now();
    this.#shell.err(`${what}: ${this.total()}\n`);
  }

  total(): string {
    return `${this.#files} files and folders, ${(this.#bytes / 1e6).toFixed(1)} MB`;
  }
}
