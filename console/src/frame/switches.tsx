import type { ReactNode } from 'react';
import { setTheme, type Theme, useTheme } from '../look/theme.ts';
import { both, speak, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: { system: '跟随系统', light: '浅色', dark: '深色', theme: '外观' },
  en: { system: 'As the system', light: 'Light', dark: 'Dark', theme: 'Appearance' },
});

const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const signs: Readonly<Record<Theme, string>> = { system: '◐', light: '○', dark: '●' };

/** Language and theme; both change at once, and this browser remembers them. */
export function Switches(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const theme = useTheme();
  const other = lang === 'zh' ? 'en' : 'zh';
  return (
    <>
      <button
        type="button"
        className="plain"
        lang={other === 'zh' ? 'zh-CN' : 'en'}
        onClick={() => speak(other, true)}
      >
        {other === 'zh' ? '中文' : 'English'}
      </button>
      <button
        type="button"
        className="plain theme"
        title={`${w.theme}: ${w[theme]}`}
        aria-label={`${w.theme}: ${w[theme]}`}
        onClick={() => setTheme(next[theme])}
      >
        <span aria-hidden="true">{signs[theme]}</span>
      </button>
    </>
  );
}
