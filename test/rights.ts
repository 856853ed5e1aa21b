import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grantsOf, rightNames } from '../src/entrance/right.ts';
import { roles } from '../src/entrance/role.ts';

/** docs/rights.md, as the table in src/entrance/right.ts prints it. `node test/rights.ts` writes it anew. */

export const rightsFile = join(import.meta.dirname, '..', 'docs', 'rights.md');

const head = `# Who may do what

Printed from the table in [right.ts](../src/entrance/right.ts) by \`node test/rights.ts\`; a test compares the two. What has no mark nobody
may: a new resource, action or role starts with nothing. *all*: everybody's; *own*: one's own company's things, and
what is another's does not exist (404). Staff without a second factor have no right at all. An API key has the rights
of whoever made it, and of those at most the scopes that it was given; the names below are the scopes' names.

What the table cannot say is said in one place: of \`users:edit\` sales and customers have customers' users only, staff are an
owner's ([users.ts](../src/api/resources/users.ts)); the last owner stays one, and nobody shuts themselves out.
`;

export function rightsPage(): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = rightNames.map((right) => {
    const grants = grantsOf(right);
    return row([`\`${right}\``, ...roles.map((role) => grants[role] ?? '')]);
  });
  const columns = ['right', ...roles];
  return `${[head, row(columns), row(columns.map(() => '---')), ...rows].join('\n')}\n`;
}

if (import.meta.main) writeFileSync(rightsFile, rightsPage());
