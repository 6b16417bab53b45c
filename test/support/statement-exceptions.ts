import type { Law } from './statement-laws.ts'

/** Statements that rightly read several organisations, by the file that sends them, with the reason. */
export const crossing: Readonly<Record<string, string>> = {
  'src/bulk/codes/work-on-open-batches.ts': 'finds the organisations that have work',
  'src/bulk/uploads/forget-old-uploads.ts': 'finds the organisations to sweep, one after the other',
  'src/bulk/uploads/work-on-open-uploads.ts': 'finds the organisations that have work',
  'src/identity/credentials/holder.ts': 'a login belongs to one organisation, which the caller does not name',
  'src/identity/credentials/session.ts': 'the token of a session does not name the organisation',
  'src/identity/organisations/create-organisation.ts': 'the organisation gets its id in this statement',
  'src/identity/organisations/sole-organisation.ts':
    'finds whether there is only one organisation, whose name a server shows',
  'src/ledger/customers/normal-form.ts': 'finds the organisations whose identifiers have an earlier form',
  'src/ledger/money/measure-budgets.ts': 'measures the budgets of all organisations for the metrics',
  'src/operate/chain/work-on-chains.ts': 'finds the organisations that have work',
  'src/operate/sweeps.ts': 'deletes old rows, some of which belong to no organisation',
  'src/webhooks/forget-old-messages.ts': 'finds the webhooks to sweep, one after the other',
  'src/webhooks/measure-webhooks.ts': 'measures all organisations for the metrics',
  'src/webhooks/work-on-webhooks.ts': 'finds the organisations that have work',
}

const oneRoundTrip =
  'all effects are one statement because each round trip costs a till; to divide it needs a measurement on a quiet machine'
const clockOfDatabase =
  'coalesce($n, statement_timestamp()): the instant is the database’s, which all servers share, unless a sandbox or a test sets it'
const idWithState =
  'the ids are drawn with the state so that the outcome is known before anything is written; to draw them apart needs a measurement'
const sharedColumns = 'returns the row as the calls show it, in epoch seconds; a cold path'
const oneTransaction = 'a cold path that is correct, but uses a transaction of several servers'

/** Faults that are to be removed, by file. The list must not grow: see docs/decisions/0030-routable-statements.md. */
export const outstanding: Readonly<Record<string, Partial<Record<Law, string>>>> = {
  'src/bulk/codes/change-batch.ts': { clock: clockOfDatabase, returning: sharedColumns },
  'src/bulk/codes/create-batch.ts': { clock: clockOfDatabase, returning: sharedColumns },
  'src/bulk/codes/export-batch.ts': { returning: sharedColumns },
  'src/bulk/codes/make-chunk.ts': {
    clock: clockOfDatabase,
    insert: oneTransaction,
    returning: sharedColumns,
  },
  'src/bulk/codes/void-chunk.ts': {
    clock: clockOfDatabase,
    insert: oneTransaction,
    returning: sharedColumns,
  },
  'src/bulk/rows/merge-codes.ts': { insert: oneTransaction },
  'src/bulk/uploads/receive-upload.ts': { clock: clockOfDatabase, returning: sharedColumns },
  'src/bulk/uploads/work-on-upload.ts': { returning: sharedColumns },
  'src/identity/people/password-links.ts': { clock: clockOfDatabase, returning: sharedColumns },
  'src/ledger/coupons/change-expiry.ts': { clock: clockOfDatabase },
  'src/ledger/coupons/revoke-coupons.ts': { clock: clockOfDatabase, insert: oneTransaction },
  'src/ledger/coupons/write-issued.ts': { insert: oneRoundTrip },
  'src/ledger/holds/change-hold.ts': { clock: clockOfDatabase },
  'src/ledger/holds/hold-batch.ts': { insert: oneRoundTrip, nextval: idWithState },
  'src/ledger/money/set-budget.ts': { insert: oneTransaction },
  'src/ledger/redemptions/redeem-batch.ts': { insert: oneRoundTrip },
  'src/ledger/redemptions/redemption-state.ts': { nextval: idWithState },
  'src/ledger/redemptions/reverse-redemptions.ts': { insert: oneRoundTrip },
  'src/ledger/returns/return-redemptions.ts': { insert: oneRoundTrip },
  'src/ledger/series/halt-series.ts': { clock: clockOfDatabase },
  'src/operate/chain/link-events.ts': { insert: oneTransaction },
  'src/operate/sandbox/reset-sandbox.ts': {
    ctid: 'both sides name the organisation, so the rows are on one server; a key of each table would need a list of them',
  },
  'src/operate/sweeps.ts': {
    ctid: 'as for a sandbox, except for the tables that are swept across organisations',
  },
  'src/webhooks/claim-messages.ts': {
    clock: 'messages are due by the clock of the database, which all servers share',
    returning: 'how long a message has waited, by the same clock',
  },
  'src/webhooks/record-attempts.ts': {
    clock: 'messages are due by the clock of the database, which all servers share',
    insert: oneTransaction,
  },
  'src/webhooks/relay-events.ts': { insert: oneTransaction },
  'src/webhooks/replay.ts': { insert: oneTransaction },
}
