import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeKinds } from '../src/attribution/cause.ts';
import { loginOutcomes } from '../src/hosting/login.ts';
import { loginWords } from '../src/terms/editions/wording/login.ts';
import { causeWords } from '../src/terms/editions/words.ts';

/** `terms/` ranks above the folders whose words it has, so that they agree is checked here. */

test('every ending of an FTP login has its words, and there are no others', () => {
  assert.deepEqual(Object.keys(loginWords).sort(), [...loginOutcomes].sort());
});

test('every cause that attribution can find has its words', () => {
  assert.deepEqual(
    causeKinds.filter((cause) => !Object.hasOwn(causeWords, cause)),
    [],
  );
});
