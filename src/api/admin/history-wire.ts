import { Type } from 'typebox'
import { columnsToFields, type AuditEntry } from '../../identity/audit-log/list-audit.ts'
import type { Happening } from '../../ledger/history/attribute-rules.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import { moneyText } from '../../values/money.ts'
import { nullable } from './fields.ts'

const fields = nullable(Type.Object({}, { additionalProperties: true }))

const happeningSchema = Type.Object({
  id: Type.String({ description: 'Unique within the history.' }),
  at: Type.String(),
  what: Type.String({
    description:
      'note, customer.registered, coupon.created, coupon.issued, coupon.redeemed, coupon.reversed, coupon.returned, coupon.revoked, coupon.expiry-changed, coupon.held, coupon.hold-released, coupon.hold-expired, or an action of the audit log.',
  }),
  by: nullable(
    Type.Object(
      {
        kind: Type.String({ description: 'user, client, till or command-line.' }),
        id: nullable(Type.Integer()),
        name: nullable(Type.String()),
      },
      { description: 'Null: nobody, or unknown.' },
    ),
  ),
  reason: nullable(Type.String()),
  coupon: nullable(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      seriesId: Type.Integer(),
      seriesDescription: Type.String(),
    }),
  ),
  redemptionId: nullable(Type.Integer()),
  storeName: nullable(Type.String()),
  billNumber: nullable(Type.String()),
  amount: nullable(
    Type.String({ description: 'The discount of a redemption, or the part of it that a return gave back.' }),
  ),
  note: nullable(Type.String({ description: 'The text of a note.' })),
  before: fields,
  after: fields,
})

export const historySchema = Type.Object({
  history: Type.Array(happeningSchema, { description: 'Latest first.' }),
  nextCursor: nullable(Type.String({ description: 'Null: there is no more.' })),
})

/** What the ledger tells, as printed. */
export function happeningToWire(one: Happening, { timeZone, currency }: Caller) {
  const { key, atUs, what, couponId, code, seriesId, seriesDescription, amount } = one
  return {
    id: key,
    at: formatInstant(timeZone, Math.floor(atUs / 1_000_000)),
    what,
    by: one.authorKind === null ? null : { kind: one.authorKind, id: one.authorId, name: one.authorName },
    reason: one.reason,
    coupon:
      couponId === null || code === null || seriesId === null
        ? null
        : { id: couponId, code, seriesId, seriesDescription: seriesDescription ?? '' },
    redemptionId: one.redemptionId,
    storeName: one.storeName,
    billNumber: one.billNumber,
    amount: amount === null ? null : moneyText(Math.round(amount), currency),
    note: one.text,
    before: columnsToFields(one.before),
    after: columnsToFields(one.after),
  }
}

/** An entry of the audit log as a part of a history. */
export function entryToWire(
  { id, atMs, actor, action, reason, before, after }: AuditEntry,
  { timeZone }: Caller,
) {
  return {
    id: `audit:${id}`,
    at: formatInstant(timeZone, Math.floor(atMs / 1000)),
    what: action,
    by: actor,
    reason,
    coupon: null,
    redemptionId: null,
    storeName: null,
    billNumber: null,
    amount: null,
    note: null,
    before,
    after,
  }
}
