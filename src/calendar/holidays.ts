import lists from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

/**
 * The State Council's lists as they stand in terms: days off that fall on Monday to Friday, and make-up working
 * days on weekends. The package's data is read, not its functions: those mix UTC dates with the machine's zone.
 * A year without a published list is `provisional`: Monday to Friday, and said to be.
 */
export interface HolidayLists {
  readonly holidays: readonly string[];
  readonly makeup: readonly string[];
}

/** Lists of some calendar years, dates as `2026-10-01`, in order. */
export function holidaysOf(years: readonly number[]): HolidayLists {
  const wanted = (date: string): boolean => years.includes(Number(date.slice(0, 4)));
  return {
    holidays: Object.keys(lists.holidays)
      .filter((date) => wanted(date) && !isWeekend(date))
      .sort(),
    makeup: Object.keys(lists.workdays)
      .filter((date) => wanted(date) && isWeekend(date))
      .sort(),
  };
}

function isWeekend(date: string): boolean {
  return [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
}

/** True when no list was published for the year. */
export function isProvisional(year: number): boolean {
  return !(`${year}-10-01` in lists.holidays);
}
