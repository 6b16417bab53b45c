import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { Check, Section, textOf, type SectionProps } from './form-parts.tsx'
import { hasCouponLimit } from './series-fields.ts'

/** The validity period of the series' coupons. */
export function TimeSection({ form }: SectionProps) {
  const { fields, set } = form
  const text = textOf(form)
  const isInDays = fields.expiryStrategyType === 'DAYS'
  return (
    <Section title="How long">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          required
          {...text('validTillDate', 'Last day', 'Nothing of the series works after it.')}
          type="date"
        />
        <TextInput
          {...text('validTillTime', 'Last time on that day', 'Empty: the end of the day.')}
          type="time"
        />
        <TextInput
          {...text('redemptionValidFrom', 'First day of redemption', 'Empty: at once.')}
          type="date"
        />
        <TextInput
          {...text('redemptionValidFromTime', 'First time on that day', 'Empty: its beginning.')}
          type="time"
          disabled={fields.redemptionValidFrom === ''}
        />
        <TextInput
          {...text('issueFrom', 'First day of issue', 'No coupon is given out before; empty: at once.')}
          type="date"
        />
        <TextInput
          {...text('issueFromTime', 'First time of issue', 'Empty: the beginning of the day.')}
          type="time"
          disabled={fields.issueFrom === ''}
        />
        <Select
          label="A coupon ends"
          description="Never after the series."
          data={[
            { value: 'SERIES_EXPIRY', label: 'With the series' },
            { value: 'DAYS', label: 'Days after its issue' },
            { value: 'MONTHS_END', label: 'At the end of a month' },
          ]}
          value={fields.expiryStrategyType}
          onChange={(value) => set('expiryStrategyType', value ?? 'SERIES_EXPIRY')}
        />
        {fields.expiryStrategyType !== 'SERIES_EXPIRY' && (
          <TextInput
            required
            {...text(
              'expiryStrategyValue',
              isInDays ? 'Days' : 'Months',
              isInDays ? 'Counted from the issue.' : '0: the month of the issue.',
            )}
            inputMode="numeric"
          />
        )}
        <TextInput
          {...text(
            'redemptionValidAfterDays',
            'Works after days',
            'How long a coupon rests after its issue; empty: not.',
          )}
          inputMode="numeric"
        />
      </SimpleGrid>
    </Section>
  )
}

/** How many coupons there are, who may have and use them, and how often. */
export function LimitsSection({ form }: SectionProps) {
  const { fields, set } = form
  const text = textOf(form)
  return (
    <Section title="How often">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput {...text('maxCreate', 'Coupons to give out', 'Empty: no limit.')} inputMode="numeric" />
        <TextInput {...text('maxRedeem', 'Redemptions in all', 'Empty: no limit.')} inputMode="numeric" />
        <TextInput
          {...text(
            'maxRedemptionsInSeriesPerUser',
            'Redemptions per customer',
            'In the whole series; empty: no limit.',
          )}
          inputMode="numeric"
        />
        <TextInput
          {...text('minDaysBetweenRedemption', 'Days between two', 'Of one customer; empty: none.')}
          inputMode="numeric"
        />
      </SimpleGrid>
      <Check
        label="A customer may have several coupons"
        description="Otherwise issuing again returns the customer’s existing coupon, or none."
        checked={fields.isMultipleVouchersPerUserAllowed}
        onChange={(value) => set('isMultipleVouchersPerUserAllowed', value)}
      />
      {fields.isMultipleVouchersPerUserAllowed && (
        <TextInput
          {...text('maxVouchersPerUser', 'Coupons per customer', 'Empty: no limit.')}
          inputMode="numeric"
          maw={280}
        />
      )}
      <Check
        label="A coupon may be used more than once"
        checked={fields.isMultipleUseAllowed}
        onChange={(value) => set('isMultipleUseAllowed', value)}
      />
      {fields.isMultipleUseAllowed && (
        <Check
          label="By the same customer too"
          description="Otherwise each customer may use it once."
          checked={fields.sameUserMultipleRedeem}
          onChange={(value) => set('sameUserMultipleRedeem', value)}
        />
      )}
      <Check
        label="Anybody who has the code may redeem it"
        description="Otherwise the customer it was issued to."
        checked={fields.anyUser}
        onChange={(value) => set('anyUser', value)}
      />
      {hasCouponLimit(fields) && (
        <TextInput
          {...text('redemptionPerCouponMaxLimit', 'Uses per code', 'Empty: no limit.')}
          inputMode="numeric"
          maw={280}
        />
      )}
    </Section>
  )
}
