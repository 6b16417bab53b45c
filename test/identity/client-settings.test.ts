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

describe('client settings', () => {
  test('of a till apply to the till, and those of the organisation to all others', async () => {
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

  test('of a client apply to the client, instead of those of its till', async () => {
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
    '%j is refused with the allowed values',
    async (change) => {
      const { call, tillId } = await open()
      const reply = await call('PATCH', `/admin/v1/tills/${tillId}/client-settings`, change)
      expect(reply.status).toBe(400)
      expect(JSON.stringify(reply.json)).toContain(String(Object.keys(change)[0]))
      const ofAll = await call('PATCH', '/admin/v1/organisation', { clientSettings: change })
      expect(ofAll.status).toBe(400)
    },
  )

  test('of another release are retained when a setting of this release is changed', async () => {
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

  describe('as one document', () => {
    const path = '/admin/v1/client-settings/stated'

    test('are exported, and imported elsewhere all or nothing, after a preview of the changes', async () => {
      const [one, two] = [await open(), await open()]
      for (const { call, tillCode } of [one, two])
        await call('POST', '/admin/v1/clients', { name: 'web', till: tillCode })
      await one.call('PUT', path, {
        organisation: { naiveTime: 'org', v1AllFailedStatus: 500, v1Types: null },
        tills: { [one.tillCode]: { v1Types: 'typed' } },
        clients: { web: { v2RefusalStatus: '200' } },
      })
      const exported = await one.call('GET', path)
      expect(exported.json).toEqual({
        organisation: { naiveTime: 'org', v1AllFailedStatus: '500' },
        tills: { [one.tillCode]: { v1Types: 'typed' } },
        clients: { shop: {}, web: { v2RefusalStatus: '200' } },
      })
      expect(exported.text).not.toMatch(/secret|password/i)

      // After the import, a till in the document has exactly the settings that the document states.
      await two.call('PATCH', `/admin/v1/tills/${two.tillId}/client-settings`, { identifiers: 'strict' })
      const document = JSON.parse(exported.text.replaceAll(one.tillCode, two.tillCode)) as object
      const before = (await two.call('GET', path)).json
      const changed = [
        {
          kind: 'organisation',
          name: null,
          settings: [
            { name: 'v1AllFailedStatus', before: null, after: '500' },
            { name: 'naiveTime', before: null, after: 'org' },
          ],
        },
        {
          kind: 'till',
          name: two.tillCode,
          settings: [
            { name: 'v1Types', before: null, after: 'typed' },
            { name: 'identifiers', before: 'strict', after: null },
          ],
        },
        { kind: 'client', name: 'web', settings: [{ name: 'v2RefusalStatus', before: null, after: '200' }] },
      ]
      const tried = await two.call('PUT', `${path}?dryRun=true`, document)
      expect(tried.json).toEqual({ isDryRun: true, changed })
      expect((await two.call('GET', path)).json).toEqual(before)
      expect((await two.call('PUT', path, document)).json).toEqual({ isDryRun: false, changed })
      expect((await two.call('GET', path)).json).toEqual(document)
      expect((await two.call('PUT', path, document)).json).toEqual({ isDryRun: false, changed: [] })
      expect(await settingsOfTill(two)).toMatchObject({ v1Types: 'typed', identifiers: 'first' })

      // Tills and clients that the document does not name keep their settings.
      await two.call('PUT', path, { organisation: {} })
      expect((await two.call('GET', path)).json).toEqual({ ...document, organisation: {} })
    })

    test.each([
      [
        'a setting',
        (till: string) => ({ organisation: { naiveTime: 'utc' }, tills: { [till]: { v1Type: 'text' } } }),
        'v1Type',
      ],
      [
        'a value',
        (till: string) => ({ organisation: { naiveTime: 'utc' }, tills: { [till]: { v1Types: 'xml' } } }),
        'v1Types',
      ],
      ['a part', () => ({ organisation: { naiveTime: 'utc' }, stores: {} }), 'stores'],
      [
        'a till',
        () => ({ organisation: { naiveTime: 'utc' }, tills: { nobody: {}, nothing: {} } }),
        'no till \\"nobody\\", no till \\"nothing\\"',
      ],
      ['a client', () => ({ organisation: { naiveTime: 'utc' }, clients: { nobody: {} } }), 'no client'],
    ])('are refused as a whole for %s that is unknown', async (_what, documentOf, named) => {
      const { call, tillCode } = await open()
      const reply = await call('PUT', path, documentOf(tillCode))
      expect(reply).toMatchObject({ status: 400, headers: { 'content-type': /problem\+json/ } })
      expect(reply.text).toContain(named)
      expect((await call('GET', path)).at('organisation')).toEqual({})
    })

    test('do not reach a till or client that is of another organisation or revoked', async () => {
      const [one, two] = [await open(), await open()]
      const foreign = await two.call('PUT', path, { tills: { [one.tillCode]: { v1Types: 'typed' } } })
      expect(foreign.status).toBe(400)
      const id = Number(
        (await one.call('POST', '/admin/v1/clients', { name: 'web', till: one.tillCode })).at('id'),
      )
      await one.call('POST', `/admin/v1/clients/${id}/revoke`)
      expect((await one.call('PUT', path, { clients: { web: {} } })).status).toBe(400)
      expect((await one.call('GET', path)).at('clients')).toEqual({ shop: {} })
    })
  })

  test('are each described with their values and the symptom that they cure', async () => {
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
