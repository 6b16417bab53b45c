import { Checkbox, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call, Refused } from '../../api/call.ts'
import { returnsQuery } from '../../api/money-queries.ts'
import { useSession } from '../../api/session.tsx'
import type { MadeReturn, Returns } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats, type Formats } from '../../parts/format.ts'
import { wordsOf } from '../../parts/states.tsx'
import type { ActedOn, DialogProps } from './care-actions.tsx'
import { RedemptionFacts, WorksAgain } from './redemption-facts.tsx'
import {
  bodyOf,
  checkReturn,
  isStated,
  linesOf,
  refusedAmount,
  returnsUse,
  type ReturnableLine,
  type ReturnErrors,
  type ReturnFields,
} from './return-fields.ts'

const nothingTyped: ReturnFields = { what: 'whole', amount: '', quantities: {}, returnUse: false }
/** The longest reason that a return keeps. */
const maxReason = 200

/** Returns the discount of a redemption, or a part of it, after the sale. */
export function ReturnDialog({
  asked: { coupon, redemption },
  customerId,
  close,
  done,
}: DialogProps<'return'>) {
  const formats = useFormats()
  const read = useQuery(returnsQuery(customerId, redemption.id))
  const [fields, setFields] = useState(nothingTyped)
  const [isTried, setIsTried] = useState(false)
  const action = useAction(
    ({ reason, body }: { reason: string; body: ReturnType<typeof bodyOf> }, key) =>
      call<MadeReturn>(`/till/v1/redemptions/${redemption.id}/returns`, {
        method: 'POST',
        key,
        reason,
        body,
      }),
    (made) => done(doneWords(coupon.code, made, formats)),
  )
  const lines = linesOf(read.data?.items ?? null)
  const left = read.data === undefined ? redemption.money?.kept : Number(read.data.left)
  const isUseGone = read.data?.useReturned ?? redemption.isReversed === true
  const typed = checkReturn(fields, lines, left, formats.money)
  const refused = action.error instanceof Refused ? refusedAmount(action.error, formats.money) : undefined
  const errors: ReturnErrors = {
    ...(refused !== undefined && { amount: refused }),
    ...(isTried && typed),
  }
  // Another return was faster.
  const { refetch } = read
  const isRefused = action.error !== null && !action.isOpen
  useEffect(() => {
    if (isRefused) void refetch()
  }, [isRefused, refetch])
  const change = (next: Partial<ReturnFields>): void => {
    if (!action.isOpen) action.reset()
    setFields({ ...fields, ...next })
  }
  return (
    <ActionForm
      title="Return a discount"
      verb="Return"
      action={action}
      close={close}
      isIncomplete={!action.isOpen && (!isStated(fields) || left === 0)}
      maxReason={maxReason}
      reasonWords="Goes into the audit log with your name, and stays with the return."
      submit={(reason) => {
        setIsTried(true)
        // What was sent is sent again, whatever is left meanwhile.
        if (action.isOpen || Object.keys(typed).length === 0)
          action.submit({ reason, body: bodyOf(fields, lines, reason) })
      }}
    >
      <RedemptionFacts coupon={coupon} redemption={redemption} />
      {read.isError && <Effect tone="warn">The amount left could not be read: {wordsOf(read.error)}</Effect>}
      {read.data && <Earlier returns={read.data.returns} />}
      <WhatGoesBack fields={fields} lines={lines} left={left} errors={errors} change={change} />
      {!isUseGone && (
        <Checkbox
          label="Give the use back too"
          description="A return of everything left always includes it."
          checked={returnsUse(fields, left)}
          disabled={returnsUse({ ...fields, returnUse: false }, left)}
          onChange={({ currentTarget }) => change({ returnUse: currentTarget.checked })}
        />
      )}
      <Consequence coupon={coupon} fields={fields} left={left} isUseGone={isUseGone} />
    </ActionForm>
  )
}

