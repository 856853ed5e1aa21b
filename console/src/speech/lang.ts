import { useSyncExternalStore } from 'react';

export type Lang = 'zh' | 'en';

const kept = 'hostpledge.lang';
const listeners = new Set<() => void>();
let lang: Lang = document.documentElement.lang === 'en' ? 'en' : 'zh';

export function langNow(): Lang {
  return lang;
}

/** Whether somebody chose the language in this browser. */
export function wasChosen(): boolean {
  return localStorage.getItem(kept) !== null;
}

/** Switches everything that is on the screen at once, and remembers it when it was chosen by hand. */
export function speak(wanted: Lang, chosen: boolean): void {
  if (chosen) localStorage.setItem(kept, wanted);
  if (wanted === lang) return;
  lang = wanted;
  document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : 'en';
  for (const listener of listeners) listener();
}

export function useLang(): Lang {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, langNow);
}

type Entry = string | ((...parts: never[]) => string);
type Twin<Words> = {
  readonly [Key in keyof Words]: Words[Key] extends (...parts: infer Parts) => string
    ? (...parts: Parts) => string
    : string;
};

/** Words in both languages; made by `both`, which refuses to compile when one of them misses a word. */
export interface Both<Words> {
  readonly zh: Words;
  readonly en: Twin<Words>;
}

/** The words of a page, beside the page: `both({ zh: { title: '主机' }, en: { title: 'Hosts' } })`. */
export function both<const Words extends Readonly<Record<string, Entry>>>(words: Both<Words>): Both<Words> {
  return words;
}

/** The words in the reader's language; they change at once when it does. */
export function useWords<Words>(words: Both<Words>): Twin<Words> {
  return useLang() === 'zh' ? (words.zh as Twin<Words>) : words.en;
}

/** A text in both languages, as the API has names. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export function useText(): (text: Bilingual) => string {
  const now = useLang();
  return (text) => text[now];
}
