/** At most this fraction of the time (one in `parts`) is spent re-reading. */
const parts = 30

/**
 * How often data is re-read while it is visible: at an interval, and less often if reading takes long, as when millions
 * of codes are counted. @param leastMs between two reads.
 */
export function pace(leastMs: number) {
  let tookMs = 0
  return {
    /** Measures the duration of a read. */
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
