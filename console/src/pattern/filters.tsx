import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';

/** One filter of a list; `key` is the API's query parameter and the address's. */
export interface Filter {
  readonly key: string;
  readonly label: string;
  /** To choose from; without them it is a text to search for. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** What no choice is called: "all roles". */
  readonly none?: string;
}

const pauseMs = 300;

/** What is chosen stands in the address at once (texts after a pause); another choice begins at the first page. */
export function Filters({
  filters,
  chosen,
}: {
  readonly filters: readonly Filter[];
  readonly chosen: Readonly<Record<string, string>>;
}): ReactNode {
  const navigate = useNavigate();
  const set = (key: string, value: string): void => {
    const turned = (search: object): object => ({ ...search, cursor: undefined, [key]: value || undefined });
    void navigate({ to: '.', search: turned as never, replace: true });
  };
  return (
    <search className="filters">
      {filters.map((filter) => (
        // The control stands inside the label; the linter does not see it through the condition.
        // biome-ignore lint/a11y/noLabelWithoutControl: see above
        <label key={filter.key}>
          <span>{filter.label}</span>
          {filter.options === undefined ? (
            <Text value={chosen[filter.key] ?? ''} onChange={(value) => set(filter.key, value)} />
          ) : (
            <select value={chosen[filter.key] ?? ''} onChange={({ target }) => set(filter.key, target.value)}>
              <option value="">{filter.none ?? '–'}</option>
              {filter.options.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </label>
      ))}
    </search>
  );
}

function Text({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written counts, not the function's identity
  useEffect(() => {
    if (text === value) return undefined;
    const timer = window.setTimeout(() => onChange(text), pauseMs);
    return () => window.clearTimeout(timer);
  }, [text]);
  return <input type="search" value={text} onChange={({ target }) => setText(target.value)} />;
}
