import { OperatorError } from '../../values/errors.ts'

/** An error as it is, or a sentence when a disk, or what an account may use of it, is full. */
export function orDiskFull(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new OperatorError(`The disk of ${path} is full (${code}); what was written there is removed again`)
    : error
}
