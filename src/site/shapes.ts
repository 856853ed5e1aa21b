import type { StretchKind } from '../settlement/view.ts';
import type { Lang, Text } from '../terms/words.ts';
import { type Html, html } from './html.ts';
import type { Standing } from './summary.ts';

/** Marks and words of classes and verdicts: a shape and a word always stand beside the colour. */

export const kindWords: Readonly<Record<StretchKind | 'good', Text>> = {
  good: { zh: '达标', en: 'good' },
  bad: { zh: '未达标', en: 'bad' },
  unobserved: { zh: '未观测', en: 'unobserved' },
  excluded: { zh: '不计入', en: 'excused' },
  outside: { zh: '未生效', en: 'not in force' },
};

export const standingWords: Readonly<Record<Standing, Text>> = {
  kept: { zh: '守住了', en: 'kept' },
  behind: { zh: '目前低于承诺', en: 'below the promise so far' },
  breached: { zh: '没有守住', en: 'broken' },
  'nothing-measured': { zh: '尚无测量', en: 'nothing measured' },
};

export const sampleWords: Text = { zh: '示例数据', en: 'sample data' };

/** One letter of a class in the calendar's markup, which is written thousands of times. */
export const kindClass: Readonly<Record<StretchKind, string>> = {
  bad: 'b',
  unobserved: 'u',
  excluded: 'x',
  outside: 'o',
};

/** The patterns that the calendar's cells are filled with, once per page. */
export const patterns: Html = html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2.5" height="5"/></pattern>
<pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="dots-ground" width="4" height="4"/><circle class="dots-dot" cx="2" cy="2" r="1.2"/></pattern>
</defs></svg>`;

/** A swatch of a class for legends and rows. */
export function swatch(kind: StretchKind | 'good'): Html {
  const name = kind === 'good' ? 'g' : kindClass[kind];
  return html`<svg class="swatch ${name}" aria-hidden="true"><rect/></svg>`;
}

const verdictShapes: Readonly<Record<'good' | 'bad' | 'unobserved', Html>> = {
  good: html`<circle cx="8" cy="8" r="7"/><path class="stroke" d="M4.5 8.300l2.4 2.4 4.6-5"/>`,
  bad: html`<path d="M8 .5L15.5 8 8 15.5.5 8z"/><path class="stroke" d="M5.5 5.500l5 5M10.5 5.500l-5 5"/>`,
  unobserved: html`<circle class="ring" cx="8" cy="8" r="6.2"/>`,
};

/** Round with a tick, a diamond with a cross, a broken ring: told apart without colour. */
export function verdictMark(verdict: 'good' | 'bad' | 'unobserved'): Html {
  return html`<svg class="mark ${verdict}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${verdictShapes[verdict]}</svg>`;
}

const standingVerdict: Readonly<Record<Standing, 'good' | 'bad' | 'unobserved'>> = {
  kept: 'good',
  behind: 'bad',
  breached: 'bad',
  'nothing-measured': 'unobserved',
};

export function standingMark(standing: Standing): Html {
  return verdictMark(standingVerdict[standing]);
}

export function sampleTag(lang: Lang): Html {
  return html`<span class="tag sample-tag">${sampleWords[lang]}</span>`;
}
