import { Button, Menu } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import { useMay } from '../../api/session.tsx'
import type { CareActions } from './care-actions.tsx'
import type { CustomerValues } from './customer-fields.tsx'

interface CustomerMenuProps {
  readonly name: string
  readonly before: CustomerValues
  /** Undefined: not known yet. */
  readonly isBlocked: boolean | undefined
  readonly open: CareActions['open']
}

/** What can be done to a customer, beside coupons. */
export function CustomerMenu({ name, before, isBlocked, open }: CustomerMenuProps) {
  const may = useMay()
  if (!may('customer', 'write')) return null
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" px={10} aria-label={`More actions for ${name}`}>
          <Ellipsis size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => open({ kind: 'edit', before })}>Change details…</Menu.Item>
        {may('coupon', 'write') && (
          <Menu.Item onClick={() => open({ kind: 'merge', name })}>Merge with another customer…</Menu.Item>
        )}
        {may('organisation', 'write') && isBlocked !== undefined && (
          <>
            <Menu.Item onClick={() => open({ kind: 'block', isBlocked, name })}>
              {isBlocked ? 'Lift block…' : 'Block…'}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" onClick={() => open({ kind: 'erase', name })}>
              Erase person…
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
