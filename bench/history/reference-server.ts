import { createServer } from 'node:http'
import pg from 'pg'
import { jsonAnswerSql } from './comparison-sql.ts'

/**
 * Reference servers on bare node:http, started with `fork`: `static` always sends the same bytes; `naive` asks
 * PostgreSQL for each request's whole answer as JSON.
 */
export type ReferenceJob =
  | { readonly kind: 'static'; readonly body: string }
  | { readonly kind: 'naive'; readonly host: string; readonly user: string; readonly connections: number }

type Answer = (url: string) => Promise<string>

function answerer(job: ReferenceJob): Answer {
  if (job.kind === 'static') return async () => job.body
  const { host, user, connections } = job
  const pool = new pg.Pool({ host, user, database: 'counterfoil', max: connections })
  return async (url) => {
    const mobile = url.slice(url.indexOf('mobile=') + 7)
    const query = { name: 'naive', text: jsonAnswerSql, values: [mobile] }
    const { rows } = await pool.query<{ body: string }>(query)
    return rows[0]?.body ?? ''
  }
}

process.on('message', (job: ReferenceJob) => {
  const answer = answerer(job)
  const server = createServer((request, response) => {
    answer(request.url ?? '').then(
      (body) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        })
        response.end(body)
      },
      (error: Error) => {
        response.writeHead(500)
        response.end(error.message)
      },
    )
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }))
})
