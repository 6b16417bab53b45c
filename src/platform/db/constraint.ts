/** True if the database rejected a row because of the named constraint or unique index. */
export function isConstraint(error: unknown, name: string): boolean {
  return (error as { constraint?: unknown } | null)?.constraint === name
}
