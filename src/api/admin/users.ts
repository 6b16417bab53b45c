import { Type } from 'typebox'
import { roles } from '../../identity/credentials/roles.ts'
import type { Context } from '../../ledger/context.ts'
import { changeUser, setUserPassword } from '../../identity/people/change-user.ts'
import { createUser } from '../../identity/people/create-user.ts'
import { listUsers, readUser } from '../../identity/people/list-users.ts'
import { endOneSession, endSessions, listSessions } from '../../identity/people/user-sessions.ts'
import { readSettings } from '../../identity/organisations/organisation-settings.ts'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import { checkEmail, hashNewPassword } from '../../identity/people/user.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { recordedChange, recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { userToWire } from './user-wire.ts'
import { route } from '../../http/route.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import { admin, answers, idParams, pageParameters, readPage, readPathId, versionField } from './fields.ts'

const tags = ['People']
const name = Type.String({ minLength: 1, maxLength: 200 })
const role = Type.Union(roles.map((one) => Type.Literal(one)))
const password = Type.String({ minLength: 1, maxLength: 1_000, description: passwordRule })

export const userSchema = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  name: Type.String(),
  role,
  isDisabled: Type.Boolean(),
  createdAt: Type.String(),
  lastSeenAt: Type.Union([Type.String(), Type.Null()]),
  version: versionField,
})

export const userSessionSchema = Type.Object({
  id: Type.Integer(),
  address: Type.String(),
  userAgent: Type.String(),
  createdAt: Type.String(),
  lastSeenAt: Type.String(),
})

const sessionParams = Type.Object({
  id: Type.String({ description: 'The id of the user.' }),
  sessionId: Type.String({ description: 'The id of the session.' }),
})

/** `/admin/v1/users`: people who sign in, and their sessions. */
export function registerUsers(app: App, context: Context): void {
  registerUsersOfOrganisation(app, context)
  registerOneUser(app, context)
  registerPassword(app, context)
  registerUserSessions(app, context)
}

function registerUsersOfOrganisation(app: App, context: Context): void {
  const { queries } = context.database
  route(app, 'GET /admin/v1/users', {
    access: ['user', 'read'],
    ...admin,
    schema: {
      operationId: 'listUsers',
      summary: 'The people of the organisation',
      tags,
      querystring: pageParameters,
      response: answers(Type.Object({ users: Type.Array(userSchema) })),
    },
    handler: async ({ orgId, timeZone }, request) => {
      const users = await listUsers(queries, orgId, readPage(request.query))
      return { users: users.map((one) => userToWire(one, timeZone)) }
    },
  })

  route(app, 'POST /admin/v1/users', {
    access: ['user', 'write'],
    ...admin,
    schema: {
      operationId: 'createUser',
      summary: 'Create a user',
      description:
        'The e-mail address is unique in the installation. It accepts no Idempotency-Key, because nothing of a request with a password is stored; a repeated request is refused.',
      tags,
      body: Type.Object({ email: Type.String({ maxLength: 320 }), name, role, password }),
      response: answers(userSchema),
    },
    handler: async (caller, request) => {
      const { body } = request
      const email = checkEmail(body.email)
      const { orgId, timeZone } = caller
      const { name: organisation } = await readSettings(queries, orgId)
      const { password } = body
      const passwordHash = await hashNewPassword({ password, email, organisation }, context.slowHashes)
      const created = await recordedChange(context, caller, async (transaction) => {
        const given = { orgId, email, name: body.name, role: body.role, passwordHash }
        return readUser(transaction, orgId, await createUser(transaction, given))
      })
      return userToWire(created, timeZone)
    },
  })
}

