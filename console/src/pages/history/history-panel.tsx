import { Button } from '@mantine/core'
import { useState } from 'react'
import type { HistorySubject } from '../../api/history-queries.ts'
import { Panel } from '../../parts/states.tsx'
import { HistoryList } from './history-list.tsx'

/** The history of a thing on its page, read when somebody asks for it. */
export function HistoryPanel({ subject }: { subject: HistorySubject }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Panel
      title="History"
      aside={
        <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? 'Hide history' : 'Show history'}
        </Button>
      }
    >
      {isOpen && <HistoryList subject={subject} />}
    </Panel>
  )
}
