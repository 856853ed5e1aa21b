import './agreement.css';
import { Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Given } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Facts, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { day } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Seal } from './seal.tsx';

const words = both({
  zh: {
    title: '签署密钥',
    lead: '签署质量协议用的密钥，用您的口令加密保存；没有口令，谁也不能代您签署。',
    none: '还没有密钥。生成一个，或载入自己的证书，然后才能签署质量协议。',
    subject: '名称',
    origin: '来源',
    made: '在本站生成',
    p12: '自带证书',
    since: '生成时间',
    until: '有效至',
    fingerprint: '证书指纹',
    make: '生成新密钥',
    makeLead: '由服务商的本地证书机构签发。换新密钥之后，之前的签名仍然有效。',
    passphrase: '口令',
    passphraseHelp: '至少 10 个字符。忘记后只能另换密钥。',
    doMake: '生成密钥',
    bring: '载入自己的证书',
    bringLead: '由认证机构签发的 P12（PFX）文件，含私钥和证书。',
    file: 'P12 文件',
    doBring: '使用此证书',
    set: '密钥已可使用。',
  },
  en: {
    title: 'Signing key',
    lead: 'The key for your agreements, kept encrypted under your passphrase; without it nobody can sign for you.',
    none: 'No key yet. Make one or bring your own certificate before you sign an agreement.',
    subject: 'Name',
    origin: 'Origin',
    made: 'made here',
    p12: 'your own certificate',
    since: 'Made',
    until: 'Valid until',
    fingerprint: 'Certificate fingerprint',
    make: 'Make a new key',
    makeLead: 'Certified by the provider’s local authority. Signatures made before stay valid.',
    passphrase: 'Passphrase',
    passphraseHelp: 'At least 10 characters. If it is forgotten, another key must be made.',
    doMake: 'Make the key',
    bring: 'Bring your own certificate',
    bringLead: 'A P12 (PFX) file of a certification authority, with private key and certificate.',
    file: 'P12 file',
    doBring: 'Use this certificate',
    set: 'The key is ready.',
  },
});

type Body = Given<'post', '/signer'>['body'];

export function Screen(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const read = useRead('/signer', {});
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded read={read}>
        {({ signer }) =>
          signer === null ? (
            <p>{w.none}</p>
          ) : (
            <Facts
              facts={[
                [w.subject, signer.subject],
                [w.origin, signer.origin === 'made' ? w.made : w.p12],
                [w.since, <Instant key="since" at={signer.createdAt} />],
                [w.until, day(lang, signer.expiresAt)],
                [w.fingerprint, <code key="print">{signer.fingerprint}</code>],
              ]}
            />
          )
        }
      </Loaded>
      <Make />
      <Bring />
      <Seal />
    </Page>
  );
}

function Make(): ReactNode {
  const w = useWords(words);
  const send = useSend('post', '/signer');
  const make = async (body: Body): Promise<void> => {
    await send.mutateAsync({ body });
    say(w.set);
  };
  return (
    <Part title={w.make} lead={w.makeLead}>
      <Form<Body> initial={{}} send={make} submit={w.doMake} guard={false}>
        <Field path="passphrase" label={w.passphrase} help={w.passphraseHelp} isNeeded>
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Field>
      </Form>
    </Part>
  );
}

function Bring(): ReactNode {
  const w = useWords(words);
  const send = useSend('post', '/signer');
  const [p12, setP12] = useState('');
  const bring = async ({ passphrase = '' }: Body): Promise<void> => {
    await send.mutateAsync({ body: { passphrase, p12 } });
    say(w.set);
  };
  const take = async (file: File | undefined): Promise<void> => {
    const bytes = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
    setP12(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  };
  return (
    <Part title={w.bring} lead={w.bringLead}>
      <Form<Body> initial={{}} send={bring} submit={w.doBring} guard={false}>
        <Field path="p12" label={w.file} isNeeded>
          <input type="file" accept=".p12,.pfx" onChange={(event) => void take(event.target.files?.[0])} />
        </Field>
        <Field path="passphrase" label={w.passphrase}>
          <Input.Password autoComplete="off" maxLength={200} />
        </Field>
      </Form>
    </Part>
  );
}
