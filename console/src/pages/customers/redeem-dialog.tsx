import { Group, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { explainQuery } from '../../api/queries.ts'
import type { Explanation, Redeemed } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import { ruleWords } from '../../parts/rules.tsx'
import { wordsOf } from '../../parts/states.tsx'
import { lastStore, StoreSelect, useStores } from '../../parts/store-select.tsx'
import { longRefusal } from '../../parts/words.ts'
import type { ActedOn, DialogProps } from './care-actions.tsx'

interface Input {
  readonly reason: string
  readonly store: string
  readonly bill: string
  readonly amount: string
}

/** Redeems for a customer at a store, and shows the expected result beforehand. */
export function RedeemDialog({
  asked: { coupon, at: given },
  customerId,
  close,
  done,
}: DialogProps<'redeem'>) {
  const stores = useStores()
  const [chosen, setChosen] = useState(given?.store || lastStore.read())
  const only = stores.length === 1 ? stores[0]?.code : undefined
  const store = stores.find(({ code }) => code === (chosen ?? only))
  const [bill, setBill] = useState(given?.bill ?? '')
  const [amount, setAmount] = useState(given?.amount ?? '')
  const isAmount = amount === '' || /^\d+(\.\d{1,3})?$/.test(amount)
  const [typed] = useDebouncedValue({ bill, amount }, 250)
  const judged = useQuery({
    ...explainQuery(coupon.code, {
      customerId,
      storeId: store?.id,
      // A redemption without an amount has amount 0, and is judged as such.
      billAmount: isAmount ? typed.amount || '0' : '0',
      transactionNumber: typed.bill,
    }),
    enabled: store !== undefined && isAmount,
    placeholderData: keepPreviousData,
  })
  const action = useAction(
    (input: Input, key) =>
      call<Redeemed>('/v2/coupon/redeem', {
        method: 'POST',
        key,
        reason: input.reason,
        store: input.store,
        body: {
          redemptionRequestList: [{ code: coupon.code }],
          user: { id: customerId },
          ...(input.amount !== '' && { billAmount: input.amount }),
          ...(input.bill !== '' && { transactionNumber: input.bill }),
        },
      }),
    ({ redemption }, { store: at, bill: number }) => {
      lastStore.keep(at)
      const id = Number(redemption[0]?.redemptionId)
      const place = store?.name ?? at
      done(
        `${coupon.code} is redeemed at ${place}.`,
        Number.isSafeInteger(id)
          ? {
              kind: 'reverse',
              coupon,
              redemption: { id, at: new Date().toISOString(), store: place, bill: number },
            }
          : undefined,
      )
    },
  )
  // The state has changed since it was judged: another redemption was faster.
  const { refetch } = judged
  const isRefused = action.error !== null && !action.isOpen
  useEffect(() => {
    if (isRefused) void refetch()
  }, [isRefused, refetch])
  return (
    <ActionForm
      title={`Redeem ${coupon.code}`}
      verb="Redeem"
      action={action}
      close={close}
      isIncomplete={
        store === undefined || !isAmount || (!action.isOpen && judged.data?.isRedeemable === false)
      }
      submit={(reason) => store && action.submit({ reason, store: store.code, bill: bill.trim(), amount })}
    >
      <StoreSelect
        required
        withAsterisk={false}
        data-autofocus
        value={store?.code ?? null}
        onChange={setChosen}
        disabled={action.isOpen}
      />
      <Group grow align="flex-start">
        <TextInput
          label="Bill amount"
          inputMode="decimal"
          error={isAmount ? undefined : 'A number such as 3500 or 99.50'}
          value={amount}
          onChange={({ currentTarget }) => setAmount(currentTarget.value.trim())}
        />
        <TextInput
          label="Bill number"
          maxLength={200}
          value={bill}
          onChange={({ currentTarget }) => setBill(currentTarget.value)}
        />
      </Group>
      {action.isOpen ? undefined : store === undefined ? (
        <Effect>Choose the store to see whether the coupon works there.</Effect>
      ) : (
        <Preview
          coupon={coupon}
          amount={Number(amount)}
          explanation={judged.data}
          error={judged.isError ? judged.error : undefined}
        />
      )}
    </ActionForm>
  )
}

interface PreviewProps {
  readonly coupon: ActedOn
  readonly amount: number
  readonly explanation: Explanation | undefined
  readonly error: unknown
}

function Preview({ coupon, amount, explanation, error }: PreviewProps) {
  const formats = useFormats()
  const stores = useStores()
  if (error !== undefined) return <Effect tone="warn">It could not be checked: {wordsOf(error)}</Effect>
  if (explanation === undefined) return <Effect>Checking…</Effect>
  if (explanation.isRedeemable) {
    return (
      <Effect tone="good">
        Works: <b>{formats.discount(coupon)}</b>
        {amount > 0 &&
          explanation.discount !== null &&
          `, ${formats.money(Number(explanation.discount))} on this bill`}
        . It counts at once, and can be reversed.
      </Effect>
    )
  }
  const broken = explanation.rules.find(({ verdict }) => verdict === 'fail')
  const { code = 0, message = '' } = explanation.refusal ?? {}
  return (
    <Effect tone="bad">
      Would be refused. {longRefusal(code, message)}
      {broken && (
        <Text size="xs" c="dimmed" mt={2}>
          {ruleWords(broken, formats, stores)}
        </Text>
      )}
    </Effect>
  )
}
