import './shape.css';
import type { ReactNode } from 'react';
import type { StretchKind } from '../../../src/settlement/view.ts';
import { kindWords } from '../../../src/site/shapes.ts';
import type { Standing } from '../../../src/site/summary.ts';
import { useText } from '../speech/lang.ts';

/** Marks of classes: darkness, hatch and dots differ, so that they survive grey print and colour blindness. */

export const kindClass: Readonly<Record<StretchKind | 'good', string>> = {
  good: 'kind-good',
  bad: 'kind-bad',
  unobserved: 'kind-unseen',
  excluded: 'kind-excused',
  outside: 'kind-outside',
};

/** How a standing is marked (pattern/facts.tsx). */
export const standingTone: Readonly<Record<Standing, 'good' | 'bad' | 'unseen'>> = {
  kept: 'good',
  behind: 'bad',
  breached: 'bad',
  'nothing-measured': 'unseen',
};

/** The fills of hatched and dotted cells, once per page. */
export function Patterns(): ReactNode {
  return (
    <svg className="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="hatch-ground" width="5" height="5" />
          <rect className="hatch-line" width="2.5" height="5" />
        </pattern>
        <pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse">
          <rect className="dots-ground" width="4" height="4" />
          <circle className="dots-dot" cx="2" cy="2" r="1.2" />
        </pattern>
      </defs>
    </svg>
  );
}

/** A class in its colour and in a word. */
export function Kind({ kind }: { readonly kind: StretchKind | 'good' }): ReactNode {
  const text = useText();
  return (
    <span className="kind">
      <svg className={`swatch ${kindClass[kind]}`} aria-hidden="true" focusable="false">
        <rect width="100%" height="100%" rx="2" />
      </svg>
      {text(kindWords[kind])}
    </span>
  );
}
