/** Of the time at most one part in so many is spent on reading again. */
const parts = 30

/**
 * How often something is read again while somebody looks: at an interval, and less often where reading takes long, as it
 * does where millions of codes are counted. @param leastMs between two reads.
 */
export function pace(leastMs: number) {
  let tookMs = 0
  return {
    /** A read whose time is taken. */
    timed:
      <Context, Data>(read: (context: Context) => Promise<Data>) =>
      async (context: Context): Promise<Data> => {
        const beganAtMs = performance.now()
        const data = await read(context)
        tookMs = performance.now() - beganAtMs
        return data
      },
    refetchInterval: (): number => Math.max(leastMs, Math.round(tookMs * parts)),
  }
}
