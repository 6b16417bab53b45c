import { createContext, useContext } from 'react'
import type { Permissions, Session } from './types.ts'

export const SessionContext = createContext<Session | null>(null)

/** The signed-in person. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('Nobody is signed in here')
  return session
}

/** Whether the person may read or write a kind of resource. */
export function useMay(): (resource: keyof Permissions, needed?: 'read' | 'write') => boolean {
  const { permissions } = useSession()
  return (resource, needed = 'read') => permissions[resource] === 'write' || permissions[resource] === needed
}
