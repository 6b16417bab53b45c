import pg, { type QueryConfig } from 'pg'
import type { Caller } from '../../values/caller.ts'

/**
 * Triggers write the audit log (and `record-entry.ts` where a change affects no row) in the transaction of the change.
 * The author is a setting of the transaction: see migration 0012. A person's actions are always recorded, because every
 * transaction of a person begins with this setting.
 */
export type Author = Pick<Caller, 'kind' | 'holderId' | 'origin'>

/** An operator on the command line. */
interface Operator {
  readonly kind: 'command-line'
  readonly reason: string
}

/** The statement that sets the author of a transaction. Send it first. */
export function authorSetting(author: Author | Operator): QueryConfig {
  const recorded =
    author.kind === 'command-line' ? author : { kind: author.kind, id: author.holderId, ...author.origin }
  // A command, because a call of set_config() would stay on the server that receives it if there are several.
  return { text: `set local counterfoil.author = ${pg.escapeLiteral(JSON.stringify(recorded))}` }
}
