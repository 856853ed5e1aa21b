import './agreement.css';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Checkbox, Input } from 'antd';
import type { ReactNode } from 'react';
import { ask, type Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Facts } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { bytesOf, offer } from '../pattern/file.ts';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { day } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '签字并盖章',
    lead: '两份正本一并签署。签署之前请先通读全文。',
    back: '质量协议',
    read: '下载并阅读正本',
    got: '已下载。',
    digest: '内容摘要',
    key: '签署密钥',
    keyNone: '还没有签署密钥。',
    keyMake: '先生成或载入密钥',
    keyUntil: (subject: string, until: string) => `${subject}，有效至 ${until}`,
    passphrase: '密钥口令',
    agree: '我已阅读全文，代表本方签字并盖章。',
    sign: '签字并盖章',
    signed: '两份正本都已签字盖章。',
    factor: '签署需要第二验证因素。',
    factorSet: '在账户中设置',
  },
  en: {
    title: 'Sign and seal',
    lead: 'Both originals are signed at once. Please read the whole document first.',
    back: 'Quality agreement',
    read: 'Download and read the original',
    got: 'Downloaded.',
    digest: 'Content digest',
    key: 'Signing key',
    keyNone: 'There is no signing key yet.',
    keyMake: 'Make one or bring your own first',
    keyUntil: (subject: string, until: string) => `${subject}, until ${until}`,
    passphrase: 'Passphrase of the key',
    agree: 'I have read it all, and sign and seal it for our party.',
    sign: 'Sign and seal',
    signed: 'Both originals are signed and sealed.',
    factor: 'Signing needs a second factor.',
    factorSet: 'Set it up in your account',
  },
});

type Document = Reply<'get', '/agreements/{number}/document'>;

interface Entered {
  readonly agree: boolean;
  readonly passphrase?: string;
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const { number = '' }: { number?: string } = useParams({ strict: false });
  const { annex }: { annex?: string } = useSearch({ strict: false });
  const query = annex === undefined ? {} : { annex };
  const read = useRead('/agreements/{number}/document', { path: { number }, query });
  return (
    <Page title={w.title} lead={w.lead} back={{ to: `/agreements/${number}`, label: `${w.back} ${number}` }}>
      <Loaded read={read}>
        {(document) => <Sign number={number} document={document} annex={annex ?? null} />}
      </Loaded>
    </Page>
  );
}

interface SignGiven {
  readonly number: string;
  readonly document: Document;
  readonly annex: string | null;
}

function Sign({ number, document, annex }: SignGiven): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const account = useAccount();
  const signer = useRead('/signer', {});
  const send = useSend('post', '/agreements/{number}/signatures');
  const isCustomer = account.data?.role === 'customer';
  const back = annex === null ? `/agreements/${number}` : `/agreements/${number}/annexes/${annex}`;
  const of = annex === null ? {} : { annex };
  const { digest } = document;
  const download = async (): Promise<void> => {
    const holder = isCustomer ? 'customer' : 'provider';
    const path = { number, holder } as const;
    const { value } = await ask('get', '/agreements/{number}/copies/{holder}', { path, query: of });
    offer(value.name, value.media, bytesOf(value.base64));
  };
  const sign = async ({ passphrase }: Entered): Promise<void> => {
    if (digest === null) return;
    const key = passphrase === undefined ? {} : { passphrase };
    await send.mutateAsync({ path: { number }, body: { digest, ...of, ...key } });
    say(w.signed);
    await navigate({ to: back });
  };
  const known = signer.data?.signer ?? null;
  const isReady = known !== null || !isCustomer;
  return (
    <>
      <Known digest={digest} signer={known} />
      <div className="acts">
        <Action label={w.read} act={download} done={w.got} />
      </div>
      {account.data?.factorSet === false ? (
        <p>
          {w.factor} <Link to="/account">{w.factorSet}</Link>
        </p>
      ) : null}
      {isReady ? (
        <Form<Entered>
          initial={{ agree: false }}
          send={sign}
          submit={w.sign}
          onCancel={() => void navigate({ to: back })}
          guard={false}
        >
          <Fields isCustomer={isCustomer} />
        </Form>
      ) : null}
    </>
  );
}

interface KnownGiven {
  readonly digest: string | null;
  readonly signer: Reply<'get', '/signer'>['signer'];
}

/** What is signed, and with which key. */
function Known({ digest, signer }: KnownGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const key =
    signer === null ? (
      <span key="k">
        {w.keyNone} <Link to="/signer">{w.keyMake}</Link>
      </span>
    ) : (
      w.keyUntil(signer.subject, day(lang, signer.expiresAt))
    );
  return (
    <Facts
      facts={[
        [w.digest, <code key="d">{digest ?? '–'}</code>],
        [w.key, key],
      ]}
    />
  );
}

function Fields({ isCustomer }: { readonly isCustomer: boolean }): ReactNode {
  const w = useWords(words);
  const agreed = (_: unknown, is: unknown): Promise<void> =>
    is === true ? Promise.resolve() : Promise.reject(new Error(w.agree));
  return (
    <>
      {isCustomer ? (
        <Field path="passphrase" label={w.passphrase} isNeeded>
          <Input.Password autoComplete="off" maxLength={200} />
        </Field>
      ) : null}
      <Field path="agree" label={w.agree} value="checked" rules={[{ validator: agreed }]}>
        <Checkbox>{w.agree}</Checkbox>
      </Field>
    </>
  );
}
