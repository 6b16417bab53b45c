import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { listJobs, type Job } from '../../bulk/jobs/list-jobs.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { answers, nullable } from './fields.ts'

const job = Type.Object({
  kind: Type.String({ description: 'codes-upload, redemptions-upload or code-batch.' }),
  id: Type.Integer(),
  seriesId: Type.Integer(),
  seriesCode: Type.String(),
  seriesDescription: Type.String(),
  state: Type.String({
    description:
      'Of an upload queued, running, done or failed; of a batch making, done, cancelled, failed, voiding or voided.',
  }),
  fileName: nullable(Type.String()),
  total: Type.Integer({ description: 'Rows of the file, or codes.' }),
  done: Type.Integer({ description: 'The number that has been processed, generated or voided.' }),
  refused: Type.Integer({ description: 'Of those, rows that were refused.' }),
  createdAt: Type.String(),
  endedAt: nullable(Type.String()),
})
export const jobsSchema = Type.Object({
  open: Type.Array(job, { description: 'Under way, the oldest first; at most 200.' }),
  ended: Type.Array(job, { description: 'The last that ended, the latest first; at most 20.' }),
})

/** `GET /admin/v1/jobs`: the background jobs of all series. */
export function registerJobs(app: App, { database: { pool } }: Context): void {
  route(app, 'GET /admin/v1/jobs', {
    access: {
      all: [
        ['upload', 'read'],
        ['campaign', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'listJobs',
      summary: 'Uploads and batches of codes in progress, and those that ended last',
      tags: ['Codes'],
      response: answers(jobsSchema),
    },
    handler: async ({ orgId, timeZone }) => {
      const toWire = ({ createdAtS, endedAtS, ...rest }: Job) => ({
        ...rest,
        createdAt: formatInstant(timeZone, createdAtS),
        endedAt: endedAtS === null ? null : formatInstant(timeZone, endedAtS),
      })
      const { open, ended } = await listJobs(pool, orgId)
      return { open: open.map(toWire), ended: ended.map(toWire) }
    },
  })
}
