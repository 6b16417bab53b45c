import type { Context } from '../../ledger/context.ts'
import { keepWorking } from '../../platform/keep-working.ts'
import { notBeingReset } from '../../platform/clock.ts'
import { workOnUpload } from './work-on-upload.ts'

/** Duration of a series' turn. */
const turnMs = 2_000

/** Across organisations, as with batches of codes; answered by an index of open uploads alone. */
const openSql = `select distinct u.org_id, u.series_id from uploads u
where u.state in ('queued', 'running') ${notBeingReset('u')} order by u.org_id, u.series_id limit 1000`

/**
 * Gives every series with open uploads a turn, unless another process is working on it: new uploads, and those that a
 * killed process left.
 *
 * @returns true if this process has work left.
 */
export async function workOnOpenUploads(
  context: Context,
  isStopped: () => boolean = () => false,
): Promise<boolean> {
  const { database, log } = context
  const { rows } = await database.pool.query<{ org_id: number; series_id: number }>(openSql)
  let isMoreToDo = false
  for (const { org_id: orgId, series_id: seriesId } of rows) {
    if (isStopped()) break
    const endsAtMs = Date.now() + turnMs
    const shouldPause = () => isStopped() || Date.now() > endsAtMs
    try {
      const upload = await workOnUpload(context, orgId, seriesId, { shouldPause })
      if (upload === undefined) continue
      isMoreToDo = true
      const { id, state, accepted, refused } = upload
      if (state === 'done') log.info({ orgId, uploadId: id, accepted, refused }, 'an upload is done')
    } catch (error) {
      // The next series may still succeed.
      log.warn(
        { orgId, seriesId, reason: (error as Error).message },
        'work on an upload failed; trying again later',
      )
    }
  }
  return isMoreToDo
}

/** Works on uploads while the server runs. @returns a function that stops it after the current chunk. */
export function startUploadWork(context: Context): () => Promise<void> {
  return keepWorking(context, (isStopped) => workOnOpenUploads(context, isStopped), 'work on uploads failed')
}
