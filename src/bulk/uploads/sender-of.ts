import type { Client } from 'pg'
import type { Asker } from '../../ledger/lookups/guard-lookups.ts'
import type { OwnLimits } from '../../values/rate-rules.ts'
import type { Organisation } from '../../identity/organisations/find-organisation.ts'
import type { Upload } from './upload.ts'

const limitsSql = {
  till: 'select limits from tills where org_id = $1 and id = $2',
  client: 'select limits from clients where org_id = $1 and id = $2',
}

/** The sender of an upload, with its current own limits. Undefined: unknown. */
export async function senderOf(
  client: Client,
  { orgId, isSandbox }: Organisation,
  { id, senderKind: kind, senderId, senderAddress }: Upload,
): Promise<Asker | undefined> {
  if (kind === null || senderId === null) return undefined
  const from = { address: senderAddress ?? '', requestId: `upload ${id}` }
  const sender = { orgId, isSandbox, kind, holderId: senderId, from }
  if (kind === 'user') return sender
  const { rows } = await client.query<{ limits: OwnLimits | null }>(limitsSql[kind], [orgId, senderId])
  return { ...sender, limits: rows[0]?.limits ?? null }
}
