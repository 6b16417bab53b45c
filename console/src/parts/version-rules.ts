/** Compares what a person wants to save with what another person has saved meanwhile. */

/** A property in two versions, in words. */
export interface VersionRow {
  readonly label: string
  readonly now: string
  readonly mine: string
}

const labels: Readonly<Record<string, string>> = {
  isDisabled: 'Disabled',
  isBlocked: 'Blocked',
  url: 'URL',
  eventNames: 'Events',
  requiresTransactionNumber: 'Every redemption needs a bill number',
  replaysTillRetries: 'A sale that a till sends again gets the first answer',
  couponPrefix: 'Codes begin with',
  couponSuffix: 'Codes end with',
  perCustomer: 'Each customer',
  total: 'In all',
}

/** "maxConnections" → "Max connections" */
export const labelOf = (name: string): string =>
  labels[name] ??
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)

/** A value in words, for a cell. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shownValue).join(', ')
  if (typeof value === 'object')
    return (
      Object.entries(value)
        .filter(([, one]) => one !== null && one !== undefined)
        .map(([name, one]) => `${labelOf(name)}: ${shownValue(one)}`)
        .join('; ') || 'none'
    )
  return typeof value === 'number' || typeof value === 'string' ? String(value) : ''
}

/** Numbers and decimal texts that mean the same are equal: "50" is "50.00". */
function isEqual(now: unknown, mine: unknown): boolean {
  const [one, other] = [shownValue(now), shownValue(mine)]
  const isNumber = (text: string) => /^-?\d+(\.\d+)?$/.test(text)
  return one === other || (isNumber(one) && isNumber(other) && Number(one) === Number(other))
}

/** The sent properties whose current values differ. Passwords and properties without a current value are omitted. */
export function compare(
  sent: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
): VersionRow[] {
  return Object.entries(sent)
    .filter(([name, mine]) => name in current && !isEqual(current[name], mine))
    .map(([name, mine]) => ({
      label: labelOf(name),
      now: shownValue(current[name]),
      mine: shownValue(mine),
    }))
}
