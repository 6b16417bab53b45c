import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

interface Metric {
  readonly type: string
  readonly labels: ReadonlySet<string>
}

/** The metrics of a running server, by the names that queries use. Prometheus itself adds `job` and `instance`. */
async function readMetrics(): Promise<Map<string, Metric>> {
  const { body } = await app.inject({ url: '/metrics' })
  const metrics = new Map<string, Metric>()
  for (const [, name = '', type = ''] of body.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    const own = (context.metrics.registry.getSingleMetric(name) as unknown as { labelNames?: string[] })
      .labelNames
    const labels = new Set(['job', 'instance', ...(own ?? [])])
    const parts = type === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']
    for (const part of parts)
      metrics.set(`${name}${part}`, {
        type,
        labels: part === '_bucket' ? new Set([...labels, 'le']) : labels,
      })
  }
  return metrics
}

/** Every expression of both files, by location. */
const rules = [...read('prometheus-rules.yaml').matchAll(/^ {6}- alert: (\w+)\n {8}expr: (.+)$/gm)].map(
  ([, name = '', expr = '']) => [`rule ${name}`, expr] as const,
)

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { x: number; y: number; w: number; h: number }
  readonly targets?: { readonly expr: string }[]
}
interface Dashboard {
  readonly panels: Panel[]
  readonly templating: { readonly list: { query: string | { query: string } }[] }
}
const dashboard = JSON.parse(read('grafana-dashboard.json')) as Dashboard
const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [`panel ${title}`, expr] as const),
)
const expressions = [...rules, ...panels]

/** Names that stand where a metric does: neither functions nor words of the language, labels nor durations. */
function metricsOf(expr: string): { name: string; matchers: string[] }[] {
  const bare = expr.replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ').replaceAll(/\[[^\]]*\]/g, ' ')
  return [...bare.matchAll(/\b([a-zA-Z_]\w*)\b(?!\s*\()(\{[^}]*\})?|"[^"]*"/g)].flatMap(
    ([, name, matchers = '']) =>
      name === undefined || ['and', 'or', 'unless', 'bool'].includes(name)
        ? []
        : [{ name, matchers: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, one = '']) => one) }],
  )
}

test('both files have expressions, and none is passed over', () => {
  expect(rules.length).toBe(read('prometheus-rules.yaml').match(/- alert:/g)?.length)
  expect(rules.length).toBeGreaterThan(10)
  expect(panels.length).toBeGreaterThan(20)
})

test.each(expressions)('%s asks for nothing that /metrics does not have', async (_, expr) => {
  const metrics = await readMetrics()
  const asked = metricsOf(expr)
  expect(asked.length).toBeGreaterThan(0)
  const grouped = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim()),
  )
  for (const { name, matchers } of asked) {
    // Prometheus makes this one of every target.
    if (name === 'up') continue
    const metric = metrics.get(name)
    expect(metric, `${name} in ${expr}`).toBeDefined()
    for (const label of [...matchers, ...grouped])
      expect([...(metric?.labels ?? [])], `${label} of ${name}`).toContain(label)
    // A counter says something by its rate alone, and a gauge without one.
    const isRate = new RegExp(`\\b(rate|increase)\\(${name}\\b`).test(expr)
    expect(isRate, name).toBe(metric?.type === 'histogram' || metric?.type === 'counter')
  }
})

test('the names of the test are read as they stand', () => {
  expect(
    metricsOf('sum by (le) (rate(one_total{a="x",b!~"y"}[5m])) / two and topk(3, three{c="$d"}) > 0.5'),
  ).toEqual([
    { name: 'one_total', matchers: ['a', 'b'] },
    { name: 'two', matchers: [] },
    { name: 'three', matchers: ['c'] },
  ])
})

test('the dashboard asks for its variables with metrics that there are, and its panels lie beside each other', async () => {
  const metrics = await readMetrics()
  const names = dashboard.templating.list.flatMap(({ query }) =>
    [...JSON.stringify(query).matchAll(/label_values\((\w+),/g)].map(([, name = '']) => name),
  )
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => !metrics.has(name))).toEqual([])
  const ids = dashboard.panels.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24)
})

test('the proxy lets through what the server takes, says who called, and keeps figures to itself', () => {
  const nginx = read('nginx.conf')
  const number = (pattern: RegExp) => Number(pattern.exec(nginx)?.[1])
  const config = readConfig({})
  expect(number(/client_max_body_size (\d+)m;/) * 1024 ** 2).toBeGreaterThan(config.uploadLimitBytes)
  expect(number(/proxy_read_timeout (\d+)s;/) * 1000).toBeGreaterThanOrEqual(config.uploadTimeoutMs)
  // Handed on as the caller sent it, a caller could choose its address, and so whose limits it uses up.
  expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
  expect(nginx).toContain('proxy_set_header X-Forwarded-Proto $scheme;')
  expect(nginx).toContain('location ~ ^/(health|ready|metrics)$ {')
  // With nginx's own 1 two servers that are restarted one after the other count as dead together for ten seconds.
  const servers = [...nginx.matchAll(/^ +server (\S+)(.*);$/gm)]
  expect(servers.map(([, , options]) => options)).toEqual([' max_fails=0'])
})
