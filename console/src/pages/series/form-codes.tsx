import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { Effect } from '../../parts/action-form.tsx'
import { count } from '../../parts/format.ts'
import { kindNames } from '../../parts/words.ts'
import { alphabets, sampleOf } from './code-sample.ts'
import { charactersNeeded, guessingTime, strengthOf, unlimitedCodes } from './code-strength.ts'
import { Check, Section, textOf, type SectionProps } from './form-parts.tsx'
import type { SeriesFields } from './series-fields.ts'

/** Source and form of the codes. */
export function CodesSection({ form }: SectionProps) {
  const { fields, errors, isNew, set } = form
  const text = textOf(form)
  const { clientHandlingType: kind } = fields
  return (
    <Section title="Codes">
      <Select
        label="Kind of codes"
        description="Cannot be changed later."
        disabled={!isNew}
        data={Object.entries(kindNames).map(([value, label]) => ({ value, label }))}
        value={kind}
        error={errors.clientHandlingType}
        onChange={(value) =>
          set('clientHandlingType', (value ?? 'DISC_CODE') as SeriesFields['clientHandlingType'])
        }
      />
      {kind === 'GENERIC' ? (
        <TextInput
          required
          {...text('genericCode', 'The code', 'Everybody who gets it gets this one.')}
          className="code-field"
        />
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput
              {...text('randomCodeLength', 'Random characters', '4 to 40; empty: 16, of digits alone 15.')}
              inputMode="numeric"
            />
            {kind === 'DISC_CODE' && (
              <>
                <TextInput
                  {...text('couponPrefix', 'Begins with', 'Up to 10 characters.')}
                  maxLength={10}
                  className="code-field"
                />
                <TextInput
                  {...text('couponSuffix', 'Ends with', 'Up to 10 characters.')}
                  maxLength={10}
                  className="code-field"
                />
              </>
            )}
          </SimpleGrid>
          <Check
            label="Letters too, not only digits"
            description="Harder to guess at the same length."
            checked={fields.alphaNumeric}
            onChange={(value) => set('alphaNumeric', value)}
          />
          <Strength fields={fields} />
          <SpreadsheetNote fields={fields} />
        </>
      )}
    </Section>
  )
}

/** A spreadsheet keeps only 15 digits of a number. */
const maxDigits = 15
const defaultLength = { alphanumeric: 16, numeric: maxDigits }
const maxLength = 40

function formOf({ alphaNumeric, randomCodeLength }: SeriesFields) {
  const name = alphaNumeric ? 'alphanumeric' : 'numeric'
  const { characters } = alphabets[name]
  const length = Math.trunc(Number(randomCodeLength))
  return { alphabet: characters, drawn: length > 0 ? Math.min(maxLength, length) : defaultLength[name] }
}

/** A sample code for the current content of the form. */
export function sampleCode(fields: SeriesFields): string {
  const { clientHandlingType: kind, genericCode, couponPrefix, couponSuffix } = fields
  if (kind === 'GENERIC') return genericCode.trim()
  const { alphabet, drawn } = formOf(fields)
  const isDrawn = kind === 'DISC_CODE'
  return sampleOf({
    alphabet,
    pattern: '#'.repeat(drawn),
    prefix: isDrawn ? couponPrefix : '',
    suffix: isDrawn ? couponSuffix : '',
    checkCharacter: false,
  })
}

/** Spreadsheets round long numbers: codes from a list that was opened in one are not found. */
function SpreadsheetNote({ fields }: { fields: SeriesFields }) {
  const { alphaNumeric, couponPrefix, couponSuffix } = fields
  const hasLetter = /[A-Z_-]/i.test(`${couponPrefix}${couponSuffix}`)
  if (alphaNumeric || hasLetter || formOf(fields).drawn <= maxDigits) return null
  return (
    <Effect tone="warn">
      <b>Spreadsheets change these codes.</b> They round numbers of more than {maxDigits} digits. Letters in
      every code prevent that.
    </Effect>
  )
}

/** How hard the codes are to guess, updated while their length is typed. */
function Strength({ fields }: { fields: SeriesFields }) {
  const { alphabet, drawn } = formOf(fields)
  const live = Number(fields.maxCreate) || unlimitedCodes
  const { keyspace, guessesPerHit, isWeak } = strengthOf(alphabet.length, drawn, live)
  const odds = `With ${count(live)} of them out, ten guesses a second hit one in ${guessingTime(guessesPerHit)}.`
  if (live * 2 > keyspace)
    return (
      <Effect tone="bad">
        <b>Too few codes.</b> There are {count(keyspace)} of this length, and half of them can be given out.
      </Effect>
    )
  return isWeak ? (
    <Effect tone="warn">
      <b>Easy to guess.</b> {odds} {charactersNeeded(alphabet.length, live)} characters would do.
    </Effect>
  ) : (
    <Effect tone="good">
      <b>Hard to guess.</b> {odds}
    </Effect>
  )
}
