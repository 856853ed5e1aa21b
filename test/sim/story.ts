import { type Finding, hostOf } from './audit.ts';
import { hourMs } from './draw.ts';
import { type Stretch, without } from './stretch.ts';
import type { Truth } from './truth.ts';

/** A small story of what was injected around a finding: who was down, who did not look, what came late. */
export function storyOf(truth: Truth, finding: Finding): string {
  const lines = [`  ${finding.host}: ${finding.what}`];
  const host = hostOf(truth, finding.host);
  if (host === null) return lines.join('\n');
  const around = finding.around ?? truth.month;
  const wide = { from: around.from - 2 * hourMs, to: around.to + 2 * hourMs };
  const tell = (who: string, list: readonly Stretch[]): void => {
    for (const { from, to } of list)
      if (from < wide.to && wide.from < to && lines.length < 30)
        lines.push(`    ${who} ${new Date(from).toISOString()} … ${new Date(to).toISOString()}`);
  };
  tell('web down', host.down.web);
  tell('ftp down', host.down.ftp);
  tell('slow', host.slow);
  tell('closed', host.closed);
  for (const cause of host.causes)
    tell(`${cause.cause} (${cause.withdrawn === null ? 'stands' : 'withdrawn'})`, [cause]);
  const plane = truth.planes.find(({ id }) => id === host.plane)!;
  tell(`${plane.id} dead`, plane.deaths);
  tell(`${plane.id} log lost`, plane.unread);
  for (const prober of truth.probers) {
    tell(`${prober.id} not running`, without([wide], prober.lives));
    for (const life of prober.lives)
      if (life.skewMs !== 0) tell(`${prober.id} clock off by ${life.skewMs} ms, then ${life.end}`, [life]);
    tell(`${prober.id} blind`, prober.blind);
    tell(
      `${prober.id} sees ${host.plane} fail`,
      prober.wrong.filter((one) => one.plane === host.plane),
    );
    for (const cut of prober.cuts) tell(`${prober.id} cut off`, [spanOf(truth, cut)]);
  }
  return lines.join('\n');
}

function spanOf({ from, tickMs }: Truth, cut: Stretch): Stretch {
  return { from: from + (cut.from - 1) * tickMs, to: from + cut.to * tickMs };
}
