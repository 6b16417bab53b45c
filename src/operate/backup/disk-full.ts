import { OperatorError } from '../../values/errors.ts'

/** Returns the error, or a one-sentence error if a disk or a disk quota is full. */
export function orDiskFull(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new OperatorError(`The disk of ${path} is full (${code}); what was written there is removed again`)
    : error
}
