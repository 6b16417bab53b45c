import { describe, expect, test } from 'vitest'
import { countedDifference } from '../../operate/shadow/shown-rules.ts'
import { assess } from './assess.ts'
import { compareAnswers } from './compare-rules.ts'
import { isHistory, isWholeHistory } from './learned-rules.ts'
import { subjectsOf } from './subjects-rules.ts'
import { verdictsOf } from './verdict-rules.ts'

const hash = (text: string): string => `#${text.length}`

describe('two answers', () => {
  test('are equal in any order of keys, and regardless of fields that differ between services', () => {
    expect(
      compareAnswers({ a: 1, b: [{ id: 1, message: 'x' }] }, { b: [{ id: 1, message: 'y' }], a: 1 }),
    ).toEqual([])
  })

  test('are matched by the ids of their items, so that a missing item is one difference', () => {
    const item = (id: number, left: number) => ({ id, redemptionsLeft: left })
    const theirs = { coupons: [item(1, 1), item(2, 1), item(3, 1)] }
    expect(compareAnswers(theirs, { coupons: [item(1, 1), item(3, 0)] })).toEqual([
      { field: 'coupons[]', theirs: item(2, 1), ours: undefined },
      { field: 'coupons[].redemptionsLeft', theirs: 1, ours: 0 },
    ])
    expect(compareAnswers({ c: [item(1, 1), item(2, 1)] }, { c: [item(2, 1), item(1, 1)] })).toMatchObject([
      { field: 'c[] order' },
    ])
  })

  test('differ also in the types of values, and between absent and null', () => {
    expect(compareAnswers({ a: '1', b: null }, { a: 1 })).toEqual([
      { field: 'a', theirs: '1', ours: 1 },
      { field: 'b', theirs: null, ours: undefined },
    ])
  })
})

describe('a verdict', () => {
  const item = (code: number | string) => ({ code: 'q7', item_status: { success: 'x', code } })
  test.each([
    ['v1.1, one item', { response: { coupons: { coupon: item(700) } } }, [['Q7', 'accepted']]],
    [
      'v1.1 in XML',
      { response: { coupons: { redeemable: [item('736'), item('700')] } } },
      [
        ['Q7', '736'],
        ['Q7', 'accepted'],
      ],
    ],
    [
      'v2, bulk',
      { response: [{ result: { code: 'Q7', redemptionStatus: { code: 749 } } }] },
      [['Q7', '749']],
    ],
    [
      'v2, a check',
      { redemption: [{ code: 'Q7', isRedeemable: false, warnings: [{ code: 713 }] }] },
      [['Q7', '713']],
    ],
    ['a request that failed', { status: false, code: 701 }, [['', '701']]],
    ['v2, one issued', { code: 'q7', seriesId: 5, id: 9, warnings: [] }, [['', 'accepted']]],
    [
      'v2, issued in bulk',
      {
        response: [
          { entityId: 5, result: { code: 'q7', seriesId: 5 }, errors: [] },
          { entityId: 6, errors: [{ status: false, code: 5001 }] },
        ],
      },
      [
        ['Q7', 'accepted'],
        ['', '5001'],
      ],
    ],
    [
      'v2, several of one series',
      { coupons: [{ code: 'q7', couponId: 9 }], errors: [{ code: 5002 }] },
      [
        ['Q7', 'accepted'],
        ['', '5002'],
      ],
    ],
    ['v1.1, issued', { response: { coupon: item(700) } }, [['Q7', 'accepted']]],
    ['a reversal', { entity: { redemptions: [{ id: 5 }] }, errors: [], success: true }, [['', 'accepted']]],
    [
      'a reversal that was refused',
      { errors: [{ code: 510 }, { code: 510 }], success: false },
      [['', '510']],
    ],
    ['an answer that says nothing', {}, [['', 'HTTP 400']]],
  ])('of %s', (_name, body, expected) => {
    expect(verdictsOf(400, body).map(({ code, verdict }) => [code, verdict])).toEqual(expected)
  })

  test('is one difference, however many fields of an acceptance and a refusal differ', () => {
    const yes = { redemption: [{ code: 'Q7', isRedeemable: true, redemptionsLeft: 1, warnings: [] }] }
    const no = {
      redemption: [{ code: 'Q7', isRedeemable: false, redemptionsLeft: 0, warnings: [{ code: 713 }] }],
    }
    const assessed = assess('check', { status: 200, value: yes }, { status: 200, value: no }, hash)
    expect(assessed.differences).toMatchObject([{ field: 'verdict', theirs: 'accepted', ours: '713' }])
  })

  test('about a coupon that is unknown only here is stale, and about one that is unknown to both is equal', () => {
    const answer = (code: number) => ({
      status: 400,
      value: { redemption: [{ code: 'Q7', redemptionStatus: { code } }] },
    })
    expect(assess('judged', answer(700), answer(702), hash).outcome).toBe('stale')
    expect(assess('judged', answer(702), answer(702), hash).outcome).toBe('equal')
    expect(assess('judged', answer(702), answer(700), hash).outcome).toBe('different')
  })
})

test('possible personal data is hashed, and values that state a rule are shown', () => {
  const counted = (field: string, theirs: unknown, ours: unknown) =>
    countedDifference({ field, theirs, ours }, '', hash)
  expect(counted('entity.customers[].mobile', '919812345001', '919812345002')).toEqual({
    field: 'entity.customers[].mobile',
    theirs: 'value',
    ours: 'value',
    example: { theirs: '#12', ours: '#12', code: '' },
  })
  expect(counted('coupons[].code', 'Q7', undefined).example.theirs).toBe('#2')
  expect(counted('errors[].code', 8015, 1012)).toMatchObject({ theirs: '8015', ours: '1012' })
  expect(counted('errors[].code', 'asha@example.com', 1)).toMatchObject({ theirs: 'value' })
  expect(counted('coupons[].redemptionsLeft', 2, 1).example).toMatchObject({ theirs: '2', ours: '1' })
})

test('a request names its customers and coupons in query, path and body', () => {
  const body = { root: { coupon: [{ code: 'A1', customer: { mobile: '+91 98', user_id: '7' } }] } }
  expect(subjectsOf('/v2/customers/31?mobile=+9198&coupon_codes=B1,B2', body)).toEqual({
    identifiers: ['+9198', '+91 98'],
    ids: [31, 7],
    codes: ['B1', 'B2', 'A1'],
    redemptionIds: [],
  })
  expect(subjectsOf('/v2/coupon/reactivate', { redemptionIds: ['5', 6] }).redemptionIds).toEqual([5, 6])
  const reversed = { entity: { redemptions: [{ id: 5, couponId: 8 }] } }
  expect(subjectsOf('', reversed)).toMatchObject({ ids: [8], redemptionIds: [5] })
})

test('a history with a filter is learned, and does not count as complete', () => {
  const call = 'GET /v2/customers/coupons'
  expect(isHistory({ call, url: '/x?id=1&status=ACTIVE' })).toBe(true)
  expect(isWholeHistory({ call, url: '/x?id=1&status=ACTIVE' })).toBe(false)
  expect(isWholeHistory({ call, url: '/x?mobile=91&limit=100&include_reversed_redemptions=true' })).toBe(true)
  expect(isHistory({ call, url: '/x?id=1&sort_order=asc' })).toBe(false)
})
