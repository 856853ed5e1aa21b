const shape = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?$/;

/**
 * ISO 8601 duration in days, hours, minutes and seconds (seconds with up to three decimals) → milliseconds.
 * A day is 24 hours. Null when it is none, or too long to be counted exactly.
 */
export function parseDuration(text: string): number | null {
  const parts = shape.exec(text);
  if (parts === null) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', decimals = ''] = parts;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const ms = whole * 1000 + Number(decimals.padEnd(3, '0'));
  return Number.isSafeInteger(ms) ? ms : null;
}

/** Milliseconds → the shortest of the above (`PT1H`, `PT2M30S`, `PT1.5S`). */
export function printDuration(ms: number): string {
  const seconds = (ms % 60_000) / 1000;
  const minutes = Math.floor(ms / 60_000) % 60;
  const hours = Math.floor(ms / 3_600_000);
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  return time === '' ? 'PT0S' : `PT${time}`;
}
