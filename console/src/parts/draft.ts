import { useEffect, useMemo, useRef, useState } from 'react'
import { useSession } from '../api/session.tsx'

/**
 * The unsaved input of a form, stored in this browser for this person, so that it survives a reload and a sign-out.
 * Never use it for passwords, secrets or codes.
 */

const prefix = 'counterfoil.draft.'
const keptMs = 14 * 86_400_000
const maxLength = 200_000
const writeAfterMs = 300

interface Kept<Values> {
  readonly atMs: number
  readonly values: Values
  /** What the form was filled with, and the version of the record that it was filled from. */
  readonly initial: Values
  readonly version?: number | undefined
}

function read<Values>(key: string, nowMs: number): Kept<Values> | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept<Values> | null
    if (kept !== null && nowMs - kept.atMs < keptMs) return kept
    localStorage.removeItem(key)
  } catch {
    // Unreadable, or the browser keeps nothing.
  }
  return null
}

function write(key: string, kept: Omit<Kept<unknown>, 'atMs'>): void {
  try {
    const text = JSON.stringify({ atMs: Date.now(), ...kept })
    if (text.length <= maxLength) localStorage.setItem(key, text)
  } catch {
    // The browser keeps nothing, or has no room: the draft is lost with the page.
  }
}

/** Removes drafts that are too old, of all persons of this browser. */
export function forgetOldDrafts(nowMs = Date.now()): void {
  const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? '')
  for (const key of keys) if (key.startsWith(prefix)) read(key, nowMs)
}

/** Of a draft of an earlier version of the console only the fields that still exist. */
function known<Values extends object>(kept: Partial<Values>, first: Values): Values {
  const fields = Object.entries(kept).filter(
    ([field, value]) => field in first && typeof value === typeof first[field as keyof Values],
  )
  return { ...first, ...Object.fromEntries(fields) }
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export interface Draft<Values> {
  /** What the form was filled with when the person began to type. */
  readonly initial: Values
  /** The version of the record then: another person may have changed it since. */
  readonly version: number | undefined
  /** When the restored values were typed, epoch milliseconds; null: nothing was restored. */
  readonly restoredAtMs: number | null
  /** Whether the values differ from the initial ones. */
  readonly isEdited: boolean
  /** Returns to the initial values. */
  readonly discard: () => void
  /** Forgets the draft: the form has been saved. */
  readonly forget: () => void
}

/**
 * The values of a form, restored if the person had typed into it before.
 *
 * @param name of the form, the same whenever the same thing is edited. @param initial the values without a draft.
 * @param version of the record that the form is filled from; undefined: the record has no version.
 */
export function useDraft<Values extends object>(
  name: string,
  initial: () => Values,
  version?: number,
): [values: Values, setValues: (change: (before: Values) => Values) => void, draft: Draft<Values>] {
  const { organisation, user } = useSession()
  const key = `${prefix}${organisation.id}.${user.id}.${name}`
  const [first] = useState(initial)
  // A later read of the record changes neither: a change made by another person meanwhile must be noticed.
  const [firstVersion] = useState(version)
  const [restored, setRestored] = useState(() => {
    const kept = read<Partial<Values>>(key, Date.now())
    if (kept === null) return null
    const values = known(kept.values, first)
    return isSame(values, first)
      ? null
      : { atMs: kept.atMs, values, initial: known(kept.initial ?? {}, first), version: kept.version }
  })
  const began = useMemo(
    () => ({ initial: restored?.initial ?? first, version: restored ? restored.version : firstVersion }),
    [restored, first, firstVersion],
  )
  const [values, setValues] = useState<Values>(restored?.values ?? first)
  const isForgotten = useRef(false)
  const isEdited = !isSame(values, first)
  useEffect(() => {
    if (isForgotten.current) return undefined
    const keep = (): void => {
      if (isForgotten.current) return
      if (isSame(values, first)) localStorage.removeItem(key)
      else write(key, { values, ...began })
    }
    const timer = setTimeout(keep, writeAfterMs)
    return () => {
      clearTimeout(timer)
      keep()
    }
  }, [key, values, first, began])
  const forget = (): void => {
    isForgotten.current = true
    localStorage.removeItem(key)
  }
  return [
    values,
    setValues,
    {
      ...began,
      restoredAtMs: restored?.atMs ?? null,
      isEdited,
      discard: () => {
        setRestored(null)
        setValues(() => first)
      },
      forget,
    },
  ]
}
