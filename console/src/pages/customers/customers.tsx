import { Button, Kbd } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useMay } from '../../api/session.tsx'
import { PageHead, Panel } from '../../parts/states.tsx'
import { RegisterDialog } from './register-dialog.tsx'

/** Where care begins: what the search box understands. */
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
        lead="Everything begins with the search box above."
        aside={
          mayWrite && (
            <Button leftSection={<Plus size={15} />} onClick={() => setIsOpen(true)}>
              Register customer
            </Button>
          )
        }
      />
      {isOpen && <RegisterDialog close={() => setIsOpen(false)} done={done} />}
      <Panel title="What the search finds">
        <div className="panel-body">
          <dl className="facts wide-facts">
            <dt>Mobile number</dt>
            <dd>With or without the country code; the first digits are enough</dd>
            <dt>E-mail, external id</dt>
            <dd>From the beginning, three characters or more</dd>
            <dt>Name</dt>
            <dd>First or last name, or both, from the beginning</dd>
            <dt>Customer id</dt>
            <dd>The whole number</dd>
            <dt>Coupon code</dt>
            <dd>The whole code, in capitals or not</dd>
          </dl>
        </div>
      </Panel>
      <Panel title="By keyboard">
        <div className="panel-body">
          <dl className="facts">
            <dt>
              <Kbd>/</Kbd>
            </dt>
            <dd>goes to the search from anywhere</dd>
            <dt>
              <Kbd>↑</Kbd> <Kbd>↓</Kbd>
            </dt>
            <dd>move through what was found</dd>
            <dt>
              <Kbd>Enter</Kbd>
            </dt>
            <dd>opens it</dd>
            <dt>
              <Kbd>Esc</Kbd>
            </dt>
            <dd>closes whatever is open</dd>
          </dl>
        </div>
      </Panel>
    </div>
  )
}
