import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { Effect } from '../../parts/action-form.tsx'
import { count } from '../../parts/format.ts'
import { kindNames } from '../../parts/words.ts'
import { alphabets, sampleOf } from './code-sample.ts'
import { charactersNeeded, guessingTime, strengthOf, unlimitedCodes } from './code-strength.ts'
import { Check, Section, textOf, type SectionProps } from './form-parts.tsx'
import type { SeriesFields } from './series-fields.ts'

/** Where the codes come from, and what they look like. */
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
              {...text('randomCodeLength', 'Random characters', '4 to 40; empty: 16.')}
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
        </>
      )}
    </Section>
  )
}

const defaultLength = 16
const maxLength = 40

function formOf({ alphaNumeric, randomCodeLength }: SeriesFields) {
  const { characters } = alphabets[alphaNumeric ? 'alphanumeric' : 'numeric']
  const length = Math.trunc(Number(randomCodeLength))
  return { alphabet: characters, drawn: length > 0 ? Math.min(maxLength, length) : defaultLength }
}

/** A code as the form has it now. */
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

/** How hard the codes are to guess, while their length is typed. */
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
