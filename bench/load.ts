import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadJob, LoadResult } from './http-load.ts'

/** CPU used in the timed part, by name; undefined: unknown on this system. */
export type CpuReadings = Readonly<Record<string, () => Promise<number | undefined>>>

export interface Run<Result> {
  readonly result: Result
  readonly cpuUs: Record<string, number | undefined>
}

async function readAll(readings: CpuReadings): Promise<Record<string, number | undefined>> {
  const values = await Promise.all(Object.entries(readings).map(async ([name, read]) => [name, await read()]))
  return Object.fromEntries(values) as Record<string, number | undefined>
}

/** Runs a job in a separate process and reads the CPU of others at the beginning and end of its timed part. */
export async function inProcess<Result>(
  module: string,
  job: object,
  readings: CpuReadings,
): Promise<Run<Result>> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)))
  try {
    return await new Promise<Run<Result>>((resolve, reject) => {
      let before: Promise<Record<string, number | undefined>>
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`${module} ended with ${code}`)))
      child.on('message', (message: 'warm' | { result: Result } | { error: string }) => {
        if (message === 'warm') before = readAll(readings)
        else if ('error' in message) reject(new Error(`${module}: ${message.error}`))
        else {
          Promise.all([before, readAll(readings)]).then(([from, to]) => {
            const used = Object.keys(readings).map((name) => [name, difference(from[name], to[name])])
            resolve({ result: message.result, cpuUs: Object.fromEntries(used) as Record<string, number> })
          }, reject)
        }
      })
      child.send(job)
    })
  } finally {
    child.removeAllListeners()
    child.kill()
  }
}

function difference(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from
}

export function runLoad(job: LoadJob, readings: CpuReadings): Promise<Run<LoadResult>> {
  return inProcess('./http-load.ts', job, readings)
}

export type { LoadJob, LoadResult }
