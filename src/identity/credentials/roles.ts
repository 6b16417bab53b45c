import type { Permissions } from '../../values/caller.ts'

export const roles = ['care', 'campaign', 'admin', 'auditor'] as const
export type Role = (typeof roles)[number]

/** Permissions of people, by role. `docs/users.md` describes them. */
export const permissionsOfRole: Readonly<Record<Role, Permissions>> = {
  care: {
    customer: 'write',
    coupon: 'write',
    series: 'read',
    organisation: 'read',
    webhook: 'none',
    campaign: 'read',
    upload: 'none',
    bulkRevoke: 'none',
    export: 'none',
    client: 'read',
    user: 'none',
    audit: 'none',
  },
  campaign: {
    customer: 'none',
    coupon: 'read',
    series: 'write',
    organisation: 'read',
    webhook: 'none',
    campaign: 'write',
    upload: 'write',
    bulkRevoke: 'none',
    export: 'read',
    client: 'read',
    user: 'none',
    audit: 'none',
  },
  admin: {
    customer: 'write',
    coupon: 'write',
    series: 'write',
    organisation: 'write',
    webhook: 'write',
    campaign: 'write',
    upload: 'write',
    bulkRevoke: 'write',
    export: 'read',
    client: 'write',
    user: 'write',
    audit: 'read',
  },
  auditor: {
    customer: 'read',
    coupon: 'read',
    series: 'read',
    organisation: 'read',
    webhook: 'read',
    campaign: 'read',
    upload: 'read',
    bulkRevoke: 'read',
    export: 'read',
    client: 'read',
    user: 'read',
    audit: 'read',
  },
}
