import './trouble.css';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { asProblem } from '../client/problem.ts';
import { both, useWords } from '../speech/lang.ts';
import { useRefusal } from '../speech/refusals.ts';

const words = both({
  zh: { again: '重试', field: '涉及字段', technical: '错误码' },
  en: { again: 'Try again', field: 'Field', technical: 'Code' },
});

/** What was refused or failed: what happened, what to do, the permanent code for whoever is asked for help. */
export function Trouble({
  error,
  again,
}: {
  readonly error: unknown;
  readonly again?: (() => void) | undefined;
}): ReactNode {
  const w = useWords(words);
  const problem = asProblem(error);
  const said = useRefusal(problem);
  return (
    <div className="trouble" role="alert">
      <p className="what">{said.what}</p>
      {said.mend === '' ? null : <p>{said.mend}</p>}
      <p className="faint">
        {w.technical} <code>{problem.code}</code>
        {problem.path === '' ? null : (
          <>
            {' · '}
            {w.field} <code>{problem.path}</code>
          </>
        )}
      </p>
      {again === undefined ? null : (
        <Button size="small" onClick={again}>
          {w.again}
        </Button>
      )}
    </div>
  );
}
