import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { loadDemo } from '../../src/operate/demo/load-demo.ts'
import type { Context } from '../../src/ledger/context.ts'
import { cleanUpLater } from '../../test/support/clean-up.ts'
import { basic, createTestContext, createTestServer } from '../../test/support/harness.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Screenshots of every page, made by each run; ignored by git. */
export const pictures = join(root, 'console', 'test', 'pictures')

export const laptop = { width: 1366, height: 768 }
export const tablet = { width: 820, height: 1180 }
/** The customer of the demo, and a coupon of hers that works. */
export const demoCustomer = { id: 565039504, name: 'Asha Menon', mobile: '919400488244' }
export const customerPage = `/console/customers/${demoCustomer.id}`
export const demoCoupons = ['RXYEDPREM3BRTF7U', '2VNGQ9Y3DWVBHBE9'] as const

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The browser of the machine: `CHROMIUM`, else what is on the path. */
function findChromium(): string {
  const given = process.env['CHROMIUM']
  // The shell draws the same and has no windows to draw, so it is faster.
  const names = [
    'chromium-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
  ]
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [
    ...(given ? [given] : names.flatMap((name) => directories.map((directory) => join(directory, name)))),
    ...(given ? [] : ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']),
  ]
  const found = candidates.find(isExecutable)
  if (found === undefined)
    throw new Error(
      'The tests of the console need Chromium: run "apt-get install chromium-headless-shell", or set CHROMIUM to the path of one',
    )
  return found
}

export interface Console {
  readonly context: Context
  readonly url: string
  readonly browser: Browser
  /** A page of a browser of its own, at the sign-in or signed in. */
  readonly open: (
    who: 'care' | 'campaign' | 'admin' | 'auditor' | null,
    options?: BrowserContextOptions,
  ) => Promise<Page>
  /** What went wrong in pages: what a script threw and what the policy refused. */
  readonly faults: string[]
}

/** The demo served on a port, and a browser in front of it. */
export async function startConsole(): Promise<Console> {
  const executablePath = findChromium()
  const build = spawnSync(process.execPath, ['bin/counterfoil.js', '--build-only'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (build.status !== 0) throw new Error('the build failed')
  const context = await createTestContext()
  await loadDemo(context)
  const app = await createTestServer(context)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  cleanUpLater(() => browser.close())
  const faults: string[] = []
  const open: Console['open'] = async (who, options = {}) => {
    const opened = await browser.newContext({ baseURL: url, viewport: laptop, ...options })
    opened.setDefaultTimeout(20_000)
    const page = await opened.newPage()
    page.on('pageerror', ({ message }) => faults.push(message))
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) faults.push(message.text())
    })
    if (who !== null) {
      // The session of a browser is its cookie; the form has a test of its own.
      await opened.request.post('/admin/v1/session', {
        headers: { 'x-counterfoil-console': '1' },
        data: { email: `${who}@example.com`, password: 'demo' },
      })
    }
    return page
  }
  return { context, url, browser, open, faults }
}

/** A call as a till makes it. @throws when it fails. */
export async function tillCall<Answer>(
  { url }: Console,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: basic('demo.till', 'demo'), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Answer
}

/** Another series of the demo. @returns its id. */
export async function createSeries(site: Console, description: string, kind: string): Promise<number> {
  const { id } = await tillCall<{ id: number }>(site, 'POST', '/v2/coupon/series', {
    CouponSeriesV2: {
      description,
      discountCode: 'UPLOAD',
      discountType: 'ABS',
      discountValue: 1,
      validTillDate: '2099-12-31',
      anyUser: false,
      clientHandlingType: kind,
      expiryStrategyType: 'SERIES_EXPIRY',
      isMultipleVouchersPerUserAllowed: true,
      smsTemplate: '{{voucher}}',
    },
  })
  return id
}
