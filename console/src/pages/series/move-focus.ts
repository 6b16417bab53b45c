import type { KeyboardEvent } from 'react'

/** ↓ moves from the filter of a list to its rows, ↑ and ↓ from row to row. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const { key, currentTarget } = event
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const places = currentTarget
    .closest('.panel')
    ?.querySelectorAll<HTMLElement>('input[type="search"], .row-name')
  const list = [...(places ?? [])]
  event.preventDefault()
  list[list.indexOf(currentTarget) + step]?.focus()
}
