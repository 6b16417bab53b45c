import { expect, test } from 'vitest'
import { compare, labelOf } from '../src/parts/version-rules.ts'

test('only what differs is shown, in words', () => {
  expect(
    compare(
      {
        name: 'Maya',
        role: 'care',
        isDisabled: false,
        total: '50',
        password: 'a secret',
        tags: ['a', 'b'],
        limit: null,
      },
      { name: 'Maya', role: 'admin', isDisabled: true, total: '50.00', tags: [], limit: 5, version: 3 },
    ),
  ).toEqual([
    { label: 'Role', now: 'admin', mine: 'care' },
    { label: 'Disabled', now: 'yes', mine: 'no' },
    { label: 'Tags', now: 'none', mine: 'a, b' },
    { label: 'Limit', now: '5', mine: 'none' },
  ])
})

test('nested values are written out', () => {
  expect(compare({ access: { coupon: 'read' } }, { access: { coupon: 'write', series: 'none' } })).toEqual([
    { label: 'Access', now: 'Coupon: write; Series: none', mine: 'Coupon: read' },
  ])
  expect(labelOf('maxConnections')).toBe('Max connections')
})
