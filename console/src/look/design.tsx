import { theme as algorithms, ConfigProvider, type ThemeConfig } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import { type ReactNode, useMemo } from 'react';
import { useLang } from '../speech/lang.ts';
import { type Shade, tokens, useShade } from './theme.ts';

/** The nonce of this answer: style sheets that Ant Design makes at run time carry it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** Ant Design in our tokens, language and nonce. */
export function Design({ children }: { readonly children: ReactNode }): ReactNode {
  const lang = useLang();
  const shade = useShade();
  const theme = useMemo(() => themeOf(shade), [shade]);
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
    algorithm: shade === 'dark' ? algorithms.darkAlgorithm : algorithms.defaultAlgorithm,
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
      colorBgLayout: own.paper,
      colorBgContainer: own.sheet,
      colorBgElevated: own.sheet,
      colorBorder: shade === 'dark' ? '#4A505C' : '#BDB8AB',
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
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.15s',
      boxShadow: 'none',
      boxShadowTertiary: 'none',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Form: { labelColor: own.ink, verticalLabelPadding: '0 0 4px', itemMarginBottom: 20 },
    },
  };
}
