import { OperatorError } from '../values/errors.ts'

const maxLength = 500

/** The reason of a change, without blanks around it. @throws OperatorError if it is empty or too long. */
export function requireReason(given: string | undefined): string {
  const reason = given?.trim() ?? ''
  if (reason === '' || reason.length > maxLength)
    throw new OperatorError(`--reason needs a text of 1 to ${maxLength} characters`)
  return reason
}
