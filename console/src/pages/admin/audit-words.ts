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
  export: 'Export',
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
  sandbox: 'Sandbox',
  checkpoint: 'Checkpoint',
  'checkpoint-key': 'Key of checkpoints',
}

type Fields = Readonly<Record<string, unknown>> | null
type Changed = Pick<AuditEntry, 'action'> & Partial<Pick<AuditEntry, 'before' | 'after'>>

/** Actions that have words of their own. */
const actions: Readonly<Record<string, string>> = {
  'session.created': 'Signed in',
  'session.changed': 'Session ended',
  'user.password-link.created': 'Person: link for a new password made',
  'user.password-link.deleted': 'Person: link for a new password used or withdrawn',
}

/** What a change of one field means: a secret was replaced, something was revoked, blocked, stopped. */
const meanings: readonly (readonly [
  field: string,
  words: (was: unknown, now: unknown) => string | undefined,
])[] = [
  ['passwordHash', () => 'password replaced'],
  ['secretHash', () => 'secret rotated'],
  ['secret', () => 'secret rotated'],
  ['revokedAt', (_, now) => (now ? 'revoked' : 'no longer revoked')],
  ['disabledAt', (_, now) => (now ? 'disabled' : 'enabled again')],
  ['blockedAt', (_, now) => (now ? 'blocked' : 'no longer blocked')],
  ['erasedAt', (_, now) => (now ? 'erased' : undefined)],
  ['mergedInto', (_, now) => (typeof now === 'number' ? `merged into customer ${now}` : undefined)],
  [
    'halt',
    (_, now) => (now ? ((now as { as?: unknown }).as === 'paused' ? 'paused' : 'stopped') : 'resumed'),
  ],
  ['state', (_, now) => (typeof now === 'string' ? stateWords[now] : undefined)],
  ['role', (_, now) => (typeof now === 'string' ? `role set to ${now}` : undefined)],
  ['budget', (_, now) => (now ? 'budget set' : 'budget removed')],
  ['endedAs', (_, now) => (typeof now === 'string' ? now : undefined)],
]

const stateWords: Readonly<Record<string, string>> = {
  paused: 'paused',
  active: 'resumed',
  cancelled: 'cancelled',
  voiding: 'voiding of its codes began',
  voided: 'codes voided',
}

/** "coupon.expiry-changed" → "Coupon: expiry changed"; a change of a secret → "Client: secret rotated" */
export function actionWords({ action, before = null, after = null }: Changed): string {
  const own = actions[action]
  if (own !== undefined) return own
  const [kind = '', ...rest] = action.split('.')
  const isChange = rest.length === 1 && rest[0] === 'changed'
  const meant = isChange
    ? meanings.flatMap(([field, words]) =>
        field in (after ?? {}) ? (words(before?.[field], after?.[field]) ?? []) : [],
      )
    : []
  const words = meant.length > 0 ? meant.join(', ') : rest.join(' ').replaceAll('-', ' ')
  return `${subjectNames[kind] ?? kind}: ${words}`
}

const notKept = '(not kept)'

/** The subject of a change, by its name now or in the entry, else by its number. */
export function subjectWords({
  subject,
  before,
  after,
}: Pick<AuditEntry, 'before' | 'after'> & {
  readonly subject: { readonly kind: string; readonly id: number | null; readonly name?: string | null }
}): string {
  if (subject.name) return subject.name
  for (const name of ['description', 'name', 'code', 'email']) {
    const value = after?.[name] ?? before?.[name]
    if (typeof value === 'string' && value !== '' && value !== notKept) return value
  }
  // A session is identified by its person, who is shown next to it.
  return subject.id === null || subject.kind === 'session' ? '' : `No. ${subject.id}`
}

