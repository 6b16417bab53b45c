import { useMemo } from 'react'
import type UPlot from 'uplot'
import type { Budget, BurnDown } from '../../api/types.ts'
import { Chart, dayName, type ChartStyle } from '../../parts/chart.tsx'
import { useFormats } from '../../parts/format.ts'
import { drawnOf } from './burn-down-rules.ts'

interface BurnDownChartProps {
  readonly burnDown: BurnDown
  readonly budget: Budget
  readonly label: string
}

/** What was left of a budget on each day, and what will be left at the rate of today. */
export default function BurnDownChart({ burnDown, budget, label }: BurnDownChartProps) {
  const formats = useFormats()
  const data = useMemo<UPlot.AlignedData>(() => {
    const { days, values, ahead } = drawnOf(burnDown, budget)
    return [[...days], [...values], [...ahead]]
  }, [burnDown, budget])
  const isLeft = burnDown.total !== null
  const optionsOf = useMemo(() => {
    // No day is pointed at: show today.
    const today = Number(isLeft ? (burnDown.days.at(-1)?.left ?? 0) : budget.given)
    const shown = (_: UPlot, value: number | null, __: number, at: number | null): string =>
      value === null ? (at === null ? formats.money(today) : '–') : formats.money(value)
    const ahead = (_: UPlot, value: number | null): string => (value === null ? '–' : formats.money(value))
    return ({ colour }: ChartStyle) => {
      const quiet = colour('--quiet')
      const colours = [quiet, colour('--chart'), colour('--warn')]
      return {
        padding: [8, 24, 0, 0] as UPlot.Padding,
        legend: { markers: { width: 0, fill: (_: UPlot, at: number) => colours[at] ?? quiet } },
        scales: {
          y: {
            range: (_: UPlot, __: number, max: number): UPlot.Range.MinMax => [0, Math.max(1, max * 1.1)],
          },
        },
        valueAxis: {
          size: 72,
          values: (_: UPlot, splits: number[]) => splits.map((value) => formats.money(value)),
        },
        series: [
          {
            label: 'Day',
            value: (_: UPlot, epochS: number | null) => (epochS === null ? 'today' : dayName(epochS)),
          },
          {
            label: isLeft ? 'Left' : 'Given in all',
            stroke: colours[1] ?? quiet,
            fill: colour('--chart-fill'),
            width: 2,
            points: { show: false },
            value: shown,
          },
          {
            label: 'At today’s rate',
            stroke: colours[2] ?? quiet,
            width: 1.5,
            dash: [4, 3],
            points: { show: false },
            value: ahead,
          },
        ],
      }
    }
  }, [formats, isLeft, burnDown, budget.given])
  return <Chart label={label} data={data} optionsOf={optionsOf} />
}
