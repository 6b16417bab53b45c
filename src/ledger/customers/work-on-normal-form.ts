import type { Context } from '../context.ts'
import { bringIntoNormalForm as bring } from './normal-form.ts'

/** Brings identifiers of an earlier release into the current normal form, and tells what came of it. */
export async function bringIntoNormalForm(
  { database, log }: Pick<Context, 'database' | 'log'>,
  isStopped?: () => boolean,
): Promise<void> {
  const { renewed, collisions } = await bring(database.pool, isStopped)
  if (renewed > 0) log.info({ renewed }, 'identifiers were brought into the normal form of this release')
  if (collisions > 0)
    log.warn(
      { collisions },
      'two customers have one identifier in two spellings; counterfoil doctor names them',
    )
}