function registerOneUser(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  route(app, 'GET /admin/v1/users/:id', {
    access: ['user', 'read'],
    ...admin,
    schema: {
      operationId: 'getUser',
      summary: 'A user',
      tags,
      params: idParams,
      response: answers(userSchema),
    },
    handler: async ({ orgId, timeZone }, request, reply) => {
      const user = await readUser(queries, orgId, readPathId(request.params.id))
      tellVersion(reply, user.version)
      return userToWire(user, timeZone)
    },
  })

  route(app, 'PATCH /admin/v1/users/:id', {
    access: ['user', 'write'],
    ...admin,
    edits: records.user,
    needsReason: {
      words: 'to disable a person or to set a role',
      isNeeded: ({ isDisabled, role: given }) => isDisabled === true || given !== undefined,
    },
    schema: {
      operationId: 'updateUser',
      summary: 'Change the name or the role of a user, disable it or enable it again',
      description:
        'What is given is changed; servers follow within a second. Who is disabled is signed out. The last administrator stays one (409).',
      tags,
      params: idParams,
      body: Type.Object({
        name: Type.Optional(name),
        role: Type.Optional(role),
        isDisabled: Type.Optional(Type.Boolean()),
      }),
      response: answers(userSchema),
    },
    handler: async (caller, request, reply) => {
      const id = readPathId(request.params.id)
      const expected = readIfMatch(request)
      const { name: called, role: given, isDisabled } = request.body
      const changed = await recordedChange(context, caller, (transaction) =>
        changeUser(transaction, caller.orgId, id, { name: called, role: given, isDisabled }, expected),
      )
      tellVersion(reply, changed.version)
      return userToWire(changed, caller.timeZone)
    },
  })
}

function registerPassword(app: App, context: Context): void {
  const records = editedRecords(context)
  const { queries } = context.database
  route(app, 'PUT /admin/v1/users/:id/password', {
    access: ['user', 'write'],
    ...admin,
    edits: records.user,
    needsReason: true,
    schema: {
      operationId: 'setUserPassword',
      summary: 'Give a user another password',
      description: 'All sessions of the user are over.',
      tags,
      params: idParams,
      body: Type.Object({ password }),
      response: answers(Type.Object({ id: Type.Integer() })),
    },
    handler: async (caller, request) => {
      const { email, id } = await readUser(queries, caller.orgId, readPathId(request.params.id))
      const { name: organisation } = await readSettings(queries, caller.orgId)
      const { password } = request.body
      const hash = await hashNewPassword({ password, email, organisation }, context.slowHashes)
      await recordedEdit(context, caller, request, ['users', id], (transaction) =>
        setUserPassword(transaction, caller.orgId, id, hash),
      )
      return { id }
    },
  })
}

function registerUserSessions(app: App, context: Context): void {
  const { queries } = context.database
  route(app, 'GET /admin/v1/users/:id/sessions', {
    access: ['user', 'read'],
    ...admin,
    schema: {
      operationId: 'listUserSessions',
      summary: 'The sessions of a user that go on, the latest first',
      tags,
      params: idParams,
      response: answers(Type.Object({ sessions: Type.Array(userSessionSchema) })),
    },
    handler: async ({ orgId, timeZone }, request) => {
      const { fixedNow, config: settings } = context
      const id = readPathId(request.params.id)
      const sessions = await listSessions(queries, orgId, id, { ...settings, fixedNow })
      return {
        sessions: sessions.map(({ createdAtS, lastSeenAtS, ...rest }) => ({
          ...rest,
          createdAt: formatInstant(timeZone, createdAtS),
          lastSeenAt: formatInstant(timeZone, lastSeenAtS),
        })),
      }
    },
  })

  route(app, 'DELETE /admin/v1/users/:id/sessions', {
    access: ['user', 'write'],
    ...admin,
    needsReason: true,
    schema: {
      operationId: 'endUserSessions',
      summary: 'End all sessions of a user',
      tags,
      params: idParams,
      response: answers(Type.Object({ ended: Type.Integer() })),
    },
    handler: async (caller, request) => {
      const id = readPathId(request.params.id)
      const ended = await recordedChange(context, caller, async (transaction) => {
        await readUser(transaction, caller.orgId, id)
        return endSessions(transaction, caller.orgId, id)
      })
      return { ended }
    },
  })

  route(app, 'DELETE /admin/v1/users/:id/sessions/:sessionId', {
    access: ['user', 'write'],
    ...admin,
    needsReason: true,
    schema: {
      operationId: 'endUserSession',
      summary: 'End one session of a user',
      tags,
      params: sessionParams,
      response: answers(Type.Object({ id: Type.Integer() })),
    },
    handler: async (caller, request) => {
      const userId = readPathId(request.params.id)
      const id = readPathId(request.params.sessionId)
      await recordedChange(context, caller, (transaction) =>
        endOneSession(transaction, caller.orgId, userId, id),
      )
      return { id }
    },
  })
}
