import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { itemRulesQuery } from '../../api/money-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { ItemRules, Series, Versioned } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { plural } from '../../parts/format.ts'
import { Failed, Loading, Panel } from '../../parts/states.tsx'
import { groupsOf, groupWords, kindNames, productKinds, textsOf } from './product-lists.ts'

/** What a series applies to on a bill. */
export function ItemRulesPanel({ series }: { series: Series }) {
  const may = useMay()
  const [isOpen, setIsOpen] = useState(false)
  const rules = useQuery(itemRulesQuery(series.id))
  if (rules.isPending) return <Loading rows={3} />
  if (rules.isError && rules.data === undefined)
    return <Failed error={rules.error} retry={() => void rules.refetch()} />
  const { excludedProducts, minQuantity } = rules.data
  const included = series.productInfo ?? []
  return (
    <Panel
      title="Products"
      aside={
        may('campaign', 'write') && (
          <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
            Change exclusions…
          </Button>
        )
      }
    >
      <div className="panel-body">
        <dl className="facts narrow-facts">
          <dt>Applies to</dt>
          <dd>{included.length === 0 ? 'Everything on the bill' : <Lists groups={included} />}</dd>
          <dt>Not to</dt>
          <dd>{excludedProducts.length === 0 ? 'No exclusions' : <Lists groups={excludedProducts} />}</dd>
          <dt>At least</dt>
          <dd>{minQuantity === null ? 'Any number of them' : `${plural(minQuantity, 'item')} of them`}</dd>
        </dl>
      </div>
      {isOpen && <ItemRulesDialog seriesId={series.id} rules={rules.data} close={() => setIsOpen(false)} />}
    </Panel>
  )
}

const Lists = ({ groups }: { groups: Parameters<typeof groupWords>[0][] }) =>
  groups.map((group) => <div key={groupWords(group)}>{groupWords(group)}</div>)

interface ItemRulesDialogProps {
  readonly seriesId: number
  readonly rules: ItemRules & Versioned
  readonly close: () => void
}

function ItemRulesDialog({ seriesId, rules, close }: ItemRulesDialogProps) {
  const queries = useQueryClient()
  const [texts, setTexts] = useState(() => textsOf(rules.excludedProducts))
  const [minimum, setMinimum] = useState(String(rules.minQuantity ?? ''))
  const [version] = useState(rules.version)
  const quantity = minimum.trim() === '' ? null : Number(minimum)
  const isWrong =
    quantity !== null && !(Number.isSafeInteger(quantity) && quantity >= 1 && quantity <= 1_000_000)
  const action = useAction(
    ({ reason, body }: { reason: string; body: object }, _key, newer) =>
      call(`/admin/v1/series/${seriesId}/item-rules`, {
        method: 'PUT',
        reason,
        body,
        version: newer ?? version,
      }),
    () => {
      void queries.invalidateQueries({ queryKey: ['series', seriesId] })
      close()
    },
  )
  return (
    <ActionForm
      title="Exclusions and minimum"
      verb="Save"
      action={action}
      close={close}
      isIncomplete={isWrong}
      submit={(reason) =>
        action.submit({
          reason,
          body: { excludedProducts: groupsOf(texts, rules.excludedProducts), minQuantity: quantity },
        })
      }
    >
      {productKinds.map((kind, at) => (
        <Textarea
          key={kind}
          label={`${kindNames[kind]} that it does not apply to`}
          description={at === 0 ? 'One on each line, or separated by commas.' : undefined}
          data-autofocus={at === 0 || undefined}
          autosize
          minRows={1}
          maxRows={5}
          value={texts[kind]}
          onChange={({ currentTarget: { value } }) => setTexts({ ...texts, [kind]: value })}
        />
      ))}
      <TextInput
        label="At least so many items"
        description="Of those that it applies to, together. Empty: any number."
        inputMode="numeric"
        maw={280}
        value={minimum}
        error={isWrong ? 'A whole number of 1 or more' : undefined}
        onChange={({ currentTarget }) => setMinimum(currentTarget.value)}
      />
      <Effect>
        It applies to every redemption from now on if the till sends the items of the bill. The included
        products are in the form of the series.
      </Effect>
    </ActionForm>
  )
}
