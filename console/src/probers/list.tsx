import { InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Given, Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { useColumns } from '../outages/list.tsx';
import { Mark, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { duration } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '观测与服务器',
    lead: '谁在测量，主机在哪里运行，各自最近一次报到的时间。',
    probers: '观测点',
    planes: '服务器',
    name: '名称',
    state: '状态',
    heard: '正常报到',
    silent: '失联',
    last: '最近一轮',
    never: '从未',
    every: '间隔',
    targets: '检查项',
    seen: '最近报到',
    address: '地址与端口',
    hosts: '主机数',
    stuck: '未能生效',
    delay: '响应延迟',
    none: '–',
    noProbers: '还没有观测点。没有观测点，就没有人看见主机是否正常。',
    noPlanes: '还没有服务器报到。',
    drill: '演练',
    drillLead:
      '让运行中的服务器真的出一次故障，看它被发现、判定和记录。时间到了自动恢复；演练期间的中断照样计入。',
    kind: '故障',
    minutes: '持续（分钟）',
    begin: '开始演练',
    begun: '演练已开始。',
    now: '此刻的中断',
    quiet: '此刻没有中断。演练开始后，几轮测量之内会出现在这里。',
  },
  en: {
    title: 'Probers and planes',
    lead: 'Who measures, where hosts run, and when each last reported.',
    probers: 'Probers',
    planes: 'Planes',
    name: 'Name',
    state: 'State',
    heard: 'reporting',
    silent: 'silent',
    last: 'Last round',
    never: 'never',
    every: 'Every',
    targets: 'Targets',
    seen: 'Last report',
    address: 'Address and ports',
    hosts: 'Hosts',
    stuck: 'Not applied',
    delay: 'Loop delay',
    none: '–',
    noProbers: 'There is no prober yet. Without one nobody sees whether hosts answer.',
    noPlanes: 'No plane has reported yet.',
    drill: 'Drill',
    drillLead:
      'Breaks the running plane for real: see it found, judged and recorded. It ends by itself; outages of a drill count.',
    kind: 'What breaks',
    minutes: 'Minutes',
    begin: 'Begin the drill',
    begun: 'The drill has begun.',
    now: 'Outages now',
    quiet: 'Nothing is out. Once a drill has begun it stands here within a few rounds.',
  },
});

const drillWords = both({
  zh: {
    'web-down': '网站不应答',
    'ftp-down': 'FTP 不应答',
    slow: '应答变慢',
    'plane-killed': '服务器进程被杀',
    'prober-offline': '观测点停止',
  },
  en: {
    'web-down': 'Websites do not answer',
    'ftp-down': 'FTP does not answer',
    slow: 'Answers are slow',
    'plane-killed': 'The plane is killed',
    'prober-offline': 'The prober stops',
  },
});

const kinds = ['web-down', 'ftp-down', 'slow', 'plane-killed', 'prober-offline'] as const;

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  return (
    <Page title={w.title} lead={w.lead}>
      <Probers />
      {may(account.data, 'planes:read') ? <Planes /> : null}
      {may(account.data, 'drills:edit') ? <Drill /> : null}
    </Page>
  );
}

function Heard({ silent }: { readonly silent: boolean }): ReactNode {
  const w = useWords(words);
  return <Mark tone={silent ? 'bad' : 'good'}>{silent ? w.silent : w.heard}</Mark>;
}

type Prober = Item<'/probers'>;

function Probers(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const read = useRead('/probers', {});
  const columns: readonly Column<Prober>[] = [
    { key: 'name', title: w.name, cell: ({ id }) => id },
    { key: 'state', title: w.state, cell: ({ silent }) => <Heard silent={silent} /> },
    {
      key: 'last',
      title: w.last,
      cell: ({ lastRound }) => (lastRound === null ? w.never : <Instant at={lastRound} relative />),
    },
    {
      key: 'every',
      title: w.every,
      cell: ({ everyMs }) => (everyMs === null ? w.none : duration(lang, everyMs)),
      isFigure: true,
    },
    { key: 'targets', title: w.targets, cell: ({ targets }) => targets ?? w.none, isFigure: true },
  ];
  return (
    <Part title={w.probers}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.noProbers}</p>
          ) : (
            <Rows label={w.probers} rows={items} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </Part>
  );
}

type Plane = Item<'/planes'>;

function Planes(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const read = useRead('/planes', {});
  const columns: readonly Column<Plane>[] = [
    { key: 'name', title: w.name, cell: ({ id, kind }) => `${id} · ${kind}` },
    { key: 'state', title: w.state, cell: ({ silent }) => <Heard silent={silent} /> },
    {
      key: 'seen',
      title: w.seen,
      cell: ({ seenAt }) => (seenAt === null ? w.never : <Instant at={seenAt} relative />),
    },
    {
      key: 'address',
      title: w.address,
      cell: ({ health }) => (health === null ? w.none : <Doors health={health} />),
    },
    { key: 'hosts', title: w.hosts, cell: ({ health }) => health?.hosts ?? w.none, isFigure: true },
    {
      key: 'stuck',
      title: w.stuck,
      cell: ({ health }) =>
        health === null || health.quarantined.length === 0 ? w.none : health.quarantined.join(' · '),
    },
    {
      key: 'delay',
      title: w.delay,
      cell: ({ health }) => (health === null ? w.none : duration(lang, health.loopDelayMs)),
      isFigure: true,
    },
  ];
  return (
    <Part title={w.planes}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.noPlanes}</p>
          ) : (
            <Rows label={w.planes} rows={items} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </Part>
  );
}

function Doors({ health }: { readonly health: NonNullable<Plane['health']> }): ReactNode {
  const { address, httpPort, httpsPort, ftpPort } = health;
  const https = httpsPort === null ? '' : ` · HTTPS ${httpsPort}`;
  return (
    <div>
      {address}
      <div className="faint">{`HTTP ${httpPort}${https} · FTP ${ftpPort}`}</div>
    </div>
  );
}

interface Values {
  readonly kind: Given<'post', '/drills'>['body']['kind'];
  readonly minutes: number;
}

/** A failure for real, and below it what comes of it, live. */
function Drill(): ReactNode {
  const w = useWords(words);
  const names = useWords(drillWords);
  const columns = useColumns();
  const send = useSend('post', '/drills', ['/hosts', '/outages']);
  const [hasBegun, setBegun] = useState(false);
  const read = useRead('/outages', { query: { open: 'true', limit: 20 } });
  const begin = async ({ kind, minutes }: Values): Promise<void> => {
    await send.mutateAsync({ body: { kind, forMs: Math.round(minutes * 60_000) } });
    setBegun(true);
    say(w.begun);
  };
  return (
    <Part title={w.drill} lead={w.drillLead}>
      <Form<Values> initial={{ kind: 'web-down', minutes: 3 }} send={begin} submit={w.begin} guard={false}>
        <Field path="kind" label={w.kind}>
          <Select options={kinds.map((value) => ({ value, label: names[value] }))} />
        </Field>
        <Field path="minutes" label={w.minutes} isNeeded>
          <InputNumber min={0.1} max={1440} />
        </Field>
      </Form>
      {hasBegun || (read.data?.items.length ?? 0) > 0 ? (
        <>
          <h3>{w.now}</h3>
          <Loaded read={read}>
            {({ items }) =>
              items.length === 0 ? (
                <p className="faint">{w.quiet}</p>
              ) : (
                <Rows
                  label={w.now}
                  rows={items}
                  columns={columns}
                  keyOf={({ host, check }) => `${host} ${check}`}
                />
              )
            }
          </Loaded>
        </>
      ) : null}
    </Part>
  );
}
