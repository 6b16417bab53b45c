import type { AuditEntry } from '../../api/types.ts'

/** Wording of the audit log. */

export const actorNames: Readonly<Record<string, string>> = {
  user: 'People',
  client: 'Clients',
  till: 'Tills',
  'command-line': 'Command line',
}
export const subjectNames: Readonly<Record<string, string>> = {
  coupon: 'Coupon',
  redemption: 'Redemption',
  customer: 'Customer',
  hold: 'Hold',
  series: 'Series',
  'code-batch': 'Batch of codes',
  upload: 'Upload',
  organisation: 'Settings',
  store: 'Store',
  zone: 'Zone',
  concept: 'Concept',
  till: 'Till',
  'till-lookup': 'Code of a till',
  client: 'Client',
  'access-group': 'Access group',
  webhook: 'Webhook',
  user: 'Person',
  session: 'Session',
}

/** "coupon.expiry-changed" → "Coupon: expiry changed" */
export function actionWords(action: string): string {
  if (action === 'session.created') return 'Signed in'
  if (action === 'session.changed') return 'Session ended'
  const [kind = '', ...rest] = action.split('.')
  return `${subjectNames[kind] ?? kind}: ${rest.join(' ').replaceAll('-', ' ')}`
}

const notKept = '(not kept)'

/** The subject of a change, by its name in the entry, else by its number. */
export function subjectWords({
  subject,
  before,
  after,
}: Pick<AuditEntry, 'subject' | 'before' | 'after'>): string {
  for (const name of ['description', 'name', 'code', 'email']) {
    const value = after?.[name] ?? before?.[name]
    if (typeof value === 'string' && value !== '' && value !== notKept) return value
  }
  // A session is identified by its person, who is shown next to it.
  return subject.id === null || subject.kind === 'session' ? '' : `No. ${subject.id}`
}

export function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueWords).join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
