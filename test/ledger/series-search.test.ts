import { describe, expect, test } from 'vitest'
import { openHalts } from '../support/halt-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext({ now: '2026-06-10T10:00:00Z' })
const app = await createTestServer(context)
const day = (text: string) => new Date(`${text}T12:00:00Z`)

async function openMany() {
  const shop = await openHalts(context, app)
  const ids: Record<string, number> = {}
  const add = async (name: string, terms: Parameters<typeof shop.series>[0]) => {
    ids[name] = await shop.series({ description: name, tag: name, ...terms })
  }
  await add('Diwali 20 % off', { tag: 'festive, North', code: 'DIWALI', valid_until: day('2026-07-01') })
  await add('Holi_50', { tag: 'Festive', valid_until: day('2026-06-01') })
  await add('New year', { redemption_valid_from: day('2026-07-01'), valid_until: day('2026-08-01') })
  await add('Staff', { valid_until: day('2026-09-01') })
  await add('Welcome', { valid_until: day('2026-10-01') })
  await shop.halt(ids['Staff'] ?? 0, 'stop')
  await shop.halt(ids['Welcome'] ?? 0, 'pause')
  const find = async (query = ''): Promise<string[]> => {
    const reply = await shop.admin('GET', `/admin/v1/series?${query}`)
    expect(reply.status).toBe(200)
    return (reply.at('series') as { description: string }[]).map(({ description }) => description)
  }
  return { ...shop, ids, find }
}

describe('series are found', () => {
  test('by words in any order and letter case, in descriptions, codes and tags', async () => {
    const { find, ids } = await openMany()
    expect(await find('q=off%20diwali')).toEqual(['Diwali 20 % off'])
    expect(await find('q=FESTIVE')).toEqual(['Holi_50', 'Diwali 20 % off'])
    expect(await find('q=north')).toEqual(['Diwali 20 % off'])
    expect(await find(`q=${ids['Staff']}`)).toContain('Staff')
    // Characters of patterns mean themselves.
    expect(await find('q=%25')).toEqual(['Diwali 20 % off'])
    expect(await find('q=_')).toEqual(['Holi_50'])
    expect(await find('q=nothing')).toEqual([])
  })

  test('by their state and their tag, and counted in each state', async () => {
    const shop = await openMany()
    expect(await shop.find('state=stopped,paused')).toEqual(['Welcome', 'Staff'])
    expect(await shop.find('state=ended')).toEqual(['Holi_50'])
    expect(await shop.find('state=coming')).toEqual(['New year'])
    expect(await shop.find('tag=festive')).toEqual(['Holi_50', 'Diwali 20 % off'])
    expect(await shop.find('tag=festive&state=running')).toEqual(['Diwali 20 % off'])
    const reply = await shop.admin('GET', '/admin/v1/series?state=paused&limit=1')
    expect(reply.json).toMatchObject({
      total: 1,
      states: [
        { state: 'ended', series: 1 },
        { state: 'stopped', series: 1 },
        { state: 'paused', series: 1 },
        { state: 'coming', series: 1 },
        { state: 'running', series: 1 },
      ],
    })
    expect((await shop.admin('GET', '/admin/v1/series-tags')).json).toEqual({
      tags: [
        { tag: 'Festive', series: 2 },
        { tag: 'North', series: 1 },
      ],
    })
  })

  test('in pages of every order, each series once', async () => {
    const { find } = await openMany()
    for (const sort of [
      'id',
      '-id',
      'name',
      '-name',
      'issued',
      '-redeemed',
      'rate',
      '-rate',
      'ends',
      '-ends',
    ]) {
      const all = await find(`sort=${sort}`)
      const pages = [
        ...(await find(`sort=${sort}&limit=2`)),
        ...(await find(`sort=${sort}&limit=2&offset=2`)),
        ...(await find(`sort=${sort}&limit=2&offset=4`)),
      ]
      expect(pages).toEqual(all)
      expect(new Set(all).size).toBe(5)
    }
    expect((await find('sort=ends'))[0]).toBe('Holi_50')
  })

  test.each(['sort=colour', 'state=asleep', 'limit=501', 'limit=0'])('%s is refused', async (query) => {
    const shop = await openHalts(context, app)
    expect((await shop.admin('GET', `/admin/v1/series?${query}`)).status).toBe(400)
  })
})
