import { Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call, Refused } from '../../api/call.ts'
import type { Budget, Versioned } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { useFormats } from '../../parts/format.ts'
import { useDraft } from '../../parts/draft.ts'
import { Restored } from '../../parts/restored.tsx'
import { typedAmount } from '../../parts/typed-amount.ts'
import {
  bodyOf,
  checkBudget,
  fieldsOf,
  hasLimit,
  periodNames,
  refusedField,
  type BudgetErrors,
  type BudgetField,
  type BudgetFields,
  type LimitName,
} from './budget-fields.ts'

interface BudgetDialogProps {
  readonly seriesId: number
  readonly budget: Budget & Versioned
  readonly close: () => void
}

/** Sets the budget of a series. */
export function BudgetDialog({ seriesId, budget, close }: BudgetDialogProps) {
  const queries = useQueryClient()
  const [fields, setFields, draft] = useDraft(`budget.${seriesId}`, () => fieldsOf(budget), budget.version)
  const [isTried, setIsTried] = useState(false)
  const action = useAction(
    ({ reason, body }: { reason: string; body: ReturnType<typeof bodyOf> }, _key, newer) =>
      call(`/admin/v1/series/${seriesId}/budget`, {
        method: 'PUT',
        reason,
        body,
        version: newer ?? draft.version,
      }),
    () => {
      draft.forget()
      void queries.invalidateQueries({ queryKey: ['series', seriesId] })
      close()
    },
  )
  const typed = checkBudget(fields)
  const refused = action.error instanceof Refused ? refusedField(action.error, bodyOf(fields)) : undefined
  const errors: BudgetErrors = {
    ...(refused && { [refused.name]: refused.text }),
    ...(isTried && typed),
  }
  const change = (next: Partial<BudgetFields>): void => {
    // What was refused is being mended.
    if (!action.isOpen && !action.isStale) action.reset()
    setFields(() => ({ ...fields, ...next }))
  }
  return (
    <ActionForm
      title={budget.whenItDoesNotFit === null ? 'Set a budget' : 'Change the budget'}
      verb="Save"
      action={action}
      close={close}
      width={640}
      isIncomplete={!hasLimit(fields)}
      submit={(reason) => {
        setIsTried(true)
        if (Object.keys(typed).length === 0) action.submit({ reason, body: bodyOf(fields) })
      }}
    >
      <Restored draft={draft} />
      <Limits fields={fields} errors={errors} change={change} />
      <Radio.Group
        label="A discount that exceeds the amount left"
        value={fields.whenItDoesNotFit}
        onChange={(value) => change({ whenItDoesNotFit: value === 'part' ? 'part' : 'refuse' })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="refuse" label="is refused, with the whole redemption" />
          <Radio value="part" label="is lowered to the amount left, unless the till states it" />
        </Stack>
      </Radio.Group>
      <TextInput
        label="Announce at, in percent"
        description="Shares of the limits of all customers at which webhooks and alerts are sent. Empty: never."
        value={fields.alertAtPercent}
        error={errors.alertAtPercent}
        onChange={({ currentTarget }) => change({ alertAtPercent: currentTarget.value })}
      />
      <Told budget={budget} fields={fields} />
    </ActionForm>
  )
}

interface LimitsProps {
  readonly fields: BudgetFields
  readonly errors: BudgetErrors
  readonly change: (next: Partial<BudgetFields>) => void
}

const limitLabels: Readonly<Record<LimitName, string>> = {
  amount: 'Amount',
  uses: 'Uses',
  usesPerCustomer: 'Uses of a customer',
}

function Limits({ fields, errors, change }: LimitsProps) {
  const text = (field: BudgetField, label: string, value: string, set: (value: string) => void) => ({
    label,
    value,
    error: errors[field],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => set(currentTarget.value),
  })
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          data-autofocus
          inputMode="decimal"
          description="All discounts of the series. Empty: no limit."
          {...text('total', 'In all', fields.total, (total) => change({ total }))}
        />
        <TextInput
          inputMode="decimal"
          description="All discounts of one customer."
          {...text('perCustomer', 'Each customer', fields.perCustomer, (perCustomer) =>
            change({ perCustomer }),
          )}
        />
      </SimpleGrid>
      {periodNames.map((per) => (
        <SimpleGrid key={per} cols={{ base: 1, xs: 3 }} spacing="sm">
          {(Object.keys(limitLabels) as LimitName[]).map((name) => (
            <TextInput
              key={name}
              inputMode={name === 'amount' ? 'decimal' : 'numeric'}
              {...text(
                `${per}.${name}`,
                `${limitLabels[name]} a ${per}`,
                fields.periods[per][name],
                (value) =>
                  change({
                    periods: { ...fields.periods, [per]: { ...fields.periods[per], [name]: value } },
                  }),
              )}
            />
          ))}
        </SimpleGrid>
      ))}
    </>
  )
}

/** The effect, before it is saved. */
function Told({ budget, fields }: { budget: Budget; fields: BudgetFields }) {
  const formats = useFormats()
  const given = Number(budget.given)
  const total = typedAmount(fields.total)
  const isOver = total !== undefined && budget.whenItDoesNotFit !== null && Number(total) <= given
  return (
    <Effect tone={isOver ? 'warn' : undefined}>
      It applies to every redemption from now on, at every till.{' '}
      {isOver
        ? `${formats.money(given)} has been given already, so nothing more is given.`
        : 'Earlier discounts of the series count; a reversal gives them back.'}
    </Effect>
  )
}

/** Removes the budget of a series. */
export function RemoveBudgetDialog({ seriesId, budget, close }: BudgetDialogProps) {
  const queries = useQueryClient()
  const action = useAction(
    ({ reason }: { reason: string }, _key, newer) =>
      call(`/admin/v1/series/${seriesId}/budget`, {
        method: 'DELETE',
        reason,
        version: newer ?? budget.version,
      }),
    () => {
      void queries.invalidateQueries({ queryKey: ['series', seriesId] })
      close()
    },
  )
  return (
    <ActionForm
      title="Remove the budget"
      verb="Remove"
      isDangerous
      action={action}
      close={close}
      submit={(reason) => action.submit({ reason })}
    >
      <Effect tone="warn">
        Discounts of the series have no limit from now on, at every till. To stop the campaign instead, lower
        the budget.
      </Effect>
    </ActionForm>
  )
}
