import { Check, Minus, X } from 'lucide-react'
import type { ExplainedRule, Place, Seen } from '../api/types.ts'
import type { Formats } from './format.ts'
import { useFormats } from './format.ts'
import { useStores } from './store-select.tsx'
import { VisuallyHidden } from '@mantine/core'
import { ruleNames } from './words.ts'

const weekdays = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const listOf = (values: Seen | undefined, name: (value: number) => string = String): string =>
  Array.isArray(values) ? values.map((value: number) => name(value)).join(', ') : 'any'

const limitOf = (value: Seen | undefined): string =>
  value === null || value === undefined ? 'no limit' : `limit ${String(value)}`
const timesOf = (value: Seen | undefined): string => `${String(value ?? 0)} used`
/** Uses that checkouts hold, beside those that took place. */
const heldOf = ({ held }: ExplainedRule['seen']): string =>
  held === undefined ? '' : `, ${String(held)} held`

/** The values that a rule inspected, in words. */
export function ruleWords({ name, seen }: ExplainedRule, formats: Formats, stores: readonly Place[]): string {
  const time = (value: Seen | undefined): string =>
    typeof value === 'string' ? formats.time(value) : 'at once'
  const money = (value: Seen | undefined): string =>
    typeof value === 'number' ? formats.money(value) : 'any'
  const store = (id: number): string => stores.find((one) => one.id === id)?.name ?? 'an unknown store'
  switch (name) {
    case 'notRevoked':
      return seen['isRevoked'] ? 'Revoked' : 'Not revoked'
    case 'seriesNotExpired':
    case 'couponNotExpired':
      return `Until ${time(seen['validUntil'])}`
    case 'seriesNotStopped':
    case 'seriesNotPaused':
      return seen['haltedAt'] ? `Since ${time(seen['haltedAt'])}: ${String(seen['reason'])}` : ''
    case 'begun':
      return seen['redeemableFrom'] ? `From ${time(seen['redeemableFrom'])}` : 'From the first moment'
    case 'ownCoupon':
      return seen['holderId'] === null
        ? 'Nobody holds it'
        : seen['holderId'] === seen['customerId']
          ? 'This customer holds it'
          : 'Another customer holds it'
    case 'customerNotBlocked':
      return seen['isBlocked'] ? 'Blocked' : 'Not blocked'
    case 'registrationWindow': {
      const from = seen['registeredFrom'] && `from ${time(seen['registeredFrom'])}`
      const to = seen['registeredTo'] && `until ${time(seen['registeredTo'])}`
      const allowed = [from, to].filter(Boolean).join(' ')
      return allowed === ''
        ? 'Registered at any time'
        : `Registered ${time(seen['registeredAt'])}; allowed ${allowed}`
    }
    case 'place': {
      if (!Array.isArray(seen['allowedStoreIds'])) {
        return Array.isArray(seen['allowedTillIds']) ? 'Certain tills only' : 'Any store'
      }
      const at = typeof seen['storeId'] === 'number' ? `${store(seen['storeId'])}; ` : ''
      return `${at}allowed: ${listOf(seen['allowedStoreIds'], store) || 'nowhere'}`
    }
    case 'billAmount': {
      const [min, max] = [seen['min'], seen['max']]
      if (min === null && max === null) return 'Any amount'
      const bounds =
        max === null
          ? `${money(min)} or more`
          : min === null
            ? `at most ${money(max)}`
            : `${money(min)} to ${money(max)}`
      return typeof seen['billAmount'] === 'number'
        ? `Bill of ${money(seen['billAmount'])}; allowed ${bounds}`
        : `Allowed ${bounds}`
    }
    case 'dayAndHour': {
      const { allowedDaysOfMonth: days, allowedDaysOfWeek: week, allowedHours: hours } = seen
      if (!days && !week && !hours) return 'Any day and hour'
      const parts = [
        week && `on ${listOf(week, (day) => weekdays[day] ?? '')}`,
        days && `on days ${listOf(days)} of the month`,
        hours && `from ${listOf(hours, (hour) => `${hour}:00`)}`,
      ]
      return `${weekdays[Number(seen['dayOfWeek'])] ?? ''} ${String(seen['dayOfMonth'])}., ${String(seen['hour'])}:00; allowed ${parts.filter(Boolean).join(', ')}`
    }
    case 'transactionNumber':
      return seen['transactionNumber'] ? `Bill ${String(seen['transactionNumber'])}` : 'No bill number'
    case 'singleUse':
    case 'seriesLimit':
      return `${timesOf(seen['redeemed'])}${heldOf(seen)}, ${limitOf(seen['limit'])}`
    case 'oncePerCustomer':
      return `${timesOf(seen['redeemedByCustomer'])}${heldOf(seen)} by the customer, ${limitOf(seen['limit'])}`
    case 'couponLimit':
      return `${timesOf(seen['redeemed'])}${heldOf(seen)}, ${limitOf(seen['limit'] ?? seen['ownLimit'])}`
    case 'customerLimit':
      return `${timesOf(seen['redeemedInSeries'])}${heldOf(seen)}, ${limitOf(seen['limit'])}`
    case 'periodUses':
    case 'customerPeriodUses':
      return `${timesOf(seen['used'])}${heldOf(seen)}, ${limitOf(seen['limit'])}`
    case 'budget':
    case 'customerBudget':
    case 'periodBudget': {
      if (typeof seen['limit'] !== 'number') return 'No budget'
      const held = seen['held'] === undefined ? '' : `, ${money(seen['held'])} held`
      return `${money(seen['given'])} given${held}, limit ${money(seen['limit'])}`
    }
    case 'gap':
      return seen['minDays'] === null || seen['minDays'] === undefined
        ? 'No gap required'
        : `${String(seen['minDays'])} days; ${seen['lastRedeemedAt'] ? `last ${time(seen['lastRedeemedAt'])}` : 'none yet'}`
    default:
      return ''
  }
}

const icons = { pass: Check, fail: X, notApplicable: Minus }
const verdicts = { pass: 'Passes:', fail: 'Fails:', notApplicable: 'Does not apply:' }

/** All rules of a redemption, with inspected values and verdicts. */
export function Rules({ rules }: { rules: readonly ExplainedRule[] }) {
  const formats = useFormats()
  const stores = useStores()
  return (
    <ul className="rules">
      {rules.map((rule) => {
        const Icon = icons[rule.verdict]
        return (
          <li key={rule.name} data-verdict={rule.verdict}>
            <Icon size={16} aria-hidden />
            <span>
              <VisuallyHidden>{verdicts[rule.verdict]} </VisuallyHidden>
              {ruleNames[rule.name] ?? rule.name}
            </span>
            <span className="numbers">
              {rule.verdict === 'notApplicable' && Object.keys(rule.seen).length === 0
                ? 'Not asked'
                : ruleWords(rule, formats, stores)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
