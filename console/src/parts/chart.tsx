import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'

const heightPx = 200
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
export const dayName = (epochS: number): string => dayFormat.format(epochS * 1000)
export const epochOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

/** Colours and fonts of the page. */
export interface ChartStyle {
  readonly colour: (name: string) => string
  readonly axis: UPlot.Axis
}

function styleOf(host: HTMLElement): ChartStyle {
  const style = getComputedStyle(host)
  const colour = (name: string): string => style.getPropertyValue(name)
  const font = `11px ${style.fontFamily}`
  return {
    colour,
    axis: {
      stroke: colour('--quiet'),
      font,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    },
  }
}

/** Days are those of the organisation: labels, not instants. */
const ofDays = ({ axis }: ChartStyle) => ({
  height: heightPx,
  tzDate: (epochS: number) => UPlot.tzDate(new Date(epochS * 1000), 'UTC'),
  cursor: { drag: { x: false, y: false }, points: { size: 6 } },
  dayAxis: {
    ...axis,
    size: 30,
    grid: { show: false },
    values: (_: UPlot, splits: number[]) => splits.map(dayName),
    space: 64,
    incrs: [86_400, 2 * 86_400, 7 * 86_400],
  },
})

interface ChartProps {
  readonly label: string
  /** The days as epoch seconds, then the values of each series. */
  readonly data: UPlot.AlignedData
  /** Everything but size and days; the axis is that of the values. */
  readonly optionsOf: (
    style: ChartStyle,
  ) => Pick<UPlot.Options, 'series' | 'scales' | 'legend' | 'padding'> & { readonly valueAxis: UPlot.Axis }
}

/** A chart by day. A table next to it contains the same numbers. @param optionsOf not a function made by each drawing. */
export function Chart({ label, data, optionsOf }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const colours = useComputedColorScheme()
  useEffect(() => {
    const element = host.current
    if (element === null) return undefined
    const style = styleOf(element)
    const { dayAxis, ...days } = ofDays(style)
    const { valueAxis, ...options } = optionsOf(style)
    const chart = new UPlot(
      {
        ...days,
        ...options,
        axes: [dayAxis, { ...style.axis, ...valueAxis }],
        width: element.clientWidth,
      },
      data,
      element,
    )
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.destroy()
    }
    // Colours are read from the page when it is drawn.
  }, [data, optionsOf, colours])
  return (
    <div className="chart" role="img" aria-label={label}>
      <div ref={host} />
    </div>
  )
}
