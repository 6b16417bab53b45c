import { benchChain } from './chain/chain.ts'
import { benchConsole } from './console/console.ts'
import { benchContract } from './contract/contract.ts'
import { benchGenerate } from './generate/generate.ts'
import { benchFiles } from './files/files.ts'
import { benchHistory } from './history/history.ts'
import { benchOverload } from './overload/overload.ts'
import { benchRestart } from './restart/restart.ts'
import { benchScale } from './scale/scale.ts'
import { benchSoak } from './soak/soak.ts'
import { readOptions, type BenchOptions } from './options.ts'
import { benchWrites } from './writes/writes.ts'

/** Each prints its figures, and resolves to false if an answer was wrong. */
const benches: Record<string, (options: BenchOptions) => Promise<boolean>> = {
  history: benchHistory,
  contract: benchContract,
  console: benchConsole,
  redeem: (options) => benchWrites('redeem', options),
  hot: (options) => benchWrites('hot', options),
  issue: (options) => benchWrites('issue', options),
  hold: (options) => benchWrites('hold', options),
  generate: benchGenerate,
  import: (options) => benchFiles('import', options),
  export: (options) => benchFiles('export', options),
  chain: benchChain,
  restart: benchRestart,
  scale: benchScale,
  soak: benchSoak,
  overload: benchOverload,
}

const usage = `npm run bench -- NAME [--json FILE] [--scale full|small] [--seconds N] [--runs N] [--rows N]
NAME is one of ${Object.keys(benches).join(', ')}`

async function main([name = '', ...args]: string[]): Promise<number> {
  const bench = benches[name]
  if (bench === undefined) {
    process.stderr.write(`${usage}\n`)
    return 2
  }
  return (await bench(readOptions(args))) ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
}
