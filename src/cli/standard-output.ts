/** Why writing to standard output failed; undefined: it works. */
let failure: NodeJS.ErrnoException | undefined

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  failure ??= error
})
// There is no stream left to report it.
process.stderr.on('error', () => {})

export const outputFailure = (): NodeJS.ErrnoException | undefined => failure
