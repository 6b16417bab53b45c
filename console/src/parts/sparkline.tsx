import { plural } from './format.ts'

const [widthPx, heightPx, marginPx] = [84, 22, 2]

/** A line without axes in a table row; its label describes it in words. */
export function Sparkline({ values, of }: { values: readonly number[]; of: string }) {
  const total = values.reduce((sum, value) => sum + value, 0)
  const label = `${plural(total, of)} in ${values.length} days`
  const top = Math.max(1, ...values)
  const step = (widthPx - 2 * marginPx) / Math.max(1, values.length - 1)
  const points = values.map((value, at) => {
    const y = heightPx - marginPx - (value / top) * (heightPx - 2 * marginPx)
    return `${(marginPx + at * step).toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg
      className="sparkline"
      data-quiet={total === 0 || undefined}
      width={widthPx}
      height={heightPx}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <polyline points={points.join(' ')} />
    </svg>
  )
}
