import { Anchor } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef, type ReactNode } from 'react'

const notice = 'counterfoil-undo'
const undoMs = 15_000

/** Reports what was done, with an action that takes it back for fifteen seconds. */
export function useUndo(): (message: ReactNode, undo: () => void) => void {
  const undoable = useRef<(() => void) | null>(null)
  const carryOut = (): void => {
    const undo = undoable.current
    undoable.current = null
    notifications.hide(notice)
    undo?.()
  }
  useHotkeys([['mod+Z', carryOut]])
  // The action belongs to the page.
  useEffect(() => () => void notifications.hide(notice), [])
  return (message, undo) => {
    // Hiding the notice before forgets its action.
    notifications.hide(notice)
    undoable.current = undo
    notifications.show({
      id: notice,
      autoClose: undoMs,
      onClose: () => {
        undoable.current = null
      },
      message: (
        <>
          {message}{' '}
          <Anchor component="button" size="sm" title="Ctrl Z" onClick={carryOut}>
            Undo
          </Anchor>
        </>
      ),
      closeButtonProps: { 'aria-label': 'Dismiss' },
    })
  }
}
