import type { Text } from '../../words.ts';

/** The five classes of time (SEMANTICS §4): a word, and what it means to somebody who reads it for the first time. */
export const classWords: Readonly<
  Record<
    'outside' | 'excluded' | 'bad' | 'unobserved' | 'good',
    { readonly name: Text; readonly explanation: Text }
  >
> = {
  outside: {
    name: { zh: '未生效', en: 'not in force' },
    explanation: {
      zh: '协议当时没有生效，这段时间不计。',
      en: 'The agreement was not in force; this time is not counted.',
    },
  },
  excluded: {
    name: { zh: '不计入', en: 'excused' },
    explanation: {
      zh: '有证据证明属于协议约定不计入的原因。',
      en: 'Proved to have a cause that the agreement leaves out of the count.',
    },
  },
  bad: {
    name: { zh: '未达标', en: 'bad' },
    explanation: { zh: '没有做到承诺，由我们承担。', en: 'The promise was not kept; this is ours.' },
  },
  unobserved: {
    name: { zh: '未观测', en: 'unobserved' },
    explanation: {
      zh: '没有可信的观测。一个月里观测太少的，这些时间按未达标计。',
      en: 'There is no observation to rely on. Where a month has too few, this time counts as bad.',
    },
  },
  good: {
    name: { zh: '达标', en: 'good' },
    explanation: { zh: '做到了承诺。', en: 'The promise was kept.' },
  },
};

/** How a guarantee's month came out (SEMANTICS §9). */
export const statusWords: Readonly<Record<'kept' | 'breached' | 'nothing-measured', Text>> = {
  kept: { zh: '达到', en: 'kept' },
  breached: { zh: '未达到', en: 'breached' },
  'nothing-measured': { zh: '没有可计量的时间', en: 'nothing measured' },
};
