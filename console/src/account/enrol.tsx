import { Button, Checkbox, Input, QRCode } from 'antd';
import { type ReactNode, useState } from 'react';
import { door } from '../client/door.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { both, useWords } from '../speech/lang.ts';
import { Codes } from './codes.tsx';

const words = both({
  zh: {
    password: '当前密码',
    passwordHelp: '更改第二验证因素前，请先确认是您本人。',
    begin: '开始设置',
    scan: '用验证器应用扫描二维码，或手动输入密钥：',
    picture: '验证器的二维码',
    code: '应用显示的六位数字',
    verify: '确认',
    keep: '我已把恢复码保存在安全的地方',
    finish: '完成',
  },
  en: {
    password: 'Your password',
    passwordHelp: 'Before a second factor is changed, show that it is you.',
    begin: 'Begin',
    scan: 'Scan this with an authenticator app, or enter the key by hand:',
    picture: 'QR code for the authenticator',
    code: 'The six digits that the app shows',
    verify: 'Confirm',
    keep: 'I have put the recovery codes in a safe place',
    finish: 'Done',
  },
});

interface Begun {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

/** Sets up one-time codes: password, the secret as a picture and as text, the first code, recovery codes to keep. */
export function Enrol({ onDone }: { readonly onDone: () => Promise<void> }): ReactNode {
  const w = useWords(words);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [isProven, setProven] = useState(false);
  if (begun === null) {
    const begin = async ({ password }: { password: string }): Promise<void> =>
      setBegun(await door<Begun>('/two-factor/enable', { password }));
    return (
      <Form<{ password: string }> key="password" initial={{}} send={begin} submit={w.begin} guard={false}>
        <Field path="password" label={w.password} help={w.passwordHelp} isNeeded>
          <Input.Password autoComplete="current-password" />
        </Field>
      </Form>
    );
  }
  if (!isProven) {
    const verify = async ({ code }: { code: string }): Promise<void> => {
      await door('/two-factor/verify-totp', { code: code.replace(/\s/g, '') });
      setProven(true);
    };
    return (
      <>
        <Secret uri={begun.totpURI} />
        <Form<{ code: string }> key="code" initial={{}} send={verify} submit={w.verify} guard={false}>
          <Field path="code" label={w.code} isNeeded>
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={7} autoFocus />
          </Field>
        </Form>
      </>
    );
  }
  return <Kept codes={begun.backupCodes} onDone={onDone} />;
}

function Secret({ uri }: { readonly uri: string }): ReactNode {
  const w = useWords(words);
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return (
    <div className="secret">
      <p>{w.scan}</p>
      <div className="picture">
        {/* Black on white in dark pages too: cameras want it so. */}
        <QRCode
          aria-label={w.picture}
          value={uri}
          size={192}
          color="#000000"
          bgColor="#ffffff"
          bordered={false}
        />
      </div>
      <code>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
    </div>
  );
}

/** Recovery codes, shown this once. */
export function Kept({
  codes,
  onDone,
}: {
  readonly codes: readonly string[];
  readonly onDone: () => Promise<void>;
}): ReactNode {
  const w = useWords(words);
  const [isKept, setKept] = useState(false);
  return (
    <div className="secret">
      <Codes codes={codes} />
      <Checkbox checked={isKept} onChange={({ target }) => setKept(target.checked)}>
        {w.keep}
      </Checkbox>
      <Button type="primary" disabled={!isKept} onClick={() => void onDone()}>
        {w.finish}
      </Button>
    </div>
  );
}
