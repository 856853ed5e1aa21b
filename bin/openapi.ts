import { writeFileSync } from 'node:fs';
import { outlined } from '../src/api/outline.ts';
import { routes } from '../src/api/routes.ts';

// node bin/openapi.ts FILE: the API's OpenAPI document, without a server. The console's types are made from it.
const [, , file] = process.argv;
if (file === undefined) throw new Error('bin/openapi.ts FILE');
writeFileSync(file, `${JSON.stringify(await outlined(routes), null, 2)}\n`);
