import { MultiSelect, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import { useStores } from '../../parts/store-select.tsx'
import { Section, textOf, type SectionProps } from './form-parts.tsx'

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const daysOfMonth = Array.from({ length: 31 }, (_, at) => String(at + 1))
const hoursOfDay = Array.from({ length: 24 }, (_, at) => ({
  value: String(at),
  label: `${at}:00 to ${at}:59`,
}))

/** The stores, bills, days and hours for which a coupon works. */
export function PlacesSection({ form }: SectionProps) {
  const { fields, errors, set } = form
  const stores = useStores()
  const text = textOf(form)
  return (
    <Section title="Where and when">
      <MultiSelect
        label="Stores"
        description="None chosen: all."
        searchable
        clearable
        limit={100}
        data={stores.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={[...fields.redemptionOrgEntityDetails]}
        error={errors.redemptionOrgEntityDetails}
        onChange={(value) => set('redemptionOrgEntityDetails', value)}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput {...text('minBillAmount', 'Smallest bill', 'Empty: any.')} inputMode="decimal" />
        <TextInput {...text('maxBillAmount', 'Largest bill', 'Empty: any.')} inputMode="decimal" />
        <MultiSelect
          label="Days of the week"
          description="None chosen: any."
          clearable
          data={weekdays.map((label, at) => ({ value: String(at + 1), label }))}
          value={[...fields.dow]}
          onChange={(value) => set('dow', value)}
        />
        <MultiSelect
          label="Hours"
          description="None chosen: any."
          clearable
          searchable
          data={hoursOfDay}
          value={[...fields.hours]}
          onChange={(value) => set('hours', value)}
        />
        <MultiSelect
          label="Days of the month"
          description="None chosen: any."
          clearable
          searchable
          data={daysOfMonth}
          value={[...fields.dom]}
          onChange={(value) => set('dom', value)}
        />
      </SimpleGrid>
    </Section>
  )
}

/** The text that a messaging system sends with a coupon. */
export function MessageSection({ form }: SectionProps) {
  return (
    <Section title="Message">
      <Textarea
        {...textOf(form)(
          'smsTemplate',
          'Text to send with a coupon',
          '{{voucher}} stands for the code. For the program that sends messages; Counterfoil sends none.',
        )}
        autosize
        minRows={2}
      />
    </Section>
  )
}
