import { newFields, type SeriesFields } from './series-fields.ts'

/** Common campaigns, as a beginning that is edited before it is saved. */
export interface SeriesTemplate {
  readonly title: string
  /** What it is for, in a sentence. */
  readonly words: string
  readonly fields: Partial<SeriesFields>
  /** Days from today to the last day of the series. */
  readonly days: number
}

export const seriesTemplates: Readonly<Record<string, SeriesTemplate>> = {
  welcome: {
    title: 'Welcome',
    words: '10 % off for new customers: one code each, for 30 days from the day it is given out.',
    days: 365,
    fields: {
      description: 'Welcome: 10 % off',
      discountCode: 'WELCOME10',
      discountType: 'PERC',
      discountValue: '10',
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: '30',
      tags: 'welcome',
      smsTemplate: 'Welcome! 10 % off your next purchase, for 30 days: {{voucher}}',
    },
  },
  birthday: {
    title: 'Birthday',
    words: '15 % off in the two weeks around a birthday: one code per customer and year.',
    days: 730,
    fields: {
      description: 'Birthday: 15 % off',
      discountCode: 'BIRTHDAY15',
      discountType: 'PERC',
      discountValue: '15',
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: '14',
      isMultipleVouchersPerUserAllowed: true,
      tags: 'birthday',
      smsTemplate: 'Happy birthday! 15 % off with {{voucher}}',
    },
  },
  promotion: {
    title: 'Promotion code',
    words: 'One code for everybody, such as SPRING20: 20 % off, once per customer, for a month.',
    days: 30,
    fields: {
      description: 'Spring: 20 % off',
      discountCode: 'SPRING20',
      discountType: 'PERC',
      discountValue: '20',
      clientHandlingType: 'GENERIC',
      genericCode: 'SPRING20',
      anyUser: true,
      isMultipleUseAllowed: true,
      maxRedemptionsInSeriesPerUser: '1',
      tags: 'promotion',
      smsTemplate: '20 % off with {{voucher}}',
    },
  },
  goodwill: {
    title: 'Goodwill',
    words: 'A voucher that customer care gives after a complaint: an amount off, for 90 days.',
    days: 730,
    fields: {
      description: 'Goodwill voucher',
      discountCode: 'GOODWILL',
      discountType: 'ABS',
      discountValue: '100',
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: '90',
      isMultipleVouchersPerUserAllowed: true,
      tags: 'care',
      smsTemplate: 'With our apologies: {{voucher}}',
    },
  },
  printed: {
    title: 'Printed vouchers',
    words: 'Codes made beforehand for print or for a partner: whoever has one uses it once.',
    days: 180,
    fields: {
      description: 'Printed vouchers',
      discountCode: 'PRINTED',
      discountType: 'ABS',
      discountValue: '50',
      clientHandlingType: 'DISC_CODE_PIN',
      anyUser: true,
      randomCodeLength: '12',
      tags: 'print',
    },
  },
}

/** @param today YYYY-MM-DD in the organisation's time zone. */
export function fieldsOfTemplate({ fields, days }: SeriesTemplate, today: string): SeriesFields {
  const last = new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000)
  return { ...newFields, ...fields, validTillDate: last.toISOString().slice(0, 10) }
}
