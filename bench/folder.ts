import { resolve } from 'node:path'

/** Where a bench keeps its database: below `BENCH_DATA_DIR`, else `bench/.data`. */
export const folderOf = (bench = ''): string =>
  resolve(process.env['BENCH_DATA_DIR'] || new URL('.data', import.meta.url).pathname, bench)

/** Tells on stderr what is being done; stdout has the figures. */
export const say = (line: string): boolean => process.stderr.write(`${line}\n`)
