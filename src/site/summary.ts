import type { GuaranteeView, Status } from '../settlement/view.ts';
import { durationWords, type Lang, percentWords } from '../terms/words.ts';
import { clauseWords } from './stretches.ts';
import { dayWords, monthWords, tied } from './time.ts';
import type { MonthView } from './view.ts';

/** How a month stands in words: one sentence before the calendar, true of a running month as of a finished one. */

/** `behind`: below the promise by the time that has passed, while the month's allowance would still hold. */
export type Standing = Status | 'behind';

/** An interim judgement measures bad time against the part of the month that has passed; a later hour may mend that. */
export function standingOf(guarantee: GuaranteeView, month: MonthView): Standing {
  const { status, headroomMs } = guarantee;
  const mendable = month.until < month.to && headroomMs !== null && headroomMs >= 0;
  return status === 'breached' && mendable ? 'behind' : status;
}

/** The month in one sentence: verdict with the percent floored, bad time, what is excused, what is left. */
export function summaryWords(guarantee: GuaranteeView, month: MonthView, lang: Lang, zone: string): string {
  const zh = lang === 'zh';
  const name = monthWords(month.month, lang);
  const until = dayWords(zone, Math.max(month.from, month.until - 1), lang);
  const partly = zh ? `${name}（截至 ${until}）` : `${name}, up to ${until}`;
  const when = month.until < month.to ? partly : name;
  const standing = standingOf(guarantee, month);
  if (standing === 'nothing-measured') {
    return zh ? `${when}：还没有可以评判的测量。` : `${when}: nothing to judge yet.`;
  }
  const { attained } = guarantee;
  const percent = attained === null ? '' : `${zh ? '，达成' : ','} ${percentWords(attained)}`;
  const parts = [
    `${when}${zh ? '：' : ': '}${verdicts[standing][lang]}${percent}`,
    badWords(guarantee, lang),
    excusedWords(guarantee, lang),
    roomWords(guarantee, lang),
  ].filter((part) => part !== '');
  return tied(zh ? `${parts.join('。')}。` : `${parts.join('. ')}.`);
}

const verdicts: Readonly<Record<Exclude<Standing, 'nothing-measured'>, { zh: string; en: string }>> = {
  kept: { zh: '守住了', en: 'kept' },
  behind: { zh: '按已过的时间算，目前低于承诺', en: 'below the promise for the time that has passed' },
  breached: { zh: '没有守住', en: 'broken' },
};

/** Unobserved time that the coverage rule counts as bad (docs/semantics.md §5) is told apart. */
function badWords({ badMs, classes }: GuaranteeView, lang: Lang): string {
  const zh = lang === 'zh';
  if (badMs === 0) return zh ? '没有一分钟未达标' : 'Not a minute was bad';
  const bad = zh ? `未达标 ${durationWords(badMs, lang)}` : `${durationWords(badMs, lang)} bad`;
  if (badMs <= classes.bad) return bad;
  const unseen = durationWords(badMs - classes.bad, lang);
  return zh
    ? `${bad}，其中 ${unseen}没有观测到：测得太少，算我们的`
    : `${bad}, of which ${unseen} unobserved: too little was measured, so it counts as ours`;
}

function excusedWords({ classes }: GuaranteeView, lang: Lang): string {
  const causes = classes.excluded.filter((each) => each.ms > 0);
  if (causes.length === 0) return '';
  const list = causes.map((each) =>
    lang === 'zh'
      ? `${each.name.zh} ${durationWords(each.ms, 'zh')}（${clauseWords(each.clause, 'zh')}）`
      : `${durationWords(each.ms, 'en')}, ${inSentence(each.name.en)} (${clauseWords(each.clause, 'en')})`,
  );
  return lang === 'zh' ? `另有不计入的：${list.join('、')}` : `Excused besides: ${list.join('; ')}`;
}

/** A name that begins its own line elsewhere stands within a sentence here: `The domain’s DNS`, but `FTP`. */
function inSentence(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name[0]!.toLowerCase() + name.slice(1) : name;
}

function roomWords({ headroomMs }: GuaranteeView, lang: Lang): string {
  if (headroomMs === null) return '';
  const long = durationWords(Math.abs(headroomMs), lang);
  if (headroomMs < 0) return lang === 'zh' ? `超出余量 ${long}` : `${long} over the allowance`;
  return lang === 'zh' ? `余量还剩 ${long}` : `${long} of allowance left`;
}
