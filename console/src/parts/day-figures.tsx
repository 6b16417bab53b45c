import { Button } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { DayFigures } from '../api/types.ts'
import { CsvButton } from './csv-button.tsx'
import { count } from './format.ts'
import { Table } from './listed.tsx'
import { Loading, Panel } from './states.tsx'

const DayChart = lazy(() => import('./day-chart.tsx'))

const names = ['day', 'issued', 'redeemed', 'reversed'] as const

interface DayFiguresPanelProps {
  readonly title: string
  /** Of the file. */
  readonly name: string
  readonly figures: readonly DayFigures[]
  readonly aside?: ReactNode
}

/** Days as a chart, as a table and as a file. */
export function DayFiguresPanel({ title, name, figures, aside }: DayFiguresPanelProps) {
  const [isTable, setIsTable] = useState(false)
  return (
    <Panel
      title={title}
      aside={
        <div className="page-tools">
          {aside}
          <Button size="xs" variant="default" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {isTable ? 'Chart' : 'Table'}
          </Button>
          <CsvButton
            name={name}
            title="These days as a file"
            rows={() => [names, ...figures.map((one) => names.map((column) => one[column]))]}
          />
        </div>
      }
    >
      {isTable ? (
        <Table
          label={title}
          heads={['Day', ['Issued', 'right'], ['Redeemed', 'right'], ['Reversed', 'right']]}
        >
          {figures.toReversed().map(({ day, issued, redeemed, reversed }) => (
            <tr key={day}>
              <td>{day}</td>
              <td className="right">{count(issued)}</td>
              <td className="right">{count(redeemed)}</td>
              <td className="right">{count(reversed)}</td>
            </tr>
          ))}
        </Table>
      ) : (
        <Suspense fallback={<Loading rows={5} />}>
          <DayChart
            figures={figures}
            label={`${title}: issued, redeemed and reversed. The button Table shows the numbers.`}
          />
        </Suspense>
      )}
    </Panel>
  )
}
