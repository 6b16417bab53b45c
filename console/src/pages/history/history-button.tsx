import { Button, Drawer } from '@mantine/core'
import { useState } from 'react'
import type { HistorySubject } from '../../api/history-queries.ts'
import { LogLink } from '../../parts/log-link.tsx'
import { HistoryList } from './history-list.tsx'

interface HistoryButtonProps {
  readonly name: string
  readonly subject: Exclude<HistorySubject, { kind: 'coupon' }>
}

/** Opens the history of a till, a client or a person beside the list of them. */
export function HistoryButton({ name, subject }: HistoryButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`History of ${name}`}
        onClick={() => setIsOpen(true)}
      >
        History
      </Button>
      <Drawer
        opened={isOpen}
        onClose={() => setIsOpen(false)}
        position="right"
        size={460}
        title={`History of ${name}`}
        transitionProps={{ duration: 120 }}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <HistoryList subject={subject} />
        <div className="grid-foot">
          <LogLink kind={subject.kind} id={subject.id} of={name} />
        </div>
      </Drawer>
    </>
  )
}
