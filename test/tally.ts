import type { TestEvent } from 'node:test/reporters';

/** A reporter that writes one JSON line for each test that was skipped or is marked as unfinished. */
export interface Skip {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

// biome-ignore lint/style/noDefaultExport: node's test runner takes a reporter by its default export
export default async function* tally(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, skip, todo } = event.data;
    const mark = skip ?? todo;
    if (mark === undefined || mark === false) continue;
    const found: Skip = {
      file: file ?? '',
      name,
      reason: typeof mark === 'string' ? mark : 'no reason given',
    };
    yield `${JSON.stringify(found)}\n`;
  }
}
