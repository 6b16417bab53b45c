import type { Command } from 'commander'
import { eraseCustomer } from '../operate/erase-customer.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { readId } from './arguments.ts'
import { print, withDatabase } from './run.ts'

/** `customer`: operations on one customer. */
export function addCustomerCommands(program: Command): void {
  const customer = program.command('customer').description('customers of an organisation')
  customer
    .command('erase')
    .description('erase a person for good; coupons and redemptions keep the id of the customer')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--id <id>', 'which customer', readId)
    .option('--json', 'print JSON')
    .action(async ({ org: named, id, json }: { org: string; id: number; json?: boolean }) => {
      const { identifiers, answers } = await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, named)
        return eraseCustomer(queries, orgId, id)
      })
      print(json, { id, identifiersErased: identifiers, storedAnswersErased: answers }, [
        `Erased customer ${id}: ${identifiers} identifiers, and the content of ${answers} stored answers`,
      ])
    })
}
