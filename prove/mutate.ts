import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../scripts/bundle.js'
import { Findings } from './findings.ts'
import { mutations, type Mutation } from './mutations.ts'
import { round, withCluster, type RunSettings } from './run.ts'

const copied = ['src', 'migrations', 'package.json', 'tsconfig.json']
/** Several times the time that is needed to detect each broken guard. */
const noticeWithinMs = 45_000
const requestsPerRound = 400
const playMs = 4_000
/** Without a lock every batch may deadlock, and more clients would only wait longer. */
const maxClients = 24
const serverFails = 'a server does not fail'

/** Builds a copy of the package with one guard broken. @throws if a text to replace does not occur exactly once. */
async function buildMutant(root: string, folder: string, { edits }: Mutation): Promise<void> {
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of edits) {
    const path = join(folder, file)
    const parts = readFileSync(path, 'utf8').split(from)
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, not once: ${from}`)
    writeFileSync(path, parts.join(to))
  }
  if (!(await bundle(folder))) throw new Error('the broken copy cannot be built')
}

/** How a broken guard was detected; undefined: it was not. */
function describeCatch(findings: Findings): string | undefined {
  const [first] = findings.violations
  if (first === undefined) return undefined
  const rules = new Set(findings.violations.map(({ rule }) => rule).filter((rule) => rule !== serverFails))
  return rules.size > 0
    ? `noticed: ${[...rules].slice(0, 3).join('; ')}`
    : 'refused by the database (500): the ledger stayed right'
}

async function proveMutation(settings: RunSettings, mutation: Mutation): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-mutant-'))
  try {
    await buildMutant(settings.root, folder, mutation)
    const findings = new Findings()
    const quiet = { ...settings, root: folder, log: () => {} }
    await withCluster(quiet, findings, async (cluster, random) => {
      const giveUpAt = Date.now() + noticeWithinMs
      const { focus, kill } = mutation
      while (findings.violationCount === 0 && Date.now() < giveUpAt) {
        const requests = kill === undefined ? requestsPerRound : Infinity
        const fire = { playMs, maxClients, isUnderFire: kill !== undefined, ...(kill && { onlyKill: kill }) }
        await round(cluster, random, findings, quiet.log, { focus, part: mutation.name, requests, ...fire })
      }
    })
    return describeCatch(findings)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Breaks one guard after the other and expects the proof to detect each. @returns whether it did. */
export async function proveMutations(settings: RunSettings, only: string | undefined): Promise<boolean> {
  const chosen = mutations.filter(({ name }) => only === undefined || name.includes(only))
  settings.log(`Breaking ${chosen.length} guards, one at a time; seed ${settings.seed}\n`)
  let noticed = 0
  for (const mutation of chosen) {
    const startedAtMs = Date.now()
    const how = await proveMutation(settings, mutation)
    if (how !== undefined) noticed += 1
    const tookS = ((Date.now() - startedAtMs) / 1_000).toFixed(0)
    settings.log(
      `${how === undefined ? 'MISSED' : 'ok    '}  ${mutation.name}\n            ${how ?? 'nothing was noticed'} (${tookS} s)`,
    )
  }
  settings.log(`\nVerdict: ${noticed} of ${chosen.length} broken guards were noticed.`)
  return chosen.length > 0 && noticed === chosen.length
}
