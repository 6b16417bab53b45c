import {
  Alert,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Select,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode, type SubmitEvent } from 'react'
import { Link, useLocation } from 'wouter'
import { useAction } from '../../api/action.ts'
import { call, Refused } from '../../api/call.ts'
import type { SavedSeries, Series, StatedSeries } from '../../api/types.ts'
import { useFormats } from '../../parts/format.ts'
import { Loading, Panel, wordsOf } from '../../parts/states.tsx'
import { useStores } from '../../parts/store-select.tsx'
import { kindNames } from '../../parts/words.ts'
import {
  bodyOf,
  checkFields,
  fieldError,
  fieldsOf,
  hasCouponLimit,
  newFields,
  type FieldErrors,
  type SeriesFields,
} from './series-fields.ts'

const Voucher = lazy(() => import('./voucher.tsx'))
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const daysOfMonth = Array.from({ length: 31 }, (_, at) => String(at + 1))
const hoursOfDay = Array.from({ length: 24 }, (_, at) => ({
  value: String(at),
  label: `${at}:00 to ${at}:59`,
}))

type TextName = {
  [Name in keyof SeriesFields]: string extends SeriesFields[Name] ? Name : never
}[keyof SeriesFields]

/** Creates or edits a series: every field says what it does, and what is refused stands where it belongs. */
export function SeriesForm({ series }: { series?: Series }) {
  const formats = useFormats()
  const stores = useStores()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const [fields, setFields] = useState(() => (series ? fieldsOf(series, formats) : newFields))
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const action = useAction(
    (body: StatedSeries, key) =>
      call<SavedSeries>(series ? `/v2/coupon/series/${series.id}` : '/v2/coupon/series', {
        method: series ? 'PUT' : 'POST',
        key,
        body: { CouponSeriesV2: body },
      }),
    ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['series'] })
      navigate(`/series/${id}`)
    },
  )
  const refused =
    action.error instanceof Refused && !action.isOpen
      ? fieldError(action.error.code, action.error.message)
      : undefined
  const wrong = checkFields(fields)
  const errors: FieldErrors = {
    // What was refused stands until the field is changed.
    ...(refused && !touched.has(refused.name) && { [refused.name]: refused.text }),
    ...wrong,
  }
  const set = <Name extends keyof SeriesFields>(name: Name, value: SeriesFields[Name]): void => {
    setTouched((before) => new Set([...before, name]))
    setFields((before) => ({ ...before, [name]: value }))
  }
  const text = (name: TextName, label: string, description?: string) => ({
    name,
    label,
    description,
    value: fields[name],
    error: errors[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => set(name, value),
  })
  const required = { required: true, withAsterisk: false }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (Object.keys(wrong).length > 0) return
    setTouched(new Set())
    action.submit(bodyOf(fields, series, formats))
  }
  const isPercent = fields.discountType === 'PERC'
  return (
    <form onSubmit={submit} className="columns">
      <fieldset disabled={action.isOpen || action.isSending} className="plain">
        <Section title="What it is">
          <TextInput
            {...required}
            {...text('description', 'Description', 'What staff and customers read.')}
            maxLength={2_000}
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
              {...required}
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
              {...required}
              {...text('discountCode', 'Discount code', 'What the till knows the discount by.')}
            />
            <TextInput
              {...text('seriesCode', 'Series code', 'Your own name for it, unique; empty: one is made.')}
              required={series !== undefined}
              withAsterisk={false}
            />
          </SimpleGrid>
          <Textarea
            {...text('info', 'Details', 'Conditions for the customer; empty: the description.')}
            autosize
            minRows={2}
          />
        </Section>

        <Section title="Codes">
          <Select
            label="Kind of codes"
            description="Cannot be changed later."
            disabled={series !== undefined}
            data={Object.entries(kindNames).map(([value, label]) => ({ value, label }))}
            value={fields.clientHandlingType}
            error={errors.clientHandlingType}
            onChange={(value) =>
              set('clientHandlingType', (value ?? 'DISC_CODE') as SeriesFields['clientHandlingType'])
            }
          />
          {fields.clientHandlingType === 'GENERIC' ? (
            <TextInput
              {...required}
              {...text('genericCode', 'The code', 'Everybody who gets it gets this one.')}
              className="code-field"
            />
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <TextInput
                {...text('randomCodeLength', 'Random characters', '4 to 40; empty: 16.')}
                inputMode="numeric"
              />
              {fields.clientHandlingType === 'DISC_CODE' && (
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
          )}
          {fields.clientHandlingType !== 'GENERIC' && (
            <Check
              label="Letters too, not only digits"
              description="Harder to guess at the same length."
              checked={fields.alphaNumeric}
              onChange={(value) => set('alphaNumeric', value)}
            />
          )}
        </Section>

        <Section title="How long">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              {...required}
              {...text('validTillDate', 'Last day', 'Nothing of the series works after it.')}
              type="date"
            />
            <TextInput
              {...text('redemptionValidFrom', 'First day of redemption', 'Empty: at once.')}
              type="date"
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
                {...required}
                {...text(
                  'expiryStrategyValue',
                  fields.expiryStrategyType === 'DAYS' ? 'Days' : 'Months',
                  fields.expiryStrategyType === 'DAYS'
                    ? 'Counted from the issue.'
                    : '0: the month of the issue.',
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

        <Section title="How often">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              {...text('maxCreate', 'Coupons to give out', 'Empty: no limit.')}
              inputMode="numeric"
            />
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
            description="Otherwise issuing again gives the one that the customer has, or none."
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

        <Section title="Message">
          <Textarea
            {...text(
              'smsTemplate',
              'Text to send with a coupon',
              '{{voucher}} stands for the code. Whoever sends messages uses it; Counterfoil sends none.',
            )}
            autosize
            minRows={2}
          />
        </Section>
      </fieldset>

      <div className="beside">
        <Suspense fallback={<Loading rows={6} />}>
          <Voucher
            isSample={fields.clientHandlingType !== 'GENERIC'}
            series={{
              description: fields.description,
              info: fields.info,
              discountType: fields.discountType,
              discountValue: Number(fields.discountValue) || 0,
              discountUpto: isPercent ? Number(fields.discountUpto) || 0 : 0,
              validTillDateTime: fields.validTillDate === '' ? '' : `${fields.validTillDate}T12:00:00Z`,
              code: exampleOf(fields),
            }}
          />
        </Suspense>
        <Stack gap="xs" mt="md">
          {action.error && (!refused || action.isOpen) && (
            <Alert
              color={action.isOpen ? 'yellow' : 'red'}
              variant="outline"
              role="alert"
              title={action.isOpen ? 'No answer came' : 'Not saved'}
            >
              {action.isOpen ? 'Trying again is safe: it is saved once at most.' : wordsOf(action.error)}
            </Alert>
          )}
          {refused && (
            <Alert color="red" variant="outline" role="alert" title="Not saved">
              One field needs another look.
            </Alert>
          )}
          <Group grow>
            <Button variant="default" component={Link} href={series ? `/series/${series.id}` : '/series'}>
              Cancel
            </Button>
            <Button type="submit" loading={action.isSending}>
              {action.isOpen ? 'Try again' : series ? 'Save' : 'Create series'}
            </Button>
          </Group>
        </Stack>
      </div>
    </form>
  )
}

function exampleOf({
  clientHandlingType,
  genericCode,
  randomCodeLength,
  couponPrefix,
  couponSuffix,
  alphaNumeric,
}: SeriesFields): string {
  if (clientHandlingType === 'GENERIC') return genericCode.trim()
  const length = Math.min(40, Number(randomCodeLength) || 16)
  const drawn = (alphaNumeric ? '7K3M9QX2' : '48210537').repeat(5).slice(0, length)
  return clientHandlingType === 'DISC_CODE' ? `${couponPrefix}${drawn}${couponSuffix}` : drawn
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel title={title}>
      <Stack className="panel-body" gap="sm">
        {children}
      </Stack>
    </Panel>
  )
}

interface CheckProps {
  readonly label: string
  readonly description?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

function Check({ onChange, ...props }: CheckProps) {
  return <Checkbox {...props} size="sm" onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
}
