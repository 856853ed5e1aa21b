import type { ReactNode } from 'react';
import { door, forgetDoors, useDoor } from '../client/door.ts';
import { Action } from '../pattern/action.tsx';
import { Mark } from '../pattern/facts.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    label: '会话',
    device: '设备',
    address: '地址',
    since: '登录时间',
    act: '操作',
    here: '本会话',
    end: '结束',
    ended: '会话已结束。',
    others: '结束其他全部会话',
    othersText: '其他设备上都需要重新登录；本会话保留。',
    unknown: '未知设备',
  },
  en: {
    label: 'Sessions',
    device: 'Device',
    address: 'Address',
    since: 'Signed in',
    act: 'Actions',
    here: 'This session',
    end: 'End',
    ended: 'The session is ended.',
    others: 'End all other sessions',
    othersText: 'Every other device has to sign in again; this session stays.',
    unknown: 'Unknown device',
  },
});

interface Session {
  readonly id: string;
  readonly token: string;
  readonly createdAt: string;
  readonly ipAddress?: string | null;
  readonly userAgent?: string | null;
}

/** Enough of a user agent to know one's own device: `Chrome · Windows`. */
export function deviceOf(agent: string): string {
  const browsers = [
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ] as const;
  const systems = [
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ] as const;
  const found = [browsers, systems].map((list) => list.find(([pattern]) => pattern.test(agent))?.[1]);
  return found.filter((name) => name !== undefined).join(' · ') || agent.slice(0, 60);
}

export function Sessions(): ReactNode {
  const w = useWords(words);
  const read = useDoor<readonly Session[]>('/list-sessions');
  const own = useDoor<{ readonly session: { readonly id: string } } | null>('/get-session');
  const here = own.data?.session.id;
  const end = (path: string, body: Readonly<Record<string, unknown>>) => async (): Promise<void> => {
    await door(path, body);
    await forgetDoors();
  };
  const columns: readonly Column<Session>[] = [
    { key: 'device', title: w.device, cell: ({ userAgent }) => deviceOf(userAgent ?? '') || w.unknown },
    { key: 'address', title: w.address, cell: ({ ipAddress }) => ipAddress ?? '' },
    { key: 'since', title: w.since, cell: ({ createdAt }) => <Instant at={createdAt} /> },
    {
      key: 'act',
      title: w.act,
      cell: ({ id, token }) =>
        id === here ? (
          <Mark tone="good">{w.here}</Mark>
        ) : (
          <Action label={w.end} act={end('/revoke-session', { token })} done={w.ended} />
        ),
    },
  ];
  return (
    <Loaded read={read}>
      {(rows) => (
        <>
          <Rows label={w.label} rows={rows} columns={columns} keyOf={({ id }) => id} />
          {rows.length < 2 ? null : (
            <div className="row">
              <Action
                label={w.others}
                act={end('/revoke-other-sessions', {})}
                ask={{ title: w.others, text: w.othersText }}
                done={w.ended}
              />
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}
