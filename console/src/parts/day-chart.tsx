import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import type { DayFigures } from '../api/types.ts'
import { count } from './format.ts'

const heightPx = 200
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const dayName = (epochS: number): string => days.format(epochS * 1000)
const epochOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

function optionsOf(host: HTMLElement): Omit<UPlot.Options, 'width'> {
  const style = getComputedStyle(host)
  const colour = (name: string): string => style.getPropertyValue(name)
  const [quiet, line] = [colour('--quiet'), colour('--line')]
  const font = `11px ${style.fontFamily}`
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  // No day is pointed at: show the total.
  const shown = ({ data }: UPlot, value: number | null, at: number): string =>
    count(value ?? Array.from(data[at] ?? [], Number).reduce((sum, one) => sum + one, 0))
  const colours = [quiet, quiet, colour('--chart'), colour('--warn')]
  return {
    height: heightPx,
    padding: [8, 24, 0, 0],
    // Days are those of the organisation: labels, not instants.
    tzDate: (epochS) => UPlot.tzDate(new Date(epochS * 1000), 'UTC'),
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    legend: { markers: { width: 0, fill: (_, at) => colours[at] ?? quiet } },
    scales: { y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] } },
    axes: [
      {
        ...axis,
        size: 30,
        grid: { show: false },
        values: (_, splits) => splits.map(dayName),
        space: 64,
        incrs: [86_400, 2 * 86_400, 7 * 86_400],
      },
      {
        ...axis,
        size: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6],
        values: (_, splits) => splits.map(count),
      },
    ],
    series: [
      { label: 'Day', value: (_, epochS) => (epochS === null ? 'all' : dayName(epochS)) },
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
  const host = useRef<HTMLDivElement>(null)
  const colours = useComputedColorScheme()
  useEffect(() => {
    const element = host.current
    if (element === null) return undefined
    const data: UPlot.AlignedData = [
      figures.map(({ day }) => epochOf(day)),
      figures.map(({ issued }) => issued),
      figures.map(({ redeemed }) => redeemed),
      figures.map(({ reversed }) => reversed),
    ]
    const chart = new UPlot({ ...optionsOf(element), width: element.clientWidth }, data, element)
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.destroy()
    }
    // Colours are read from the page when it is drawn.
  }, [figures, colours])
  return (
    <div className="chart" role="img" aria-label={label}>
      <div ref={host} />
    </div>
  )
}
