import { Anchor } from '@mantine/core'
import { Effect } from './action-form.tsx'
import type { Draft } from './draft.ts'
import { useFormats } from './format.ts'

/** Says that a form has what was typed earlier and not saved. */
export function Restored({ draft: { restoredAtMs, discard } }: { draft: Draft<object> }) {
  const formats = useFormats()
  if (restoredAtMs === null) return null
  return (
    <Effect tone="warn">
      What you typed on {formats.time(new Date(restoredAtMs).toISOString())} and did not save has been
      restored.{' '}
      <Anchor component="button" type="button" size="sm" onClick={discard}>
        Discard it
      </Anchor>
    </Effect>
  )
}
