/** Markup that may go out as it is; made only by the `html` tag and `join`. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a hole may hold: text and numbers are escaped, markup stands, lists are joined, null and false are nothing. */
export type Hole = Html | string | number | null | false | readonly Hole[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe in an element and in a quoted attribute; control characters that HTML forbids become U+FFFD. */
export function escapeText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
      .replace(/[&<>"']/g, (sign) => escapes[sign]!)
  );
}

/** The only way to make markup: every hole is escaped unless it is markup already. Attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  let out = strings[0]!;
  for (const [i, hole] of holes.entries()) out += print(hole) + strings[i + 1]!;
  return new Html(out);
}

function print(hole: Hole): string {
  if (hole instanceof Html) return hole.markup;
  if (hole === null || hole === false) return '';
  if (typeof hole === 'object') return hole.map(print).join('');
  return escapeText(String(hole));
}

/** An address for `href`: only our own paths, http(s), mail and telephone; anything else leads nowhere. */
export function safeHref(address: string): string {
  return /^(https?:\/\/|mailto:|tel:|\/(?!\/)|[?#])/i.test(address) ? address : '#';
}
