import { Type } from 'typebox'
import { resumeSession } from '../../identity/credentials/session.ts'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import {
  createPasswordLink,
  linkLifeMinutes,
  readPasswordLink,
  usePasswordLink,
} from '../../identity/people/password-links.ts'
import { readUser } from '../../identity/people/list-users.ts'
import { withdrawPasswordLink } from '../../identity/people/withdraw-password-link.ts'
import type { Context } from '../../ledger/context.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { originOf, requireOwnPage } from '../../http/browser.ts'
import { signInLimitBytes } from '../../http/json-body.ts'
import { requireSignInQuota } from '../../http/rate-limits.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { sessionSchema, sessionToWire, setCookie } from './session.ts'
import { admin, answers, idParams, readPathId } from './fields.ts'

const tags = ['People']
const token = Type.String({ minLength: 1, maxLength: 200, description: 'The part of the link after #.' })

export const passwordLinkSchema = Type.Object({
  id: Type.Integer({ description: 'The id of the user.' }),
  token: Type.String({ description: 'Shown this once.' }),
  path: Type.String({
    description: 'The page of the console, with the token. Pass it on with the address of the server.',
  }),
  expiresAt: Type.String(),
})

export const linkHolderSchema = Type.Object({
  name: Type.String(),
  email: Type.String(),
  organisation: Type.String({ description: 'Name of the organisation.' }),
})

/** Links with which people who forgot their password choose another one. */
export function registerPasswordLinks(app: App, context: Context): void {
  registerMaking(app, context)
  registerUsing(app, context)
}

function registerMaking(app: App, context: Context): void {
  route(app, 'POST /admin/v1/users/:id/password-link', {
    access: ['user', 'write'],
    ...admin,
    schema: {
      operationId: 'createPasswordLink',
      summary: 'Make a link with which a person who forgot the password chooses another one',
      description: `It works once, for ${linkLifeMinutes} minutes, and until it is replaced, withdrawn or the password changes. The old password works until then. The server sends nothing: pass the link on yourself, where you can be sure that the person reads it. Refused for a disabled person (409).`,
      tags,
      params: idParams,
      response: answers(passwordLinkSchema),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      const made = await recordedChange(context, caller, (transaction) =>
        createPasswordLink(transaction, caller.orgId, id, context.fixedNow),
      )
      return {
        id,
        token: made.token,
        path: `/console/password#${made.token}`,
        expiresAt: formatInstant(caller.timeZone, made.expiresAtS),
      }
    },
  })

  route(app, 'DELETE /admin/v1/users/:id/password-link', {
    access: ['user', 'write'],
    ...admin,
    needsReason: true,
    schema: {
      operationId: 'withdrawPasswordLink',
      summary: 'Withdraw the link of a person',
      tags,
      params: idParams,
      response: answers(Type.Object({ withdrawn: Type.Boolean({ description: 'False: there was none.' }) })),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      const withdrawn = await recordedChange(context, caller, async (transaction) => {
        await readUser(transaction, caller.orgId, id)
        return withdrawPasswordLink(transaction, caller.orgId, id)
      })
      return { withdrawn }
    },
  })
}

function registerUsing(app: App, context: Context): void {
  const { trustedProxies } = context.config
  const open = {
    access: 'public',
    failure: 'problem',
    limit: 'sign-in',
    bodyLimit: signInLimitBytes,
  } as const

  route(app, 'POST /admin/v1/password-link/read', {
    ...open,
    schema: {
      operationId: 'readPasswordLink',
      summary: 'Whose password a link changes',
      description: 'A POST, so that the token is in no log of addresses. The link still works afterwards.',
      tags,
      body: Type.Object({ token }),
      response: answers(linkHolderSchema),
    },
    handler: async (_caller, request) => {
      requireSignInQuota(context, request)
      const { name, email, organisation } = await readPasswordLink(context, request.body.token)
      return { name, email, organisation }
    },
  })

  route(app, 'POST /admin/v1/password-link/use', {
    ...open,
    schema: {
      operationId: 'usePasswordLink',
      summary: 'Choose a new password with a link, and sign in',
      description:
        'Works once. All earlier sessions of the person are over; the cookie counterfoil_session is set for a new one.',
      tags,
      body: Type.Object({
        token,
        password: Type.String({ minLength: 1, maxLength: 1_000, description: passwordRule }),
      }),
      response: answers(sessionSchema),
    },
    handler: async (_caller, request, reply) => {
      requireOwnPage(request, trustedProxies)
      requireSignInQuota(context, request)
      const given = { ...request.body, userAgent: request.headers['user-agent'] ?? '' }
      const secret = await usePasswordLink(context, given, originOf(request))
      setCookie(context, request, reply, secret)
      return sessionToWire(await resumeSession(context, secret))
    },
  })
}
