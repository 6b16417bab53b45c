import { Button, Kbd } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueries } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { customerQuery } from '../../api/queries.ts'
import { useMay, useSession } from '../../api/session.tsx'
import { knownBy, nameOf } from '../../parts/format.ts'
import { PageHead, Panel } from '../../parts/states.tsx'
import { lately } from './lately.ts'
import { RegisterDialog } from './register-dialog.tsx'

/** The start page of customer care: explains what the search box accepts. */
export default function Customers() {
  const mayWrite = useMay()('customer', 'write')
  const [, navigate] = useLocation()
  const [isOpen, setIsOpen] = useState(false)
  const done = (id: number, name: string, warnings: readonly string[]): void => {
    notifications.show({
      autoClose: 8_000,
      message: [`${name || 'The customer'} is registered.`, ...warnings].join(' '),
    })
    navigate(`/customers/${id}`)
  }
  return (
    <div className="page page-narrow">
      <PageHead
        title="Customers"
        lead="Type a mobile number, e-mail, name, id or coupon code into the search above."
        aside={
          mayWrite && (
            <Button leftSection={<Plus size={15} />} onClick={() => setIsOpen(true)}>
              Register customer
            </Button>
          )
        }
      />
      {isOpen && <RegisterDialog close={() => setIsOpen(false)} done={done} />}
      <Lately />
      <Panel title="What the search finds">
        <div className="panel-body">
          <dl className="facts wide-facts">
            <dt>Mobile number</dt>
            <dd>With or without the country code; the first digits, or the last four, are enough</dd>
            <dt>E-mail, external id</dt>
            <dd>From the beginning, three characters or more</dd>
            <dt>Name</dt>
            <dd>First or last name, or both in either order, from the beginning</dd>
            <dt>Customer id</dt>
            <dd>The whole number</dd>
            <dt>Coupon code</dt>
            <dd>The whole code, in capitals or not, also in pieces</dd>
            <dt>Bill number</dt>
            <dd>The whole number, of the last 31 days</dd>
            <dt>Redemption, series</dt>
            <dd>The id of a redemption; words of a series</dd>
          </dl>
        </div>
      </Panel>
      <Panel title="By keyboard">
        <div className="panel-body">
          <dl className="facts">
            <dt>
              <Kbd>/</Kbd>
            </dt>
            <dd>moves to the search from anywhere</dd>
            <dt>
              <Kbd>↑</Kbd> <Kbd>↓</Kbd>
            </dt>
            <dd>move through what was found, and from coupon to coupon</dd>
            <dt>
              <Kbd>Enter</Kbd>
            </dt>
            <dd>opens it</dd>
            <dt>
              <Kbd>Esc</Kbd>
            </dt>
            <dd>closes whatever is open</dd>
            <dt>
              <Kbd>Ctrl</Kbd> <Kbd>Z</Kbd>
            </dt>
            <dd>undoes what was just done to a coupon, for fifteen seconds</dd>
          </dl>
        </div>
      </Panel>
    </div>
  )
}

/** Recently opened customers. */
function Lately() {
  const { user } = useSession()
  const [ids] = useState(() => lately.read(user.id))
  const answers = useQueries({ queries: ids.map((id) => customerQuery(id)) })
  const found = answers.flatMap(({ data }, at) => (data ? [{ id: ids[at] ?? 0, details: data }] : []))
  if (found.length === 0) return null
  return (
    <Panel title="Opened lately">
      <ul className="plain-list">
        {found.map(({ id, details }) => (
          <li key={id}>
            <Link href={`/customers/${id}`}>{nameOf(details.profiles[0])}</Link>
            <span className="second">{knownBy(details)[0] ?? `Customer ${id}`}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
