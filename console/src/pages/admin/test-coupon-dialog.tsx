import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import { seriesSearchQuery } from '../../api/queries.ts'
import { useSession } from '../../api/session.tsx'
import type { Found, Issued } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'

export interface TestCoupon {
  readonly customerId: number
  readonly code: string
}

interface TestCouponDialogProps {
  readonly close: () => void
  readonly done: (coupon: TestCoupon) => void
}

interface Input {
  readonly email: string
  readonly seriesId: number
}

const reason = 'Test coupon of the first steps'

/** The customer with the address, registered if there is none. */
async function customerOf(email: string, name: string, key: string): Promise<number> {
  const found = await call<Found>('/admin/v1/search', { query: { q: email } })
  const known = found.customers.find((one) => one.email === email)
  if (known) return known.id
  const { createdId } = await call<{ createdId: number }>('/v2/customers', {
    method: 'POST',
    query: { source: 'INSTORE' },
    key: `${key}-customer`,
    reason,
    body: {
      profiles: [{ firstName: name, lastName: 'Test', identifiers: [{ type: 'email', value: email }] }],
    },
  })
  return createdId
}

/** Issues a coupon to the person who sets the organisation up. */
export function TestCouponDialog({ close, done }: TestCouponDialogProps) {
  const { user } = useSession()
  const list = useQuery(seriesSearchQuery({ state: 'running', sort: 'name' })).data?.series
  const [email, setEmail] = useState(user.email)
  const [chosen, setChosen] = useState<string | null>(null)
  const seriesId = chosen ?? (list?.[0] ? String(list[0].id) : null)
  const action = useAction(async ({ email: to, seriesId: id }: Input, key) => {
    const customerId = await customerOf(to, user.name, key)
    const { code } = await call<Issued>('/v2/coupon/issue', {
      method: 'POST',
      key: `${key}-coupon`,
      reason,
      body: { seriesId: id, customer: { id: customerId } },
    })
    return { customerId, code }
  }, done)
  return (
    <ActionForm
      title="Issue a test coupon"
      verb="Issue"
      action={action}
      close={close}
      asksReason={false}
      isIncomplete={seriesId === null || !email.includes('@')}
      submit={() => action.submit({ email: email.trim().toLowerCase(), seriesId: Number(seriesId) })}
    >
      <Select
        label="Series"
        data={(list ?? []).map(({ id, description }) => ({ value: String(id), label: description }))}
        nothingFoundMessage="No series runs now"
        allowDeselect={false}
        value={seriesId}
        onChange={setChosen}
      />
      <TextInput
        label="E-mail of the customer"
        type="email"
        required
        withAsterisk={false}
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
      />
      <Effect>
        {list?.length === 0
          ? 'No series runs now. Begin a campaign, or wait for its first day.'
          : 'A customer with this address is registered if there is none. Counterfoil sends no message.'}
      </Effect>
    </ActionForm>
  )
}
