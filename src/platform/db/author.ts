import type { QueryConfig } from 'pg'
import type { Caller } from '../../values/caller.ts'

/**
 * The audit log is written by triggers (and by `record-entry.ts` where no row shows a change), in the transaction of the
 * change and in the name of its author, which is a setting of the transaction: see migration 0012. What a person does is
 * always recorded, because every transaction of a person begins with this setting.
 */
export type Author = Pick<Caller, 'kind' | 'holderId' | 'origin'>

/** The statement that names the author of a transaction. To be sent first in it. */
export function authorSetting({ kind, holderId, origin }: Author): QueryConfig {
  return {
    name: 'audit-author',
    text: `select set_config('counterfoil.author', $1, true)`,
    values: [JSON.stringify({ kind, id: holderId, ...origin })],
  }
}
