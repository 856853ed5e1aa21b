import { Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { Field } from '../pattern/field.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    host: '中继服务器',
    hostHelp: '发信服务器的名称，例如 smtp.example.cn。',
    port: '端口',
    security: '加密',
    starttls: 'STARTTLS（通常为 587 端口）',
    tls: 'TLS（通常为 465 端口）',
    plain: '不加密（仅限本机或内网中继）',
    user: '用户名',
    userHelp: '不需要登录的中继留空。',
    password: '密码',
    passwordHelp: '加密保存，不再显示；每次修改设置时重新填写。',
    from: '发件地址',
    authority: '证书颁发机构（PEM）',
    authorityHelp: '中继使用自签证书时填写，否则留空。',
  },
  en: {
    host: 'Relay',
    hostHelp: 'The mail server that takes our letters, such as smtp.example.cn.',
    port: 'Port',
    security: 'Encryption',
    starttls: 'STARTTLS (mostly port 587)',
    tls: 'TLS (mostly port 465)',
    plain: 'None (a relay on this machine or network)',
    user: 'User name',
    userHelp: 'Empty for a relay that wants no login.',
    password: 'Password',
    passwordHelp: 'Kept sealed and never shown again; entered anew with every change.',
    from: 'Sender’s address',
    authority: 'Certificate authority (PEM)',
    authorityHelp: 'When the relay’s certificate is signed by an authority of your own; else empty.',
  },
});

/** A relay as the API takes it. */
export type Relay = Given<'put', '/relay'>['body'];

/** As the form holds it: nothing entered is an empty text. */
export interface RelayValues {
  readonly host: string;
  readonly port: number;
  readonly security: Relay['security'];
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly authority?: string;
}

export function relayOf({ user, password, authority, ...rest }: RelayValues): Relay {
  const given = (text: string | undefined) => (text === undefined || text.trim() === '' ? null : text);
  return { ...rest, user: given(user), password: given(password), authority: given(authority) };
}

/** The fields of a relay; `under` is the part of the API's body that it stands in (`relay.`). */
export function RelayFields({ under = '' }: { readonly under?: string }): ReactNode {
  const w = useWords(words);
  return (
    <>
      <Field path={`${under}host`} label={w.host} help={w.hostHelp} isNeeded>
        <Input autoComplete="off" spellCheck={false} maxLength={253} />
      </Field>
      <Field path={`${under}security`} label={w.security} isNeeded>
        <Select
          options={[
            { value: 'starttls', label: w.starttls },
            { value: 'tls', label: w.tls },
            { value: 'none', label: w.plain },
          ]}
        />
      </Field>
      <Field path={`${under}port`} label={w.port} isNeeded>
        <InputNumber min={1} max={65_535} controls={false} />
      </Field>
      <Field path={`${under}user`} label={w.user} help={w.userHelp}>
        <Input autoComplete="off" spellCheck={false} maxLength={200} />
      </Field>
      <Field path={`${under}password`} label={w.password} help={w.passwordHelp}>
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Field>
      <Field path={`${under}from`} label={w.from} isNeeded>
        <Input type="email" autoComplete="off" maxLength={254} />
      </Field>
      <Field path={`${under}authority`} label={w.authority} help={w.authorityHelp}>
        <Input.TextArea rows={2} spellCheck={false} />
      </Field>
    </>
  );
}
