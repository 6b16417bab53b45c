import { useMemo } from 'react'
import type UPlot from 'uplot'
import type { DayFigures } from '../api/types.ts'
import { Chart, dayName, epochOf, type ChartStyle } from './chart.tsx'
import { count } from './format.ts'

function optionsOf({ colour }: ChartStyle) {
  const quiet = colour('--quiet')
  // No day is pointed at: show the total.
  const shown = ({ data }: UPlot, value: number | null, at: number): string =>
    count(value ?? Array.from(data[at] ?? [], Number).reduce((sum, one) => sum + one, 0))
  const colours = [quiet, quiet, colour('--chart'), colour('--warn')]
  return {
    padding: [8, 24, 0, 0] as UPlot.Padding,
    legend: { markers: { width: 0, fill: (_: UPlot, at: number) => colours[at] ?? quiet } },
    scales: {
      y: {
        range: (_: UPlot, __: number, max: number): UPlot.Range.MinMax => [
          0,
          Math.max(4, Math.ceil(max * 1.1)),
        ],
      },
    },
    valueAxis: {
      size: 48,
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6],
      values: (_: UPlot, splits: number[]) => splits.map(count),
    },
    series: [
      {
        label: 'Day',
        value: (_: UPlot, epochS: number | null) => (epochS === null ? 'all' : dayName(epochS)),
      },
      {
        label: 'Issued',
        stroke: colours[1] ?? quiet,
        width: 1.5,
        dash: [4, 3],
        points: { show: false },
        value: shown,
      },
      {
        label: 'Redeemed',
        stroke: colours[2] ?? quiet,
        fill: colour('--chart-fill'),
        width: 2,
        points: { show: false },
        value: shown,
      },
      { label: 'Reversed', stroke: colours[3] ?? quiet, width: 1.5, points: { show: false }, value: shown },
    ],
  }
}

/** Figures by day. A table next to it contains the same numbers. */
export default function DayChart({ figures, label }: { figures: readonly DayFigures[]; label: string }) {
  const data = useMemo<UPlot.AlignedData>(
    () => [
      figures.map(({ day }) => epochOf(day)),
      figures.map(({ issued }) => issued),
      figures.map(({ redeemed }) => redeemed),
      figures.map(({ reversed }) => reversed),
    ],
    [figures],
  )
  return <Chart label={label} data={data} optionsOf={optionsOf} />
}
