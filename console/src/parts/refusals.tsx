import type { RefusalFigures } from '../api/types.ts'
import { count } from './format.ts'
import { Empty, Panel } from './states.tsx'
import { longRefusal, shortRefusal } from './words.ts'

const operations: Readonly<Record<string, string>> = { redeem: 'Redemption', issue: 'Issue' }

/** Why redemptions and issues were refused, the most frequent reason first. */
export function RefusalsPanel({ title, refusals }: { title: string; refusals: readonly RefusalFigures[] }) {
  return (
    <Panel title={title}>
      {refusals.length === 0 ? (
        <Empty title="None">Nothing was refused.</Empty>
      ) : (
        <table className="table" aria-label={title}>
          <thead>
            <tr>
              <th>Reason</th>
              <th>Of</th>
              <th className="right">Refused</th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      )}
    </Panel>
  )
}
