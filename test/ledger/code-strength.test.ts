import { describe, expect, test } from 'vitest'
import { alphabets } from '../../src/values/code-form.ts'
import { openCodeShop } from '../support/code-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { least, openSeriesShop } from '../support/series-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const open = () => openCodeShop(context, app)

describe('codes that can be guessed within a year', () => {
  test('are refused with the figures, and generated if weak codes are explicitly allowed', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries({ code_length: 8 })
    const refused = await shop.order(seriesId, 100)
    expect(refused).toMatchObject({
      status: 400,
      json: {
        title: 'Bad Request',
        status: 400,
        code: 5007,
        detail: expect.stringContaining(
          '100 that work among 100000000 are hit once in 1000000 guesses, 1 days at 10 a second',
        ),
      },
    })
    expect((await shop.call('GET', `/admin/v1/series/${seriesId}/codes`)).at('batches')).toEqual([])
    expect((await shop.order(seriesId, 100, { allowWeak: true })).at('strength.weak')).toBe(true)
  })

  test('are counted together with those of every series of the same form, without revoked and used-up ones', async () => {
    const shop = await open()
    const terms = { is_any_user: true, is_multiple_use_allowed: false }
    const one = await shop.poolSeries(terms)
    const alike = await shop.poolSeries(terms)
    const different = await shop.poolSeries({ ...terms, code_prefix: 'X' })
    const [code] = await shop.codesOf(await shop.made(alike, 10))
    await shop.made(different, 100)
    const voided = await shop.made(one, 1_000)
    expect((await shop.order(one, 1)).at('strength.liveCodes')).toBe('1011')
    await shop.change(voided, 'void')
    await shop.work()
    expect(await shop.redeem(String(code), await shop.customer())).toMatchObject({ status: 200 })
    expect((await shop.order(one, 1)).at('strength.liveCodes')).toBe('11')
  })
})

describe('a form that is nearly full', () => {
  test('is refused with the figures before any code is generated, even if weak codes are allowed', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries({ code_length: 4 })
    const refused = await shop.order(seriesId, 5_001, { allowWeak: true })
    expect(refused).toMatchObject({
      status: 400,
      json: {
        code: 5006,
        detail: expect.stringContaining('has 10000 codes, of which 0 are taken; with 5001 more than 50 %'),
      },
    })
    const million = await shop.order(seriesId, 1_000_000, { allowWeak: true })
    expect(million.at('code')).toBe(5006)
    expect((await shop.call('GET', `/admin/v1/series/${seriesId}/codes`)).at('batches')).toEqual([])
    expect(await shop.order(seriesId, 3_000, { allowWeak: true })).toMatchObject({ status: 202 })
    expect((await shop.order(seriesId, 2_001, { allowWeak: true })).at('detail')).toContain(
      'of which 3000 are taken',
    )
    await shop.work()
    expect((await shop.order(seriesId, 2_001, { allowWeak: true })).at('detail')).toContain(
      'of which 3000 are taken',
    )
  })

  test('also contains revoked codes, since no code is generated a second time', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries({ code_length: 4 })
    const id = await shop.made(seriesId, 4_000, { allowWeak: true })
    await shop.change(id, 'void')
    await shop.work()
    expect((await shop.order(seriesId, 1_001, { allowWeak: true })).at('code')).toBe(5006)
  })
})

describe('the form of a series', () => {
  test('applies to issued codes too, and an edit of the series does not change it', async () => {
    const shop = await openCodeShop(context, app)
    const seriesId = await shop.series({ code_prefix: 'P' })
    await shop.setForm(seriesId, { alphabet: 'abcdef', pattern: '####-####', checkCharacter: true })
    const issued = await shop.issue(seriesId, await shop.customer())
    expect(issued.text).toMatch(/"P[a-f]{4}-[a-f]{5}"/)

    const { created, edit, ...series } = await openSeriesShop(context, app)
    const id = await created({ ...least, randomCodeLength: 8 })
    const path = `/admin/v1/series/${id}/code-form`
    const form = { alphabet: 'unambiguous', pattern: 'A#-######', checkCharacter: true }
    const stated = await series.put(path, form)
    expect(stated).toMatchObject({ status: 200, json: { pattern: 'A#-######', checkCharacter: true } })
    expect(await edit(id, { description: 'Eleven off' })).toMatchObject({ status: 200 })
    expect((await series.call('GET', path)).json).toEqual(stated.json)
    expect((await series.put(path, {})).json).toMatchObject({
      alphabet: alphabets.numeric,
      checkCharacter: false,
    })
  })

  test.each([
    [{ alphabet: 'AA' }, 'alphabet'],
    [{ alphabet: 'aA' }, 'alphabet'],
    [{ pattern: 'SUMMER' }, 'pattern'],
    [{ pattern: '# #' }, 'pattern'],
    [{ alphabet: 'ABC', checkCharacter: true }, 'even number of characters'],
    [{ checkCharacter: 'yes' }, 'checkCharacter'],
  ])('is refused if it is %j', async (form, why) => {
    const shop = await open()
    const reply = await shop.setForm(await shop.series(), form)
    expect(reply).toMatchObject({ status: 400, json: { detail: expect.stringContaining(why) } })
  })
})
