import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from './http.ts'

/** All running servers, so that an interrupted proof leaves none behind. */
const running = new Set<ChildProcess>()

/** Asks every server to stop; the last one stops its database. */
export function stopAllServers(): void {
  for (const child of running) child.kill('SIGTERM')
}

const readyTimeoutMs = 60_000
const stopTimeoutMs = 20_000
const socketsPerServer = 200

/** One server process, restarted on the same port after it was killed. */
export class ServerProcess {
  readonly name: string
  readonly http: HttpClient
  readonly #port: number
  readonly #root: string
  readonly #env: NodeJS.ProcessEnv
  readonly #logFile: string
  #child: ChildProcess | undefined
  #isExpectedToEnd = false
  #hasServed = false
  /** Called when it exits unexpectedly. `hasServed`: it had been ready before. */
  onUnexpectedEnd: (reason: string, hasServed: boolean) => void = () => {}

  constructor(name: string, port: number, root: string, folder: string, env: NodeJS.ProcessEnv) {
    this.name = name
    this.#port = port
    this.#root = root
    this.#logFile = join(folder, `${name}.log`)
    this.#env = {
      ...process.env,
      ...env,
      PORT: String(port),
      LOG_LEVEL: 'error',
      COUNTERFOIL_DEMO: '0',
      // A refused request races with nothing.
      MAX_WAIT_MS: '600000',
    }
    this.http = new HttpClient(port, socketsPerServer)
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  start(): void {
    const log = openSync(this.#logFile, 'a')
    const child = spawn(process.execPath, [join(this.#root, 'dist', 'cli', 'main.js'), 'serve'], {
      env: this.#env,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.#isExpectedToEnd = false
    this.#hasServed = false
    this.#child = child
    running.add(child)
    child.once('exit', (code, signal) => {
      running.delete(child)
      if (this.#isExpectedToEnd || this.#child !== child) return
      this.onUnexpectedEnd(
        `${this.name} ended by itself (${signal ?? code}): ${this.lastWords()}`,
        this.#hasServed,
      )
    })
    void this.waitReady()
  }

  async waitReady(): Promise<boolean> {
    const giveUpAt = Date.now() + readyTimeoutMs
    while (Date.now() < giveUpAt && this.isRunning) {
      const request = { method: 'GET', path: '/ready', headers: {}, body: undefined }
      const answer = await this.http.send(request).catch(() => undefined)
      if (answer?.status === 200) {
        this.#hasServed = true
        return true
      }
      await sleep(50)
    }
    return false
  }

  kill(): void {
    this.#isExpectedToEnd = true
    this.#child?.kill('SIGKILL')
  }

  /** Asks it to stop; kills it if it does not. */
  async stop(): Promise<void> {
    this.http.close()
    if (!this.isRunning) return
    this.#isExpectedToEnd = true
    this.#child?.kill('SIGTERM')
    const giveUpAt = Date.now() + stopTimeoutMs
    while (this.isRunning && Date.now() < giveUpAt) await sleep(20)
    if (this.isRunning) this.kill()
  }

  get port(): number {
    return this.#port
  }

  lastWords(): string {
    // A process may end after its folder has been removed.
    if (!existsSync(this.#logFile)) return ''
    const text = readFileSync(this.#logFile, 'utf8')
    const lines = text.trim().split('\n')
    return (lines.findLast((line) => /error|fatal|throw/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 600)
  }
}
