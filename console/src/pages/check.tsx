import { Button, Group, SimpleGrid, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'wouter'
import { couponQuery, explainQuery, heldCouponQuery } from '../api/queries.ts'
import { useMay } from '../api/session.tsx'
import type { Explanation } from '../api/types.ts'
import { Effect, refusalWords } from '../parts/action-form.tsx'
import { CustomerSelect } from '../parts/customer-select.tsx'
import { nameOf, useFormats } from '../parts/format.ts'
import { Rules, ruleWords } from '../parts/rules.tsx'
import { SeriesName } from '../parts/series-name.tsx'
import { Empty, isStale, Loading, PageHead, Panel } from '../parts/states.tsx'
import { StoreSelect, useStores } from '../parts/store-select.tsx'
import { isPassing, longRefusal } from '../parts/words.ts'
import { useCareActions } from './customers/care-actions.tsx'
import { usesOf } from './customers/coupon-state.tsx'
import { moneyWords, rounded } from './customers/redemption-money.ts'
import { Redemptions } from './customers/redemptions.tsx'

const fields = ['code', 'customer', 'store', 'amount', 'bill', 'at'] as const
type Asked = Readonly<Record<(typeof fields)[number], string>>

/**
 * Explains whether a coupon would work for a customer, place, bill and time: every rule, and the values it inspected.
 * The URL contains all inputs.
 */
export default function Check() {
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const stores = useStores()
  const asked = Object.fromEntries(fields.map((name) => [name, search.get(name) ?? ''])) as Asked
  const set = (name: (typeof fields)[number], value: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const [settled] = useDebouncedValue(asked, 250)
  const store = stores.find(({ code }) => code === settled.store)
  const explained = useQuery({
    ...explainQuery(settled.code.trim(), {
      customerId: settled.customer === '' ? undefined : Number(settled.customer),
      storeId: store?.id,
      billAmount: settled.amount || undefined,
      transactionNumber: settled.bill || undefined,
      // Wall-clock time of the organisation, as the field provides it.
      at:
        settled.at === ''
          ? undefined
          : `${settled.at.replace('T', ' ')}${settled.at.length === 16 ? ':00' : ''}`,
    }),
    placeholderData: (before, query) =>
      query?.queryKey[1] === settled.code.trim().toUpperCase() ? keepPreviousData(before) : undefined,
  })
  const field = (name: (typeof fields)[number]) => ({
    value: asked[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => set(name, value),
  })
  return (
    <div className="page">
      <PageHead
        title="Check a coupon"
        lead="Every rule of a redemption, and the values that it checks. Nothing is redeemed."
      />
      <section className="panel panel-body">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" verticalSpacing="sm">
          <TextInput
            label="Coupon code"
            className="code-field"
            autoFocus={asked.code === ''}
            {...field('code')}
          />
          {may('customer') && (
            <CustomerSelect
              value={asked.customer === '' ? undefined : Number(asked.customer)}
              onChange={(id) => set('customer', id === undefined ? '' : String(id))}
            />
          )}
          <StoreSelect
            label="Store"
            placeholder="Any store"
            clearable
            value={asked.store || null}
            onChange={(code) => set('store', code ?? '')}
          />
          <TextInput label="Bill amount" inputMode="decimal" placeholder="Any amount" {...field('amount')} />
          <TextInput label="Bill number" placeholder="None" {...field('bill')} />
          <TextInput label="Moment, if not now" type="datetime-local" {...field('at')} />
        </SimpleGrid>
      </section>
      {settled.code.trim() === '' ? (
        <Empty title="Which coupon?">Enter a code, or open a coupon from a customer’s page.</Empty>
      ) : explained.isError && !isStale(explained) ? (
        <Effect tone="bad">{refusalWords(explained.error)}</Effect>
      ) : explained.data === undefined ? (
        <Loading rows={8} />
      ) : (
        <Verdict
          explanation={explained.data}
          code={settled.code.trim()}
          isFixed={settled.at !== ''}
          at={{ store: asked.store, amount: asked.amount.trim(), bill: asked.bill }}
        />
      )}
    </div>
  )
}

/** Rules whose refusal already says everything. */
const saysAll = new Set(['notRevoked', 'ownCoupon', 'customerNotBlocked'])

interface VerdictProps {
  readonly explanation: Explanation
  readonly code: string
  /** Judged at an instant other than now. */
  readonly isFixed: boolean
  /** The inputs of the check, to redeem with the same ones. */
  readonly at: { readonly store: string; readonly amount: string; readonly bill: string }
}

/** When the coupon was redeemed last, what it gave, and what of that went back. */
function LastRedemption({ explanation: { redemptions } }: Pick<VerdictProps, 'explanation'>) {
  const formats = useFormats()
  const [last] = redemptions
  if (last === undefined) return null
  const given = last.discountAmount === null ? undefined : Number(last.discountAmount)
  const returned = Number(last.returned)
  const money = given === undefined ? undefined : { given, returned, kept: rounded(given - returned) }
  const words = moneyWords(money, formats)
  return (
    <div className="second">
      Redeemed last {formats.time(last.redeemedAt)}
      {words && ` · ${words}`}
      {last.useReturned && ' · use given back'}
    </div>
  )
}

function Verdict({ explanation, code, isFixed, at }: VerdictProps) {
  const may = useMay()
  const formats = useFormats()
  const facts = useQuery(couponQuery(code)).data?.data[0]
  const { coupon, customer, refusal, rules, isRedeemable, judgedAt } = explanation
  const stores = useStores()
  const held = useQuery(heldCouponQuery(coupon?.holderId ?? 0, code)).data ?? undefined
  const actions = useCareActions({ customerId: customer?.id ?? 0 })
  if (coupon === null || refusal?.code === 701) {
    return <Empty title="Not found">{longRefusal(refusal?.code ?? 702, refusal?.message ?? '')}</Empty>
  }
  // Only the holder's history shows a revoked coupon.
  const known = facts ?? held
  const when = isFixed ? ` at ${formats.time(judgedAt)}` : ''
  const isHolder = coupon.holderId !== null && coupon.holderId === customer?.id
  const broken = rules.find(({ verdict }) => verdict === 'fail')
  return (
    <>
      <Effect tone={isRedeemable ? 'good' : 'bad'}>
        <b>{isRedeemable ? `Works${when || ' now'}.` : `Would be refused${when}.`}</b>{' '}
        {refusal && longRefusal(refusal.code, refusal.message)}
        {isRedeemable && facts && ` ${formats.discount(facts)}.`}
        {isRedeemable &&
          explanation.discount !== null &&
          ` The discount on this bill is ${formats.money(Number(explanation.discount))}.`}
        {broken && !saysAll.has(broken.name) && (
          <div className="second">{ruleWords(broken, formats, stores)}</div>
        )}
        {!isRedeemable && <LastRedemption explanation={explanation} />}
        {isFixed && <div className="second">Uses and reversals are counted as of now.</div>}
      </Effect>
      <div className="columns rules-panel">
        <Panel title="Rules, in the order in which they are checked">
          <Rules rules={rules} />
        </Panel>
        <div className="first-when-narrow">
          <Panel title="The coupon">
            <div className="panel-body">
              <dl className="facts">
                <dt>Code</dt>
                <dd className="code">{coupon.code}</dd>
                {known && (
                  <>
                    <dt>Series</dt>
                    <dd>
                      <SeriesName id={coupon.seriesId} name={known.description} />
                    </dd>
                    <dt>Discount</dt>
                    <dd>{formats.discount(known)}</dd>
                  </>
                )}
                <dt>Valid until</dt>
                <dd>
                  {formats.time(coupon.validUntil)}
                  <div className="second">{formats.expiry(coupon.validUntil).words}</div>
                </dd>
                {may('customer') && (
                  <>
                    <dt>{isHolder ? 'Holder' : 'Judged for'}</dt>
                    <dd>
                      {customer ? (
                        <Link
                          href={`/customers/${customer.id}${isHolder ? `?coupon=${encodeURIComponent(coupon.code)}` : ''}`}
                        >
                          {nameOf(customer)}
                        </Link>
                      ) : (
                        'Nobody holds it'
                      )}
                      {!isHolder && coupon.holderId !== null && (
                        <div className="second">
                          <Link
                            href={`/customers/${coupon.holderId}?coupon=${encodeURIComponent(coupon.code)}`}
                          >
                            Another customer
                          </Link>{' '}
                          holds it
                        </div>
                      )}
                    </dd>
                  </>
                )}
                {held && (
                  <>
                    <dt>Issued</dt>
                    <dd>
                      {formats.time(held.createdDate)}
                      {held.issuedAt && <div className="second">{held.issuedAt.name}</div>}
                    </dd>
                    <dt>Uses</dt>
                    <dd>{usesOf(held)}</dd>
                  </>
                )}
              </dl>
              {may('coupon', 'write') && customer && facts && (
                <Group gap="xs" mt="md">
                  {/* What fails for a store or a bill may work for others. */}
                  {(isRedeemable || isPassing(refusal?.code ?? 0)) && (
                    <Button
                      size="xs"
                      disabled={isFixed}
                      onClick={() => actions.open({ kind: 'redeem', coupon: facts, at })}
                    >
                      Redeem…
                    </Button>
                  )}
                  <Button
                    size="xs"
                    variant={refusal?.code === 713 ? 'filled' : 'default'}
                    onClick={() => actions.open({ kind: 'extend', coupon: facts })}
                  >
                    Extend…
                  </Button>
                </Group>
              )}
            </div>
          </Panel>
          {held && <Redemptions coupon={held} actions={actions} mayChange={may('coupon', 'write')} />}
        </div>
      </div>
      {actions.dialog}
    </>
  )
}
