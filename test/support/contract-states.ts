import type { State } from './contract-shop.ts'
import { changeStates } from './contract-states-change.ts'
import { customerStates, seriesStates } from './contract-states-customers.ts'
import { issueStates, multipleStates, redeemStates } from './contract-states-issue.ts'
import { readStates } from './contract-states-read.ts'

/** The preconditions by file and name of the example. */
export const states: Readonly<Record<string, State>> = {
  ...issueStates,
  ...Object.fromEntries(
    Object.entries(multipleStates).map(([name, state]) => [`issue-multiple: ${name}`, state]),
  ),
  ...redeemStates,
  ...changeStates,
  ...readStates,
  ...seriesStates,
  ...customerStates,
}
