import { Refused } from '../api/call.ts'
import { Table } from './listed.tsx'
import { compare, type VersionRow } from './version-rules.ts'

/** What was sent and what is there now, after a change was refused because the record had been changed (412). */
export function versionsOf(error: unknown): VersionRow[] {
  if (!(error instanceof Refused) || error.current === undefined) return []
  const { sent, current } = error
  return typeof sent === 'object' && sent !== null ? compare(sent as Record<string, unknown>, current) : []
}

/** Two versions of a record side by side. */
export function Versions({ rows }: { rows: readonly VersionRow[] }) {
  if (rows.length === 0) return null
  return (
    <div className="versions">
      <Table label="Both versions" heads={[['Property', 'sr'], 'Now', 'Yours']}>
        {rows.map(({ label, now, mine }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td dir="auto">{now}</td>
            <td dir="auto">{mine}</td>
          </tr>
        ))}
      </Table>
    </div>
  )
}
