import type { User } from '../../identity/people/user.ts'
import { formatInstant } from '../../values/calendar.ts'

export function userToWire({ createdAtS, lastSeenAtS, ...rest }: User, timeZone: string) {
  return {
    ...rest,
    createdAt: formatInstant(timeZone, createdAtS),
    lastSeenAt: lastSeenAtS === null ? null : formatInstant(timeZone, lastSeenAtS),
  }
}
