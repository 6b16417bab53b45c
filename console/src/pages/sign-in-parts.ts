import { useEffect, useState } from 'react'
import { Refused } from '../api/call.ts'
import { wordsOf } from '../parts/states.tsx'

/** Why a sign-in was refused, in words. */
export const refusalOfSignIn = (error: Error): string =>
  error instanceof Refused && error.status === 429
    ? 'Too many attempts. The waiting time grows with every further attempt.'
    : error instanceof Refused && error.status === 401
      ? 'The e-mail address or the password is wrong.'
      : wordsOf(error)

/** 0:08 */
const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

/** The time to wait after too many attempts, such as "0:08"; null: none. It begins with a refusal that states it. */
export function useWait(): [wait: string | null, start: (error: Error) => void, end: () => void] {
  const [waitS, setWaitS] = useState(0)
  useEffect(() => {
    if (waitS === 0) return undefined
    const timer = setTimeout(() => setWaitS(waitS - 1), 1_000)
    return () => clearTimeout(timer)
  }, [waitS])
  const start = (error: Error): void => {
    if (error instanceof Refused && error.status === 429) setWaitS(error.retryAfterS ?? 60)
  }
  return [waitS === 0 ? null : minutes(waitS), start, () => setWaitS(0)]
}

const organisationKey = 'counterfoil.organisation'

/** The organisation that this browser has signed in to last. */
export const lastOrganisation = {
  read: (): string | null => localStorage.getItem(organisationKey),
  keep: (name: string): void => localStorage.setItem(organisationKey, name),
}
