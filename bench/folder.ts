import { resolve } from 'node:path'

/** The folder of a bench's database: below `BENCH_DATA_DIR`, else `bench/.data`. */
export const folderOf = (bench = ''): string =>
  resolve(process.env['BENCH_DATA_DIR'] || new URL('.data', import.meta.url).pathname, bench)

/** Reports progress on stderr; stdout has the figures. */
export const say = (line: string): boolean => process.stderr.write(`${line}\n`)
