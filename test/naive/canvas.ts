/**
 * Time as a strip of equal ticks. Every boundary of a generated case falls between two ticks, so a tick is
 * wholly this or wholly that and may be asked one by one.
 */
export interface Canvas {
  readonly from: number;
  readonly tickMs: number;
  readonly count: number;
}

/** The tick that begins at an instant. Instants off the strip are at its ends; one within a tick is a bug of the case. */
export function tickAt(canvas: Canvas, at: number): number {
  const tick = (at - canvas.from) / canvas.tickMs;
  if (tick <= 0) return 0;
  if (tick >= canvas.count) return canvas.count;
  if (!Number.isInteger(tick)) throw new Error(`${new Date(at).toISOString()} lies within a tick`);
  return tick;
}

/** `PT2M30.5S` in milliseconds. */
export function durationMs(text: string): number {
  let ms = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)([DHMS])/g)) {
    const size = unit === 'D' ? 86_400_000 : unit === 'H' ? 3_600_000 : unit === 'M' ? 60_000 : 1000;
    ms += Math.round(Number(number) * size);
  }
  return ms;
}

/** A decimal as written: `0.95` is 95 of 100. */
export function decimalOf(text: string): { readonly of: bigint; readonly whole: bigint } {
  const decimals = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  return { of: BigInt(text.replace('.', '')), whole: 10n ** BigInt(decimals) };
}

/** Towards the sky. */
export function ceilOf(of: bigint, whole: bigint): bigint {
  return of % whole > 0n ? of / whole + 1n : of / whole;
}
