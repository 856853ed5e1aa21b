import { useNavigate, useParams } from '@tanstack/react-router';
import { Checkbox, Input } from 'antd';
import type { ReactNode } from 'react';
import type { Reply } from '../client/ask.ts';
import { tagOf, useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { useHostName } from '../pattern/named.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '修改设置',
    lead: '每次修改都有记录；因设置不当造成的中断不计入（第 2-2.2.4 条），我们会帮助您改正。',
    index: '默认首页',
    indexHelp: '按先后顺序，用空格分开，例如 index.html index.php。',
    list: '没有首页时显示目录内容',
    page: (status: string) => `${status} 出错页面`,
    pageHelp: '空间里的文件，例如 /404.html；留空则用默认页面。',
    save: '保存',
    saved: '设置已保存，几秒内生效。',
  },
  en: {
    title: 'Change the settings',
    lead: 'Every change is recorded; an interruption by a wrong setting is not counted (clause 2-2.2.4), and we help to mend it.',
    index: 'Index pages',
    indexHelp: 'In their order, with spaces between: index.html index.php.',
    list: 'List a folder that has no index page',
    page: (status: string) => `Page for error ${status}`,
    pageHelp: 'A file of the web space, such as /404.html; empty: the default page.',
    save: 'Save',
    saved: 'Saved; it takes effect within seconds.',
  },
});

type Host = Reply<'get', '/hosts/{id}'>;
const statuses = ['403', '404', '500', '503'] as const;

/** A field named by a number alone would be a place in a list. */
interface Entered {
  readonly index: string;
  readonly listFolders: boolean;
  readonly page: Readonly<Record<string, string | undefined>>;
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const read = useRead('/hosts/{id}', { path: { id } });
  return (
    <Page title={w.title} lead={w.lead} back={{ to: `/hosts/${id}`, label: useHostName(id) }}>
      <Loaded read={read}>{(host) => <Edit host={host} />}</Loaded>
    </Page>
  );
}

function Edit({ host }: { readonly host: Host }): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const send = useSend('put', '/hosts/{id}/settings');
  const path = { id: host.id };
  const back = `/hosts/${host.id}`;
  const save = async ({ index, listFolders, page: given }: Entered): Promise<void> => {
    const pages = statuses.flatMap((status) => {
      const page = given[`p${status}`]?.trim() ?? '';
      return page === '' ? [] : [[status, page]];
    });
    const body = {
      index: index.split(/\s+/).filter((name) => name !== ''),
      listFolders,
      errorPages: Object.fromEntries(pages) as Record<string, string>,
    };
    await send.mutateAsync({ path, body, tag: tagOf('/hosts/{id}', { path }) });
    say(w.saved);
    await navigate({ to: back });
  };
  const { index, listFolders, errorPages } = host.settings;
  return (
    <Form<Entered>
      initial={{
        index: index.join(' '),
        listFolders,
        page: Object.fromEntries(Object.entries(errorPages).map(([status, page]) => [`p${status}`, page])),
      }}
      send={save}
      submit={w.save}
      onCancel={() => void navigate({ to: back })}
    >
      <Field path="index" label={w.index} help={w.indexHelp}>
        <Input autoComplete="off" />
      </Field>
      <Field path="listFolders" label={w.list} value="checked">
        <Checkbox>{w.list}</Checkbox>
      </Field>
      {statuses.map((status) => (
        <Field
          key={status}
          path={`page.p${status}`}
          label={w.page(status)}
          help={status === '404' ? w.pageHelp : undefined}
        >
          <Input autoComplete="off" maxLength={500} />
        </Field>
      ))}
    </Form>
  );
}
