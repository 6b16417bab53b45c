import { SegmentedControl, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
import { Section, textOf, type SectionProps } from './form-parts.tsx'

/** The value and names of the series' coupons. */
export function WorthSection({ form }: SectionProps) {
  const { fields, isNew, set } = form
  const text = textOf(form)
  const isPercent = fields.discountType === 'PERC'
  return (
    <Section title="What it is">
      <TextInput
        required
        {...text('description', 'Description', 'What staff and customers read.')}
        maxLength={2_000}
        autoFocus={isNew}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Stack gap={4}>
          <span className="label" id="discount-type">
            Kind of discount
          </span>
          <SegmentedControl
            aria-labelledby="discount-type"
            value={fields.discountType}
            onChange={(value) => set('discountType', value)}
            data={[
              { value: 'ABS', label: 'Amount' },
              { value: 'PERC', label: 'Percent' },
            ]}
          />
        </Stack>
        <TextInput
          required
          {...text('discountValue', isPercent ? 'Percent' : 'Amount')}
          inputMode="decimal"
        />
        {isPercent && (
          <TextInput
            {...text('discountUpto', 'At most', 'Largest amount; empty: no cap.')}
            inputMode="decimal"
          />
        )}
        <TextInput
          required
          {...text('discountCode', 'Discount code', 'Identifies the discount for the till.')}
        />
        <TextInput
          {...text('seriesCode', 'Series code', 'Your own name for it, unique; empty: one is made.')}
          required={!isNew}
        />
        <TextInput {...text('tags', 'Tags', 'Words to find it by, separated by commas.')} maxLength={2_000} />
      </SimpleGrid>
      <Textarea
        {...text('info', 'Details', 'Conditions for the customer; empty: the description.')}
        autosize
        minRows={2}
      />
    </Section>
  )
}
