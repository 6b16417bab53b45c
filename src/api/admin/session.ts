import { Type } from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  beginSession,
  confirmPassword,
  emailKey,
  endSession,
  resumeSession,
  type Session,
} from '../../identity/credentials/session.ts'
import { finerResources, resources } from '../../values/caller.ts'
import { isPublicPerson } from '../../identity/credentials/public-credentials-rules.ts'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import { roles } from '../../identity/credentials/roles.ts'
import type { Context } from '../../ledger/context.ts'
import { soleOrganisation } from '../../identity/organisations/sole-organisation.ts'
import { setUserPassword } from '../../identity/people/change-user.ts'
import { hashNewPassword } from '../../identity/people/user.ts'
import type { App } from '../../http/app.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { refusePublic } from '../../http/authenticate.ts'
import { signInLimitBytes } from '../../http/json-body.ts'
import { requireSignInQuota } from '../../http/rate-limits.ts'
import { isSecure, originOf, readSessionCookie, requireOwnPage, sessionCookie } from '../../http/browser.ts'
import { answers } from './fields.ts'

const tags = ['People']
const level = Type.Union([Type.Literal('none'), Type.Literal('read'), Type.Literal('write')])

export const sessionSchema = Type.Object({
  user: Type.Object({
    id: Type.Integer(),
    email: Type.String(),
    name: Type.String(),
    role: Type.Union(roles.map((role) => Type.Literal(role))),
  }),
  permissions: Type.Object(
    Object.fromEntries([...resources, ...finerResources].map((resource) => [resource, level])),
  ),
  organisation: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    timeZone: Type.String(),
    country: Type.String(),
    currency: Type.Union([Type.String(), Type.Null()]),
    isSandbox: Type.Boolean(),
  }),
  session: Type.Object({ id: Type.Integer() }),
})

export const sessionToWire = ({ id, person, organisation, caller }: Session) => ({
  user: person,
  permissions: caller.access,
  organisation,
  session: { id },
})

const password = (description: string) => Type.String({ minLength: 1, maxLength: 1_000, description })

/** `/admin/v1/session`: sign-in, the signed-in person, the change of one's own password, and sign-out. */
export function registerSession(app: App, context: Context): void {
  registerSignInPage(app, context)
  registerBeginSession(app, context)
  registerOwnSession(app, context)
}

/** @param secret undefined: the cookie is deleted. */
export function setCookie(
  { config }: Context,
  request: Pick<FastifyRequest, 'socket' | 'headers'>,
  reply: FastifyReply,
  secret?: string,
): void {
  reply.header('set-cookie', sessionCookie(secret, isSecure(request, config.trustedProxies)))
}

export const signInPageSchema = Type.Object({
  organisation: Type.Union([Type.String(), Type.Null()], {
    description: 'Its name, if it is the only organisation of the installation.',
  }),
})

function registerSignInPage(app: App, { database }: Context): void {
  route(app, 'GET /admin/v1/sign-in', {
    access: 'public',
    failure: 'problem',
    schema: {
      operationId: 'getSignInPage',
      summary: 'What the page shows on which people sign in',
      tags,
      response: answers(signInPageSchema),
    },
    handler: async () => ({ organisation: await soleOrganisation(database.queries) }),
  })
}

function registerBeginSession(app: App, context: Context): void {
  const { trustedProxies } = context.config
  route(app, 'POST /admin/v1/session', {
    access: 'public',
    failure: 'problem',
    limit: 'sign-in',
    bodyLimit: signInLimitBytes,
    schema: {
      operationId: 'beginSession',
      summary: 'Sign in with an e-mail address and a password',
      description:
        'Sets the cookie counterfoil_session, which every API accepts. A change that is sent with it needs the header X-Counterfoil-Console: 1. After repeated failures the answer is 429 with Retry-After.',
      tags,
      body: Type.Object({
        email: Type.String({ minLength: 1, maxLength: 320 }),
        password: password('Of the person.'),
      }),
      response: answers(sessionSchema),
    },
    handler: async (_caller, request, reply) => {
      requireOwnPage(request, trustedProxies)
      const { email, password } = request.body
      refusePublic(context, isPublicPerson(emailKey(email), password))
      const userAgent = request.headers['user-agent'] ?? ''
      const requireQuota = () => requireSignInQuota(context, request)
      const given = { ...request.body, userAgent, requireQuota }
      const secret = await beginSession(context, given, originOf(request))
      setCookie(context, request, reply, secret)
      return sessionToWire(await resumeSession(context, secret))
    },
  })
}

function registerOwnSession(app: App, context: Context): void {
  route(app, 'GET /admin/v1/session', {
    access: 'session',
    failure: 'problem',
    schema: {
      operationId: 'getSession',
      summary: 'The person who is signed in, with the permissions',
      tags,
      response: answers(sessionSchema),
    },
    handler: async (session) => sessionToWire(session),
  })

  route(app, 'DELETE /admin/v1/session', {
    access: 'session',
    failure: 'problem',
    schema: {
      operationId: 'endSession',
      summary: 'Sign out',
      tags,
      response: answers(Type.Object({ ended: Type.Boolean() })),
    },
    handler: async (session, request, reply) => {
      await endSession(context, readSessionCookie(request.headers) ?? '', session, originOf(request))
      setCookie(context, request, reply)
      return { ended: true }
    },
  })

  route(app, 'PUT /admin/v1/session/password', {
    access: 'session',
    failure: 'problem',
    // The current password has to be stated.
    edits: 'no record',
    schema: {
      operationId: 'changeOwnPassword',
      summary: 'Change your own password',
      description: 'Other sessions of the person are over; this one goes on.',
      tags,
      body: Type.Object({
        currentPassword: password('As it is.'),
        newPassword: password(passwordRule),
      }),
      response: answers(Type.Object({ changed: Type.Boolean() })),
    },
    handler: async (session, request) => {
      const { currentPassword, newPassword } = request.body
      const origin = originOf(request)
      await confirmPassword(context, session, currentPassword, origin)
      const { caller, person, id, organisation } = session
      const chosen = { password: newPassword, email: person.email, organisation: organisation.name }
      const hash = await hashNewPassword(chosen, context.slowHashes)
      await recordedChange(context, { ...caller, origin }, (transaction) =>
        setUserPassword(transaction, caller.orgId, person.id, hash, id),
      )
      return { changed: true }
    },
  })
}
