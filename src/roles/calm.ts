/** So many mishaps are said within the time; of what comes beyond only the number is, so that they fill no disk. */
const most = 5;
const withinMs = 10_000;

/** Says mishaps, but not without end: a database that is away fails every request of every second. */
export function calm(say: (text: string) => void, now = () => performance.now()): (text: string) => void {
  let since = Number.NEGATIVE_INFINITY;
  let said = 0;
  return (text) => {
    if (now() - since >= withinMs) {
      if (said > most) say(`${said - most} more mishaps were left out`);
      [since, said] = [now(), 0];
    }
    said += 1;
    if (said <= most) say(text);
  };
}
