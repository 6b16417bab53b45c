import { randomUUID } from 'node:crypto'
import type { App } from '../../src/http/app.ts'
import type { Role } from '../../src/identity/credentials/roles.ts'
import { hashPassword } from '../../src/identity/credentials/secrets.ts'
import type { Context } from '../../src/ledger/context.ts'
import { createUser } from '../../src/identity/people/create-user.ts'
import { openCustomerShop } from './customer-cases.ts'
import { send, type Body, type Method, type Reply, type ShopOptions } from './write-cases.ts'

/** People of an organisation, and the requests of their browsers. */

export const personPassword = 'correct horse battery'
/** Hashed once, because a slow hash would take most of the time of each test. */
const passwordHash = hashPassword(personPassword)

export const console1 = { 'x-counterfoil-console': '1' }

export interface Browser {
  readonly userId: number
  readonly email: string
  /** In the form of the Cookie header. */
  readonly cookie: string
  readonly call: (
    method: Method,
    url: string,
    body?: Body,
    headers?: Record<string, string>,
  ) => Promise<Reply>
}

export function cookieOf(reply: Reply): string {
  return String(reply.headers['set-cookie']).split(';', 1)[0] ?? ''
}

/** A browser with a session cookie that sends the console's requests. */
export function browserOf(app: App, cookie: string): Browser['call'] {
  return (method, url, body, headers = {}) =>
    send(app, method, url, { cookie, ...console1, ...headers }, body)
}

export const signIn = (
  app: App,
  email: string,
  password: string = personPassword,
  headers: Record<string, string> = {},
): Promise<Reply> => send(app, 'POST', '/admin/v1/session', headers, { email, password })

export type Office = Awaited<ReturnType<typeof openOffice>>

/** A shop with people. */
export async function openOffice(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openCustomerShop(context, app, options)
  const { queries } = context.database
  const person = async (role: Role, name = `A ${role}`) => {
    const email = `${role}-${randomUUID().slice(0, 8)}@example.com`
    const { orgId } = shop
    const id = await createUser(queries, { orgId, email, name, role, passwordHash: await passwordHash })
    return { id, email }
  }
  return {
    ...shop,
    person,
    /** A new person with a role, signed in. */
    browser: async (role: Role, server: App = app): Promise<Browser> => {
      const { id, email } = await person(role)
      const reply = await signIn(server, email)
      if (reply.status !== 200) throw new Error(reply.text)
      const cookie = cookieOf(reply)
      return { userId: id, email, cookie, call: browserOf(server, cookie) }
    },
  }
}
