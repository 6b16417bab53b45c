import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeFormOf, codeFormSql } from '../../src/ledger/series/code-form-rules.ts'
import { keysOf, terms } from '../../src/ledger/series/terms.ts'
import { createTestContext } from '../support/harness.ts'

const context = await createTestContext()

const affix = fc.constantFrom('', 'A', 'ab-', '_9')
const anyTerms = fc.record({
  codeLength: fc.integer({ min: 4, max: 40 }),
  isCodeAlphanumeric: fc.boolean(),
  codeAlphabet: fc.constantFrom(null, 'ABCDEF', '01'),
  codePattern: fc.constantFrom(null, '####', 'x-##.##'),
  hasCheckCharacter: fc.boolean(),
  codePrefix: affix,
  codeSuffix: affix,
})

const rowOf = (of: Readonly<Record<string, unknown>>, n: number) => ({
  n,
  ...Object.fromEntries(keysOf('code', 'form').map((key) => [terms[key][0], of[key]])),
})

test('the form of the codes of a series is the same in SQL and in TypeScript, whatever the terms', async () => {
  const all = fc.sample(anyTerms, 300)
  const { rows } = await context.database.pool.query(
    `select ${Object.entries(codeFormSql)
      .map(([name, column]) => `${column} as "${name}"`)
      .join(', ')}
    from jsonb_to_recordset($1::jsonb) as s(n int, code_length int, is_code_alphanumeric boolean, code_alphabet text,
      code_pattern text, has_check_character boolean, code_prefix text, code_suffix text) order by s.n`,
    [JSON.stringify(all.map(rowOf))],
  )
  expect(rows).toEqual(all.map((one) => codeFormOf(one)))
})
