import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failed, Loading } from './states.tsx'

interface ListedProps<Row> {
  readonly query: UseQueryResult<readonly Row[]>
  /** Placeholder lines while the rows are loading. */
  readonly lines?: number
  /** Shown if there are no rows. */
  readonly empty: ReactNode
  readonly children: (rows: readonly Row[]) => ReactNode
}

/** The states of a list: loading, failed, empty, or loaded. */
export function Listed<Row>({ query, lines = 4, empty, children }: ListedProps<Row>) {
  if (query.isPending) return <Loading rows={lines} />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return query.data.length === 0 ? empty : children(query.data)
}

/** The name of a column; `right` for numbers, `sr` for a name that only screen readers need. */
export type Head = string | readonly [name: string, kind: 'right' | 'sr']
/** The head of a column of buttons. */
export const actionsHead: Head = ['Actions', 'sr']

interface TableProps {
  readonly label: string
  readonly heads: readonly Head[]
  readonly children: ReactNode
}

/** A table that scrolls by itself if the page is too narrow. */
export function Table({ label, heads, children }: TableProps) {
  return (
    <div className="scroll-x">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => {
              const [name, kind] = typeof head === 'string' ? [head] : head
              return (
                <th key={name} className={kind === 'right' ? 'right' : undefined}>
                  {kind === 'sr' ? <span className="sr">{name}</span> : name}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
