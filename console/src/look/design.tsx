import { theme as algorithms, ConfigProvider, type ThemeConfig } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import { type ReactNode, useLayoutEffect, useMemo } from 'react';
import { useLang } from '../speech/lang.ts';
import { nonce } from './nonce.ts';
import { type Shade, tokens, useShade } from './theme.ts';

/** Ant Design in our tokens, language and nonce. */
export function Design({ children }: { readonly children: ReactNode }): ReactNode {
  const lang = useLang();
  const shade = useShade();
  const theme = useMemo(() => themeOf(shade), [shade]);
  // What is on the screen by now, for whoever takes a picture of it.
  useLayoutEffect(() => {
    document.documentElement.dataset['shade'] = shade;
  }, [shade]);
  return (
    <ConfigProvider
      locale={lang === 'zh' ? zh : en}
      theme={theme}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      {children}
    </ConfigProvider>
  );
}

function themeOf(shade: Shade): ThemeConfig {
  const own = tokens[shade];
  return {
    algorithm: [
      shade === 'dark' ? algorithms.darkAlgorithm : algorithms.defaultAlgorithm,
      // Its dark shades are dimmed further than our tokens, and below what can be read.
      (_seed, map = algorithms.defaultAlgorithm(algorithms.defaultSeed)) => ({
        ...map,
        colorPrimary: own.link,
        colorPrimaryHover: shade === 'dark' ? '#A8C2F5' : '#3A5FA8',
        colorPrimaryActive: shade === 'dark' ? '#7C9FE4' : '#223E73',
        colorInfo: own.link,
        colorLink: own.link,
        colorLinkHover: own.link,
        colorLinkActive: own.link,
        colorError: own.bad,
        colorErrorText: own.bad,
        colorErrorHover: own.bad,
        colorSuccess: own.good,
        colorWarning: own.excused,
      }),
    ],
    token: {
      colorPrimary: own.link,
      colorInfo: own.link,
      colorLink: own.link,
      colorSuccess: own.good,
      colorError: own.bad,
      colorWarning: own.excused,
      colorTextBase: own.ink,
      colorBgBase: own.sheet,
      colorText: own.ink,
      colorTextSecondary: own.faint,
      colorTextTertiary: own.faint,
      colorTextDescription: own.faint,
      // The grey text in an empty field is read too: as dark as other secondary text.
      colorTextPlaceholder: own.faint,
      // What cannot be chosen is read all the same.
      colorTextDisabled: own.faint,
      colorBgLayout: own.paper,
      colorBgContainer: own.sheet,
      colorBgElevated: own.sheet,
      // Of fields: at least 3 to 1 on the sheet (WCAG 2.2, 1.4.11).
      colorBorder: shade === 'dark' ? '#757C8A' : '#8C8779',
      colorBorderSecondary: own.rule,
      colorSplit: own.rule,
      colorTextLightSolid: shade === 'dark' ? own.paper : own.sheet,
      borderRadius: 6,
      borderRadiusLG: 6,
      borderRadiusSM: 4,
      fontFamily: 'var(--font)',
      fontSize: 16,
      lineHeight: 1.6,
      controlHeight: 40,
      controlHeightSM: 32,
      sizeStep: 4,
      // Nothing slides: what was asked for is there.
      motion: false,
      boxShadow: 'none',
      boxShadowTertiary: 'none',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Form: { labelColor: own.ink, verticalLabelPadding: '0 0 4px', itemMarginBottom: 20 },
    },
  };
}
