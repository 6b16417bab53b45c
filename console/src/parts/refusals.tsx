import type { RefusalFigures } from '../api/types.ts'
import { CsvButton } from './csv-button.tsx'
import { count } from './format.ts'
import { Table } from './listed.tsx'
import { Empty, Panel } from './states.tsx'
import { longRefusal, shortRefusal } from './words.ts'

const operations: Readonly<Record<string, string>> = { redeem: 'Redemption', issue: 'Issue' }

interface RefusalsPanelProps {
  readonly title: string
  /** Of the file. */
  readonly name: string
  readonly refusals: readonly RefusalFigures[]
}

/** Reasons of refused redemptions and issues, most frequent first. */
export function RefusalsPanel({ title, name, refusals }: RefusalsPanelProps) {
  const table = () => [
    ['operation', 'code', 'reason', 'refused'],
    ...refusals.map(({ operation, code, message, refused }) => [operation, code, message, refused]),
  ]
  return (
    <Panel
      title={title}
      aside={refusals.length > 0 && <CsvButton name={name} title="These reasons as a file" rows={table} />}
    >
      {refusals.length === 0 ? (
        <Empty title="None">Nothing was refused.</Empty>
      ) : (
        <Table label={title} heads={['Reason', 'Of', ['Refused', 'right']]}>
          {refusals.map(({ operation, code, message, refused }) => (
            <tr key={`${operation} ${code}`}>
              <td>
                {shortRefusal(code, message)}
                <div className="second">{longRefusal(code, message)}</div>
              </td>
              <td>{operations[operation] ?? operation}</td>
              <td className="right">{count(refused)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}