const fieldNames: Readonly<Record<string, string>> = {
  passwordHash: 'Password',
  secretHash: 'Secret',
  secret: 'Secret',
  formerSecret: 'Former secret',
  tokenTtlS: 'Life of tokens, seconds',
  revokedAt: 'Revoked',
  disabledAt: 'Disabled',
  blockedAt: 'Blocked',
  erasedAt: 'Erased',
  mergedAt: 'Merged',
  mergedInto: 'Merged into customer',
  retiredId: 'Merged customer',
  endedAt: 'Ended',
  storeId: 'Store',
  tillId: 'Till',
  createdTillId: 'Made by till',
  seriesId: 'Series',
  customerId: 'Customer',
  redemptionId: 'Redemption',
  userId: 'Person',
  zoneId: 'Zone',
  conceptId: 'Concept',
  accessGroupId: 'May do',
  redemptionStoreIds: 'Stores',
  redemptionTillIds: 'Tills',
  redemptionZoneIds: 'Zones',
  redemptionConceptIds: 'Concepts',
  isActive: 'Active',
  isAnyUser: 'For everybody',
  maxIssued: 'Limit of issued coupons',
  maxRedeemed: 'Limit of redemptions',
}

/** "couponPrefix" → "Coupon prefix" */
export function fieldWords(name: string): string {
  const own = fieldNames[name]
  if (own !== undefined) return own
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The fields whose values are ids of things with names. */
const kindsOfIds: Readonly<Record<string, string>> = {
  storeId: 'store',
  tillId: 'till',
  createdTillId: 'till',
  registeredTillId: 'till',
  updatedTillId: 'till',
  userId: 'user',
  seriesId: 'series',
  zoneId: 'zone',
  conceptId: 'concept',
  accessGroupId: 'access-group',
  redemptionStoreIds: 'store',
  redemptionTillIds: 'till',
  redemptionZoneIds: 'zone',
  redemptionConceptIds: 'concept',
  mutuallyExclusiveSeriesIds: 'series',
}

interface Shown {
  /** Names of things, by `kind:id`. */
  readonly names?: Readonly<Record<string, string>>
  readonly time?: (instant: string) => string
}

const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/

/** A value of a field, with the names of the things whose ids it contains. */
export function valueWords(value: unknown, field = '', shown: Shown = {}): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (value === notKept) return 'a value that is not recorded'
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((one) => valueWords(one, field, shown)).join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') {
    const kind = kindsOfIds[field]
    const name = kind === undefined ? undefined : shown.names?.[`${kind}:${value}`]
    return name === undefined ? (kind === undefined ? String(value) : `No. ${value}`) : name
  }
  if (typeof value === 'string') return shown.time && isInstant.test(value) ? shown.time(value) : value
  return JSON.stringify(value)
}

/** The page of the console that shows a thing; undefined: there is none. */
export function pageOf(
  {
    kind,
    id,
    seriesId,
  }: { readonly kind: string; readonly id: number | null; readonly seriesId?: number | null },
  { before, after }: { readonly before: Fields; readonly after: Fields },
): string | undefined {
  const value = (name: string): unknown => after?.[name] ?? before?.[name]
  const ofSeries = seriesId ?? value('seriesId')
  switch (kind) {
    case 'customer':
      return id === null ? undefined : `/customers/${id}`
    case 'series':
      return id === null ? undefined : `/series/${id}`
    case 'webhook':
      return id === null ? '/webhooks' : `/webhooks/${id}`
    case 'coupon': {
      const code = value('code')
      return typeof code === 'string' ? `/check?code=${encodeURIComponent(code)}` : undefined
    }
    case 'code-batch':
    case 'upload':
      return typeof ofSeries === 'number' ? `/series/${ofSeries}` : '/jobs'
    default:
      return pagesOfKinds[kind]
  }
}

const pagesOfKinds: Readonly<Record<string, string>> = {
  store: '/stores',
  till: '/stores',
  'till-lookup': '/stores',
  zone: '/stores',
  concept: '/stores',
  client: '/clients',
  'access-group': '/access-groups',
  user: '/users',
  session: '/users',
  organisation: '/settings',
  hold: '/holds',
}

/** The address of the entries about a thing, or by an author. */
export const logOf = (what: {
  readonly subject?: string
  readonly actor?: string
  readonly action?: string
}): string => `/audit?${new URLSearchParams(what).toString()}`
