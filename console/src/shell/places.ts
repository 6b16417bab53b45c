import {
  BadgeCheck,
  ChartLine,
  Hourglass,
  KeyRound,
  ListChecks,
  ReceiptText,
  ScrollText,
  Settings,
  ShieldCheck,
  Store,
  Ticket,
  Users,
  UserRoundSearch,
  Webhook,
  type LucideIcon,
} from 'lucide-react'
import type { useMay } from '../api/session.tsx'

interface Place {
  readonly to: string
  readonly label: string
  readonly icon: LucideIcon
  readonly isShown: (may: ReturnType<typeof useMay>) => boolean
}

/** Care and campaign staff read settings only as part of their work; the settings pages are for administrators. */
const administers = (may: ReturnType<typeof useMay>): boolean => may('organisation', 'write') || may('audit')

/** The entries of the navigation. */
export const places: readonly { readonly title: string; readonly places: readonly Place[] }[] = [
  {
    title: 'Care',
    places: [
      { to: '/customers', label: 'Customers', icon: UserRoundSearch, isShown: (may) => may('customer') },
      { to: '/check', label: 'Check a coupon', icon: BadgeCheck, isShown: (may) => may('coupon') },
      {
        to: '/bills',
        label: 'Bills',
        icon: ReceiptText,
        isShown: (may) => may('coupon') && may('client'),
      },
      { to: '/holds', label: 'Holds', icon: Hourglass, isShown: (may) => may('coupon') },
    ],
  },
  {
    title: 'Campaigns',
    places: [
      {
        to: '/overview',
        label: 'Overview',
        icon: ChartLine,
        isShown: (may) => may('campaign', 'write') || may('audit'),
      },
      { to: '/series', label: 'Series', icon: Ticket, isShown: (may) => may('campaign') },
      { to: '/jobs', label: 'Jobs', icon: ListChecks, isShown: (may) => may('upload') },
    ],
  },
  {
    title: 'Administration',
    places: [
      { to: '/stores', label: 'Stores and tills', icon: Store, isShown: administers },
      { to: '/clients', label: 'Clients', icon: KeyRound, isShown: administers },
      { to: '/access-groups', label: 'Access groups', icon: ShieldCheck, isShown: administers },
      { to: '/webhooks', label: 'Webhooks', icon: Webhook, isShown: (may) => may('webhook') },
      { to: '/users', label: 'People', icon: Users, isShown: (may) => may('user') },
      { to: '/settings', label: 'Settings', icon: Settings, isShown: administers },
      { to: '/audit', label: 'Audit log', icon: ScrollText, isShown: (may) => may('audit') },
    ],
  },
]

export const homeOf = (may: ReturnType<typeof useMay>): string =>
  may('customer') ? '/customers' : may('campaign') ? '/overview' : '/account'
