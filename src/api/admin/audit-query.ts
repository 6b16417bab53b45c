import { Type } from 'typebox'
import { actorKinds, type ActorKind, type AuditQuery } from '../../identity/audit-log/list-audit.ts'
import { badParameter } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import { readText, type Query } from '../../http/query-parameters.ts'

const maxWords = 8
const maxSearch = 200
const text = (description: string) => Type.Optional(Type.String({ description }))

/** The parameters that select entries of the audit log. */
export const auditFilter = {
  q: text(
    `Words that an entry must all contain, in any letter case: in its action, the names of its author and its subject, its values, reason, address or request. At most ${maxWords} words.`,
  ),
  actor: text('Who: user, client, till or command-line; or one of them, as user:12.'),
  action: text('What, exactly: coupon.redeemed, say.'),
  subject: text('On what: coupon, series, customer, user …; or one of them, as coupon:5.'),
  from: text('At this time or later: YYYY-MM-DD or ISO 8601.'),
  to: text('Before this time.'),
}

/** `kind` or `kind:id`. */
function readNamed(query: Query, name: string): { kind: string; id: number | undefined } | undefined {
  const given = readText(query, name)
  if (given === undefined) return undefined
  const [, kind, id] = /^([a-z-]{1,50})(?::(\d{1,16}))?$/.exec(given) ?? []
  if (kind === undefined || Number(id ?? 1) > maxId || Number(id ?? 1) < 1)
    throw badParameter(name, given, 'a kind, or a kind and an id such as user:12')
  return { kind, id: id === undefined ? undefined : Number(id) }
}

function readActor(query: Query): AuditQuery['actor'] {
  const given = readNamed(query, 'actor')
  if (given === undefined) return undefined
  const kind: ActorKind | undefined = actorKinds.find((one) => one === given.kind)
  if (kind === undefined) throw badParameter('actor', given.kind, `one of ${actorKinds.join(', ')}`)
  return { kind, id: given.id }
}

function readTime(query: Query, name: string, timeZone: string): number | undefined {
  const given = readText(query, name)
  if (given === undefined) return undefined
  const timeS = parseStatedTimeS(given, timeZone)
  if (timeS === undefined) throw badParameter(name, given, 'YYYY-MM-DD or ISO 8601 with an offset')
  return timeS
}

function readWords(query: Query): readonly string[] {
  const given = readText(query, 'q')?.trim() ?? ''
  if (given === '') return []
  const words = given.split(/\s+/)
  if (words.length > maxWords || given.length > maxSearch || given.includes('\0'))
    throw badParameter('q', given, `at most ${maxWords} words of together ${maxSearch} characters`)
  return words
}

export type AuditFilter = Omit<AuditQuery, 'limit' | 'after'>

/** @throws Refusal 400 that names the parameter. */
export function readAuditFilter(query: Query, timeZone: string): AuditFilter {
  return {
    words: readWords(query),
    actor: readActor(query),
    subject: readNamed(query, 'subject'),
    action: readText(query, 'action'),
    fromS: readTime(query, 'from', timeZone),
    toS: readTime(query, 'to', timeZone),
  }
}
