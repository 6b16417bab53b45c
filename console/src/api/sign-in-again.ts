/**
 * When the session ends under an open page, the person is asked for the password in front of it, and requests wait.
 * They are sent again after the sign-in, so that no input and no request is lost.
 */

let answer: ((isSignedIn: boolean) => void) | undefined
let waiting: Promise<boolean> | undefined
const listeners = new Set<() => void>()

function tell(): void {
  for (const listener of listeners) listener()
}

/** Waits until the same person has signed in again. @returns false if the person signs out instead. */
export function signInAgain(): Promise<boolean> {
  if (waiting !== undefined) return waiting
  waiting = new Promise((resolve) => {
    answer = resolve
  })
  tell()
  return waiting
}

/** Ends the waiting. */
export function endWaiting(isSignedIn: boolean): void {
  answer?.(isSignedIn)
  answer = undefined
  waiting = undefined
  tell()
}

export const waitingStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isWaiting: (): boolean => waiting !== undefined,
}
