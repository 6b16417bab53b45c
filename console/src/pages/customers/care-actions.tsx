import { Anchor } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { Coupon } from '../../api/types.ts'
import { BlockDialog } from './block-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { EraseDialog } from './erase-dialog.tsx'
import type { CustomerValues } from './customer-fields.tsx'
import { ExtendDialog, ReverseDialog, RevokeDialog } from './coupon-dialogs.tsx'
import { IssueDialog } from './issue-dialog.tsx'
import { RedeemDialog } from './redeem-dialog.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import type { RedemptionMoney } from './redemption-money.ts'
import { ReturnDialog } from './return-dialog.tsx'
import { TellDialog } from './tell-dialog.tsx'

/** The properties of a coupon that actions need. */
export type ActedOn = Pick<
  Coupon,
  | 'code'
  | 'description'
  | 'discountType'
  | 'discountValue'
  | 'discountUpto'
  | 'validTillDateTime'
  | 'seriesId'
>

export interface ActedOnRedemption {
  readonly id: number
  readonly at: string
  readonly store: string | undefined
  /** Empty: none. */
  readonly bill: string
  /** Undefined: it is unknown what it took off its bill. */
  readonly money?: RedemptionMoney | undefined
  /** Its use was given back. */
  readonly isReversed?: boolean
}

type Dialog =
  | { readonly kind: 'issue'; readonly name: string }
  | {
      readonly kind: 'redeem'
      readonly coupon: ActedOn
      /** Values that are already filled in. */
      readonly at?: { readonly store: string; readonly amount: string; readonly bill: string }
    }
  | { readonly kind: 'reverse'; readonly coupon: ActedOn; readonly redemption: ActedOnRedemption }
  | { readonly kind: 'return'; readonly coupon: ActedOn; readonly redemption: ActedOnRedemption }
  | { readonly kind: 'extend'; readonly coupon: ActedOn; readonly day?: string }
  | { readonly kind: 'revoke'; readonly coupon: ActedOn }
  | { readonly kind: 'tell'; readonly coupon: ActedOn }
  | { readonly kind: 'edit'; readonly before: CustomerValues }
  | { readonly kind: 'erase'; readonly name: string }
  | { readonly kind: 'merge'; readonly name: string }
  | { readonly kind: 'block'; readonly isBlocked: boolean; readonly name: string }

export interface CareActions {
  readonly open: (dialog: Dialog) => void
  readonly dialog: ReactNode
}

export interface DialogProps<Kind extends Dialog['kind']> {
  readonly asked: Extract<Dialog, { kind: Kind }>
  readonly customerId: number
  readonly close: () => void
  /** Reports success, with an undo action if there is one. */
  readonly done: (message: ReactNode, undo?: Dialog) => void
}

const undoNotice = 'counterfoil-undo'

/** The dialogs that act for a customer; one at a time. */
export function useCareActions({
  customerId,
  onDone,
}: {
  customerId: number
  onDone?: () => void
}): CareActions {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<Dialog | null>(null)
  const [undoable, setUndoable] = useState<Dialog | null>(null)
  const returnTo = useRef<Element | null>(null)
  // The undo action leads to a dialog of this page.
  useEffect(() => () => void notifications.hide(undoNotice), [customerId])

  const refresh = (): void => {
    for (const key of ['customer', 'coupon', 'series', 'search', 'audit'])
      void queries.invalidateQueries({ queryKey: [key] })
  }
  // A stable reference: rows of a long list re-render only when they change.
  const open = useCallback((dialog: Dialog): void => {
    setUndoable(null)
    notifications.hide(undoNotice)
    // A menu item disappears with its menu; the button that opened the menu remains.
    returnTo.current =
      document.querySelector<HTMLElement>('.row-menu[aria-expanded="true"]') ?? document.activeElement
    setAsked(dialog)
  }, [])
  const isOpen = asked !== null
  useEffect(() => {
    if (!isOpen && returnTo.current instanceof HTMLElement) returnTo.current.focus({ preventScroll: true })
  }, [isOpen])
  useHotkeys([['mod+Z', () => undoable && open(undoable)]])
  const close = (): void => {
    setAsked(null)
    // Also after an attempt without an answer, so that the page shows the actual state.
    refresh()
  }
  const done = (message: ReactNode, undo?: Dialog): void => {
    close()
    onDone?.()
    setUndoable(undo ?? null)
    notifications.show({
      id: undo ? undoNotice : undefined,
      autoClose: undo ? 15_000 : 6_000,
      onClose: () => setUndoable((now) => (now === undo ? null : now)),
      message: (
        <>
          {message}{' '}
          {undo && (
            <Anchor component="button" size="sm" title="Ctrl Z" onClick={() => open(undo)}>
              Undo
            </Anchor>
          )}
        </>
      ),
      closeButtonProps: { 'aria-label': 'Dismiss' },
    })
  }
  const shared = { customerId, close, done }
  return { open, dialog: asked && dialogOf(asked, shared) }
}

function dialogOf(asked: Dialog, shared: Omit<DialogProps<'issue'>, 'asked'>): ReactNode {
  switch (asked.kind) {
    case 'issue':
      return <IssueDialog asked={asked} {...shared} />
    case 'redeem':
      return <RedeemDialog asked={asked} {...shared} />
    case 'reverse':
      return <ReverseDialog asked={asked} {...shared} />
    case 'return':
      return <ReturnDialog asked={asked} {...shared} />
    case 'extend':
      return <ExtendDialog asked={asked} {...shared} />
    case 'revoke':
      return <RevokeDialog asked={asked} {...shared} />
    case 'tell':
      return <TellDialog asked={asked} {...shared} />
    case 'block':
      return <BlockDialog asked={asked} {...shared} />
    case 'edit':
      return <EditDialog asked={asked} {...shared} />
    case 'merge':
      return <MergeDialog asked={asked} {...shared} />
    case 'erase':
      return <EraseDialog asked={asked} {...shared} />
    default:
      return asked satisfies never
  }
}
