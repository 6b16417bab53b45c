/** Why standard output takes no more; undefined: it does. */
let failure: NodeJS.ErrnoException | undefined

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  failure ??= error
})
// There is nowhere left to say it.
process.stderr.on('error', () => {})

export const outputFailure = (): NodeJS.ErrnoException | undefined => failure
