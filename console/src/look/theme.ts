import { useSyncExternalStore } from 'react';

/** Theme as chosen: by the system, or by hand in this browser. */
export type Theme = 'system' | 'light' | 'dark';
export type Shade = 'light' | 'dark';

/** docs/look.md, Tokens; look/tokens.css has the same for style sheets (look/theme.test.ts holds them together). */
export const tokens = {
  light: {
    paper: '#FBFAF7',
    sheet: '#FFFFFF',
    ink: '#1B2130',
    faint: '#5F6675',
    rule: '#E4E0D6',
    link: '#2B4C8C',
    seal: '#B3261E',
    good: '#2F7D62',
    bad: '#B5402A',
    excused: '#B98A1D',
    unseen: '#8A909C',
    outside: '#EFECE4',
  },
  dark: {
    paper: '#14161B',
    sheet: '#1C1F26',
    ink: '#E8E6E0',
    faint: '#9DA3B0',
    rule: '#2E323B',
    link: '#8FB0F0',
    seal: '#E5695F',
    good: '#58B893',
    bad: '#E8795F',
    excused: '#D9AE4A',
    unseen: '#7C8494',
    outside: '#23262D',
  },
} as const;

const kept = 'hostpledge.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};
system.addEventListener('change', tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function themeNow(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

function shadeNow(): Shade {
  const theme = themeNow();
  return theme === 'system' ? (system.matches ? 'dark' : 'light') : theme;
}

export function setTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') {
    delete dataset['theme'];
    localStorage.removeItem(kept);
  } else {
    dataset['theme'] = theme;
    localStorage.setItem(kept, theme);
  }
  tell();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, themeNow);
}

/** What is on the screen: canvas drawings (charts) take their colours from `tokens[useShade()]`. */
export function useShade(): Shade {
  return useSyncExternalStore(subscribe, shadeNow);
}
