import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';

/** The head of an answer as bytes in Latin-1 (RFC 9112 §4). */

const starts = new Map<number, string>();

export function statusLine(status: number): string {
  const known = starts.get(status);
  if (known !== undefined) return known;
  assert(Number.isInteger(status) && status >= 100 && status <= 599, `no status ${status}`);
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Status'}\r\n`;
  starts.set(status, line);
  return line;
}

/** `fields`: name, value, name, value …; one line each. A value that would be more than one line is a bug. */
export function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!];
    assert(!forbidden.test(value), `a field's value that is not one: ${name}`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
const forbidden = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/** Whether the fields say how long the body is. */
export function saysLength(fields: readonly string[]): boolean {
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at]!.length === 14 && fields[at]!.toLowerCase() === 'content-length') return true;
  }
  return false;
}

let [dateS, dateText] = [Number.NaN, ''];

/** The Date field's line (RFC 9110 §6.6.1), made once a second. */
export function dateLine(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== dateS) {
    dateS = second;
    dateText = `Date: ${new Date(nowMs).toUTCString()}\r\n`;
  }
  return dateText;
}
