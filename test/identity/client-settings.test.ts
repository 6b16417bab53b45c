import { describe, expect, test } from 'vitest'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { readClient, readTill } from '../../src/identity/credentials/holder.ts'
import { clientSettings, defaultClientSettings } from '../../src/values/client-settings.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database
const notStated = Object.fromEntries(clientSettings.map(({ name }) => [name, null]))

async function open() {
  const office = await openOffice(context, app)
  return { ...office, ...(await office.browser('admin')) }
}

const settingsOfTill = async ({ tillCode }: { tillCode: string }) =>
  (await readTill(context, tillCode))?.caller.settings

describe('settings of programs that call', () => {
  test('what a till states holds for it, and for the others what the organisation states', async () => {
    const shop = await open()
    const { call, tillId } = shop
    expect(await settingsOfTill(shop)).toEqual(defaultClientSettings)
    const ofAll = await call('PATCH', '/admin/v1/organisation', {
      clientSettings: { v1Types: 'typed', naiveTime: 'org', v1AllFailedStatus: 500 },
    })
    expect(ofAll.at('clientSettings')).toEqual({
      ...notStated,
      v1Types: 'typed',
      naiveTime: 'org',
      v1AllFailedStatus: '500',
    })
    const path = `/admin/v1/tills/${tillId}/client-settings`
    const ofTill = await call('PATCH', path, { v1Types: 'text', v2RefusalStatus: 200 })
    expect(ofTill.json).toEqual({
      id: tillId,
      clientSettings: { ...notStated, v1Types: 'text', v2RefusalStatus: '200' },
    })
    expect(await settingsOfTill(shop)).toEqual({
      ...defaultClientSettings,
      v1Types: 'text',
      naiveTime: 'org',
      v1AllFailedStatus: '500',
      v2RefusalStatus: '200',
    })
    await call('PATCH', path, { v1Types: null })
    expect(await settingsOfTill(shop)).toMatchObject({ v1Types: 'typed', v2RefusalStatus: '200' })
  })

  test('a client is asked itself, and not the till that it acts as', async () => {
    const shop = await open()
    const { call, tillId, tillCode, orgId } = shop
    const id = Number((await call('POST', '/admin/v1/clients', { name: 'web', till: tillCode })).at('id'))
    await call('PATCH', `/admin/v1/tills/${tillId}/client-settings`, { v2RefusalStatus: '200' })
    const settings = async () => (await readClient(context, orgId, id))?.caller.settings
    expect(await settings()).toEqual(defaultClientSettings)
    await call('PATCH', `/admin/v1/clients/${id}/client-settings`, { v2RefusalStatus: '400' })
    expect(await settings()).toEqual({ ...defaultClientSettings, v2RefusalStatus: '400' })
    expect((await call('GET', '/admin/v1/clients')).at('clients')).toContainEqual(
      expect.objectContaining({ id, clientSettings: { ...notStated, v2RefusalStatus: '400' } }),
    )
  })

  test.each([{ v1Types: 'xml' }, { v1AllFailedStatus: 404 }, { naiveTime: 1 }])(
    '%j is refused with what is allowed',
    async (change) => {
      const { call, tillId } = await open()
      const reply = await call('PATCH', `/admin/v1/tills/${tillId}/client-settings`, change)
      expect(reply.status).toBe(400)
      expect(JSON.stringify(reply.json)).toContain(String(Object.keys(change)[0]))
      const ofAll = await call('PATCH', '/admin/v1/organisation', { clientSettings: change })
      expect(ofAll.status).toBe(400)
    },
  )

  test('another release’s settings stay when one of this release is changed', async () => {
    const { orgId, tillId } = await open()
    const stored = () =>
      queries
        .selectFrom('tills')
        .select('client_settings as settings')
        .where('org_id', '=', orgId)
        .where('id', '=', tillId)
        .executeTakeFirstOrThrow()
    await queries
      .updateTable('tills')
      .set({ client_settings: JSON.stringify({ unheardOf: 'x' }) })
      .where('org_id', '=', orgId)
      .where('id', '=', tillId)
      .execute()
    const holder = { kind: 'till', which: tillId } as const
    await setClientSettings(queries, orgId, holder, { v1Types: 'typed' })
    expect(await stored()).toEqual({ settings: { unheardOf: 'x', v1Types: 'typed' } })
    await setClientSettings(queries, orgId, holder, { v1Types: null })
    expect(await stored()).toEqual({ settings: { unheardOf: 'x' } })
  })

  test('every setting is described with its values and the symptom that it cures', async () => {
    const { call } = await open()
    const described = (await call('GET', '/admin/v1/client-settings')).at('clientSettings') as {
      name: string
      values: { value: string; meaning: string }[]
    }[]
    expect(described.map(({ name, values }) => [name, values.map(({ value }) => value)])).toEqual(
      clientSettings.map(({ name, values }) => [name, [...values]]),
    )
    expect(described.flatMap(({ values }) => values).filter(({ meaning }) => meaning === '')).toEqual([])
  })
})
