import './usage.css';
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { tokens, useShade } from '../look/theme.ts';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { bytes, count, day } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';

use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const words = both({
  zh: {
    usage: '用量',
    day: '日期',
    requests: '请求',
    into: '接收',
    out: '发送',
    slow: '慢请求',
    none: '还没有访问。第一次访问之后，每天的请求和流量会出现在这里。',
    table: '逐日数字',
  },
  en: {
    usage: 'Usage',
    day: 'Day',
    requests: 'Requests',
    into: 'Received',
    out: 'Sent',
    slow: 'Slow',
    none: 'No visits yet. After the first, requests and traffic of each day stand here.',
    table: 'Day by day in figures',
  },
});

type Day = Item<'/hosts/{id}/usage'>;
const dayMs = 86_400_000;

/** Requests and traffic of the last 31 days: a chart, and the table behind it. */
export function Usage({ host }: { readonly host: string }): ReactNode {
  const w = useWords(words);
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const query = {
    from: new Date(today - 30 * dayMs).toISOString(),
    to: new Date(today + dayMs).toISOString(),
  };
  const read = useRead('/hosts/{id}/usage', { path: { id: host }, query });
  return (
    <Loaded read={read}>
      {({ items }) =>
        items.some(({ requests, bytesIn }) => requests + bytesIn > 0) ? (
          <>
            <Chart days={items} />
            <details>
              <summary>{w.table}</summary>
              <Table days={items} />
            </details>
          </>
        ) : (
          <p className="faint">{w.none}</p>
        )
      }
    </Loaded>
  );
}

function Chart({ days }: { readonly days: readonly Day[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const shade = useShade();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const { ink, faint, rule, link, good, excused, sheet } = tokens[shade];
    const chart = init(element, null, { renderer: 'svg' });
    const axis = { axisLabel: { color: faint }, splitLine: { lineStyle: { color: rule } } };
    chart.setOption({
      animation: false,
      color: [link, good, excused],
      // By name: ECharts measures words before it draws them, and cannot measure what is inherited.
      textStyle: { fontFamily: getComputedStyle(element).fontFamily },
      legend: { top: 0, itemGap: 20, textStyle: { color: ink } },
      grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        backgroundColor: sheet,
        borderColor: rule,
        textStyle: { color: ink },
      },
      xAxis: {
        type: 'category',
        data: days.map((one) => day(lang, one.day).replace(/^\d{4}年| \d{4}$/g, '')),
        axisLabel: { color: faint },
      },
      yAxis: [
        {
          type: 'value',
          ...axis,
          axisLabel: { color: faint, formatter: (value: number) => count(lang, value) },
        },
        {
          type: 'value',
          splitLine: { show: false },
          axisLabel: { color: faint, formatter: (value: number) => bytes(lang, value) },
        },
      ],
      series: [
        { type: 'bar', name: w.requests, data: days.map((one) => one.requests) },
        {
          ...traffic(lang),
          name: w.out,
          data: days.map((one) => one.bytesOut),
        },
        { ...traffic(lang), name: w.into, data: days.map((one) => one.bytesIn) },
      ],
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  }, [days, lang, shade, w]);
  // The table below says the same.
  return <div ref={frame} className="usage" role="img" aria-label={w.usage} />;
}

function traffic(lang: 'zh' | 'en') {
  return {
    type: 'bar',
    yAxisIndex: 1,
    stack: 'traffic',
    tooltip: { valueFormatter: (value: unknown) => bytes(lang, Number(value)) },
  } as const;
}

function Table({ days }: { readonly days: readonly Day[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const columns: readonly Column<Day>[] = [
    { key: 'day', title: w.day, cell: (one) => day(lang, one.day) },
    { key: 'requests', title: w.requests, cell: (one) => count(lang, one.requests), isFigure: true },
    { key: 'slow', title: w.slow, cell: (one) => count(lang, one.slow), isFigure: true },
    { key: 'out', title: w.out, cell: (one) => bytes(lang, one.bytesOut), isFigure: true },
    { key: 'in', title: w.into, cell: (one) => bytes(lang, one.bytesIn), isFigure: true },
  ];
  return <Rows label={w.usage} rows={days.toReversed()} columns={columns} keyOf={(one) => one.day} />;
}
