import { isId, parseId } from './ids.ts'

const digits = 15

/**
 * The public id of an event: a UUID of version 8 that contains the organisation (its first 60 free bits) and the event
 * (the last 60). An event has the same id whenever it is sent.
 */
export function eventUuid(orgId: number, eventId: number): string {
  const org = orgId.toString(16).padStart(digits, '0')
  const event = eventId.toString(16).padStart(digits, '0')
  return `${org.slice(0, 8)}-${org.slice(8, 12)}-8${org.slice(12)}-8${event.slice(0, 3)}-${event.slice(3)}`
}

/**
 * Returns the event of an organisation for a public id or a plain number; undefined: it is not an event of the
 * organisation.
 */
export function readEventId(orgId: number, text: string): number | undefined {
  const uuid = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$/i.exec(text)
  if (uuid === null) return parseId(text)
  const [, a, b, c, d, e] = uuid
  const event = Number.parseInt(`${d}${e}`, 16)
  return Number.parseInt(`${a}${b}${c}`, 16) === orgId && isId(event) ? event : undefined
}
