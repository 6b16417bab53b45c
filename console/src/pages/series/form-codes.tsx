import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { kindNames } from '../../parts/words.ts'
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
        </>
      )}
    </Section>
  )
}
