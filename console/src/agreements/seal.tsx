import { type ReactNode, useState } from 'react';
import type { Given } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Action } from '../pattern/action.tsx';
import { Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '印章图样',
    lead: '盖章时画在文件上的图样，不改变签名的效力。没有图样时画一枚圆章。',
    drawn: '目前使用自动画出的圆章。',
    alt: '目前的印章图样',
    file: 'PNG 文件',
    fileHelp: '不超过 512 kB，长宽不超过 1000 像素，透明底最好。',
    bring: '使用此图样',
    remove: '改用圆章',
    removeText: '以后的文件改用自动画出的圆章；已盖章的文件不变。',
    done: '已更换。',
  },
  en: {
    title: 'Picture of the seal',
    lead: 'What is drawn where a document is sealed; it changes nothing of the signature. Without one a round seal is drawn.',
    drawn: 'A round seal is drawn at present.',
    alt: 'The seal at present',
    file: 'PNG file',
    fileHelp: 'At most 512 kB and 1000 pixels each way; best on a transparent ground.',
    bring: 'Use this picture',
    remove: 'Draw a round one',
    removeText: 'From now on a round seal is drawn; documents that are sealed stay as they are.',
    done: 'Changed.',
  },
});

type Body = Given<'put', '/seal'>['body'];

/** The visible seal of one's own party. */
export function Seal(): ReactNode {
  const w = useWords(words);
  const read = useRead('/seal', {});
  const set = useSend('put', '/seal');
  const remove = useSend('delete', '/seal');
  const [png, setPng] = useState('');
  const take = async (file: File | undefined): Promise<void> => {
    const bytes = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
    setPng(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  };
  const bring = async (): Promise<void> => {
    await set.mutateAsync({ body: { png } });
    say(w.done);
  };
  return (
    <Part title={w.title} lead={w.lead}>
      <Loaded read={read}>
        {({ seal }) =>
          seal === null ? (
            <p className="faint">{w.drawn}</p>
          ) : (
            <div className="acts">
              <img className="seal" src={`data:image/png;base64,${seal.png}`} alt={w.alt} />
              <Action
                label={w.remove}
                act={() => remove.mutateAsync({})}
                ask={{ title: w.remove, text: w.removeText }}
                done={w.done}
              />
            </div>
          )
        }
      </Loaded>
      <Form<Body> initial={{}} send={bring} submit={w.bring} guard={false}>
        <Field path="png" label={w.file} help={w.fileHelp} isNeeded>
          <input type="file" accept="image/png" onChange={(event) => void take(event.target.files?.[0])} />
        </Field>
      </Form>
    </Part>
  );
}
