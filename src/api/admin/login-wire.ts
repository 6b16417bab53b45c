import { Type } from 'typebox'
import type { ListedClient, ListedTill } from '../../identity/organisations/list-logins.ts'
import { formatInstant } from '../../values/calendar.ts'

type Shown<Row> = Omit<Row, 'lastUsedAtS'> & { readonly lastUsedAt: string | null }
export type ShownTill = Shown<ListedTill>
export type ShownClient = Shown<ListedClient>

/** Of tills and clients. */
export const lastUsedField = Type.Union([Type.String(), Type.Null()], {
  description:
    'When the credentials were last used. Servers write it once a minute, so it may be a minute late. Null: never.',
})

/** A till or a client as its list shows it. */
export function loginToWire<Row extends { readonly lastUsedAtS: number | null }>(
  { lastUsedAtS, ...rest }: Row,
  timeZone: string,
): Shown<Row> {
  return { ...rest, lastUsedAt: lastUsedAtS === null ? null : formatInstant(timeZone, lastUsedAtS) }
}