function doneWords(code: string, { id, amount, useReturned }: MadeReturn, formats: Formats): string {
  if (id === null) return `These items have no share of the discount, so nothing of ${code} was returned.`
  const sum = `${formats.money(Number(amount))} of ${code} is returned`
  return useReturned ? `${sum}, and the use is given back.` : `${sum}.`
}

/** What went back before, with the reasons. */
function Earlier({ returns }: Pick<Returns, 'returns'>) {
  const formats = useFormats()
  if (returns.length === 0) return null
  return (
    <dl className="facts">
      <dt>Returned before</dt>
      <dd>
        {returns.map(({ id, amount, useReturned, reason, returnedAt }) => (
          <div key={id ?? 'reversal'}>
            {formats.money(Number(amount))}
            {useReturned && ' and the use'}
            <div className="second">
              {formats.time(returnedAt)}
              {reason !== null && ` · ${reason}`}
            </div>
          </div>
        ))}
      </dd>
    </dl>
  )
}

interface WhatGoesBackProps {
  readonly fields: ReturnFields
  readonly lines: readonly ReturnableLine[]
  readonly left: number | undefined
  readonly errors: ReturnErrors
  readonly change: (next: Partial<ReturnFields>) => void
}

function WhatGoesBack({ fields, lines, left, errors, change }: WhatGoesBackProps) {
  const formats = useFormats()
  const { currency } = useSession().organisation
  const sum = left === undefined ? '' : `, ${formats.money(left)}`
  return (
    <>
      <Radio.Group label="What goes back" value={fields.what} onChange={(value) => change({ what: value })}>
        <Stack gap={6} mt={6}>
          <Radio value="whole" label={`All that is left${sum}`} />
          <Radio value="amount" label="An amount" />
          {lines.length > 0 && <Radio value="items" label="Items of the bill" />}
        </Stack>
      </Radio.Group>
      {fields.what === 'amount' && (
        <TextInput
          label={currency === null ? 'Amount' : `Amount in ${currency}`}
          description={left === undefined ? undefined : `At most ${formats.money(left)}`}
          inputMode="decimal"
          value={fields.amount}
          error={errors.amount}
          onChange={({ currentTarget }) => change({ amount: currentTarget.value })}
        />
      )}
      {fields.what === 'items' && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {lines.map(({ key, id, sku, left: most, discount }) => (
            <TextInput
              key={key}
              label={id === undefined ? sku : `${sku}, line ${id}`}
              description={`Of ${most}; its share of the discount is ${formats.money(discount)}`}
              placeholder="Quantity to return"
              inputMode="decimal"
              value={fields.quantities[key] ?? ''}
              error={errors.quantities?.[key]}
              onChange={({ currentTarget }) =>
                change({ quantities: { ...fields.quantities, [key]: currentTarget.value } })
              }
            />
          ))}
        </SimpleGrid>
      )}
    </>
  )
}

interface ConsequenceProps {
  readonly coupon: ActedOn
  readonly fields: ReturnFields
  readonly left: number | undefined
  readonly isUseGone: boolean
}

/** The effect, before it is sent. */
function Consequence({ coupon, fields, left, isUseGone }: ConsequenceProps) {
  const formats = useFormats()
  if (left === 0) return <Effect tone="bad">Nothing of the discount is left to return.</Effect>
  const givesUseBack = !isUseGone && returnsUse(fields, left)
  const { isPast } = formats.expiry(coupon.validTillDateTime)
  return (
    <Effect tone={givesUseBack && isPast ? 'warn' : undefined}>
      The returned amount is available in a budget of the series again.{' '}
      {isUseGone ? (
        'The use was given back before.'
      ) : givesUseBack ? (
        <>
          The coupon, the customer and the series get this use back. <WorksAgain coupon={coupon} />
        </>
      ) : (
        'The coupon stays used, unless nothing is left of the discount.'
      )}{' '}
      A return cannot be undone.
    </Effect>
  )
}
