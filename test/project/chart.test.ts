import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { settings } from '../../src/platform/settings.ts'

const chart = fileURLToPath(new URL('../../deploy/helm', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'counterfoil-chart-'))
afterAll(() => rmSync(scratch, { recursive: true }))
beforeAll(() => {
  if (spawnSync('helm', ['version']).status !== 0)
    throw new Error('the tests of the chart need Helm 3 or 4 as "helm" in the PATH; .ci/run installs it')
})

type Node = Record<string, unknown>
interface Manifest extends Node {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> }
}

const kinds = {
  'apps/v1 Deployment': Deployment,
  'batch/v1 Job': Job,
  'monitoring.coreos.com/v1 ServiceMonitor': ServiceMonitor,
  'networking.k8s.io/v1 Ingress': Ingress,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'v1 Service': Service,
}

const least = {
  image: { repository: 'images.example.com/counterfoil' },
  database: { server: { secret: 'server-url', key: 'url' }, owner: { secret: 'owner-url', key: 'url' } },
}
const everything = {
  ...least,
  nameOverride: 'coupons',
  replicas: 5,
  image: { ...least.image, digest: `sha256:${'a'.repeat(64)}`, pullSecrets: ['registry'] },
  secretKeys: { secret: 'keys', key: 'SECRET_KEYS' },
  settings: { LOG_LEVEL: 'warn', UPLOAD_TIMEOUT_MS: 86_400_000, TRUSTED_PROXIES: '10.0.0.0/8' },
  drain: { delayMs: 20_500, timeoutMs: 40_000 },
  extraEnv: [{ name: 'WEBHOOK_KEYS', valueFrom: { secretKeyRef: { name: 'keys', key: 'former' } } }],
  service: { type: 'LoadBalancer', port: 8080, annotations: { 'example.com/zone': 'inner' } },
  ingress: { enabled: true, className: 'nginx', host: 'coupons.example.com', tlsSecret: 'certificate' },
  serviceMonitor: {
    enabled: true,
    labels: { release: 'prometheus' },
    token: { secret: 'metrics', key: 'METRICS_TOKEN' },
  },
  podDisruptionBudget: { maxUnavailable: '40%' },
  serviceAccountName: 'coupons',
  podAnnotations: { 'example.com/team': 'loyalty' },
  podLabels: { team: 'loyalty' },
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'shop', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
  ],
}

/** The values that docs/kubernetes.md shows. */
const documented = parse(
  /```yaml[^\n]*\n\s+# values\.yaml\n(.*?)```/s.exec(
    readFileSync(new URL('../../docs/kubernetes.md', import.meta.url), 'utf8'),
  )?.[1] ?? '',
) as object

function helm(command: readonly string[], values: object) {
  const file = join(scratch, 'values.json')
  writeFileSync(file, JSON.stringify(values))
  const { status, stdout, stderr } = spawnSync('helm', [...command, chart, '--values', file], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

function render(values: object): Manifest[] {
  const { status, stdout, stderr } = helm(['template', 'shop'], values)
  expect([status, stderr]).toEqual([0, ''])
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest)
}

/**
 * Wraps a manifest so that it is known which of its fields the validator looks at: it passes over those that its schema does not
 * have, such as mistyped ones.
 */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => {
    const at = `${path}/${key}`
    unread.add(at)
    return [key, { at, child: watched(child, at, unread) }] as const
  })
  const copy: object = Array.isArray(value) ? [] : {}
  for (const [key, { at, child }] of entries)
    Object.defineProperty(copy, key, {
      enumerable: true,
      get() {
        unread.delete(at)
        return child
      },
    })
  return copy
}

/** What is wrong with a manifest by the schema of Kubernetes, unknown fields included. */
function faultsOf(manifest: Manifest): string[] {
  const kind = kinds[`${String(manifest['apiVersion'])} ${manifest.kind}` as keyof typeof kinds]
  const unread = new Set<string>()
  try {
    kind.prototype.validate.call(watched(manifest, '', unread) as never)
  } catch (error) {
    return [(error as Error).message]
  }
  return [...unread].map((path) => `${path} is unknown`)
}

const only = (manifests: readonly Manifest[], kind: string): Manifest => {
  const found = manifests.filter((one) => one.kind === kind)
  expect(found.length, kind).toBe(1)
  return found[0] as Manifest
}
const pick = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, key) => (node as Node | undefined)?.[key], value)

test('the check of manifests finds mistyped fields and wrong types', () => {
  const deployment = only(render(least), 'Deployment')
  const spec = deployment['spec'] as Node
  expect(faultsOf({ ...deployment, spec: { ...spec, replcas: 2 } })).toEqual(['/spec/replcas is unknown'])
  expect(faultsOf({ ...deployment, spec: { ...spec, replicas: '2' } })[0]).toContain('must be integer')
})

test.each([
  ['least', least, ['Deployment', 'Job', 'PodDisruptionBudget', 'Service']],
  ['all', everything, ['Deployment', 'Ingress', 'Job', 'PodDisruptionBudget', 'Service', 'ServiceMonitor']],
  [
    'the documented',
    documented,
    ['Deployment', 'Ingress', 'Job', 'PodDisruptionBudget', 'Service', 'ServiceMonitor'],
  ],
  [
    'no migration',
    { ...least, migrate: { enabled: false } },
    ['Deployment', 'PodDisruptionBudget', 'Service'],
  ],
])('with %s values, helm lint has nothing to say and every manifest is valid', (_, values, expected) => {
  const { status, stdout } = helm(['lint', '--strict'], values)
  expect([status, stdout]).toEqual([0, expect.stringContaining('1 chart(s) linted, 0 chart(s) failed')])
  const manifests = render(values)
  expect(manifests.map(({ kind }) => kind).sort()).toEqual(expected)
  expect(manifests.flatMap(faultsOf)).toEqual([])
})

test('servers ask /ready, restart by /health alone, drain before they are killed, and are found by their service', () => {
  const manifests = render(everything)
  const deployment = only(manifests, 'Deployment')
  const pod = pick(deployment, 'spec.template')
  const server = pick(pod, 'spec.containers.0')
  expect(pick(deployment, 'spec.replicas')).toBe(5)
  expect(pick(deployment, 'spec.strategy.rollingUpdate')).toEqual({ maxSurge: 1, maxUnavailable: 0 })
  expect(pick(server, 'readinessProbe.httpGet')).toEqual({ path: '/ready', port: 'http' })
  for (const probe of ['livenessProbe', 'startupProbe'])
    expect(pick(server, `${probe}.httpGet`)).toEqual({ path: '/health', port: 'http' })
  expect(pick(pod, 'spec.terminationGracePeriodSeconds')).toBeGreaterThan(20.5 + 40)
  expect(pick(server, 'securityContext')).toMatchObject({
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
  })
  const labels = pick(pod, 'metadata.labels')
  for (const path of ['Service:spec.selector', 'PodDisruptionBudget:spec.selector.matchLabels'] as const) {
    const [kind = '', at = ''] = path.split(':')
    expect(labels).toMatchObject(pick(only(manifests, kind), at) as object)
    // The pods of the migration are no servers.
    expect(pick(only(manifests, 'Job'), 'spec.template.metadata.labels')).not.toMatchObject(
      pick(only(manifests, kind), at) as object,
    )
  }
  const service = pick(only(manifests, 'Service'), 'metadata.labels')
  expect(service).toMatchObject(
    pick(only(manifests, 'ServiceMonitor'), 'spec.selector.matchLabels') as object,
  )
})

test('the migration runs before servers, as the owner of the schema, and servers run without its rights', () => {
  const manifests = render(everything)
  const urlOf = (kind: string): unknown =>
    (pick(only(manifests, kind), 'spec.template.spec.containers.0.env') as Node[]).find(
      ({ name }) => name === 'DATABASE_URL',
    )
  const job = only(manifests, 'Job')
  expect(job.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' })
  expect(pick(job, 'spec.template.spec.containers.0.args')).toEqual(['migrate'])
  const reference = (name: string) => ({ valueFrom: { secretKeyRef: { name, key: 'url' } } })
  expect(urlOf('Job')).toMatchObject(reference('owner-url'))
  expect(urlOf('Deployment')).toMatchObject(reference('server-url'))
  expect(pick(only(manifests, 'Deployment'), 'spec.template.spec.containers.0.args')).toEqual(['serve'])
})

test('the environment has settings of the server, numbers as they are written, and secrets by reference alone', () => {
  const env = pick(only(render(everything), 'Deployment'), 'spec.template.spec.containers.0.env') as {
    name: string
    value?: string
  }[]
  const known = new Set(settings.map(({ name }) => name))
  expect(env.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([])
  expect(new Set(env.map(({ name }) => name)).size).toBe(env.length)
  expect(env.find(({ name }) => name === 'UPLOAD_TIMEOUT_MS')).toEqual({
    name: 'UPLOAD_TIMEOUT_MS',
    value: '86400000',
  })
  for (const name of ['DATABASE_URL', 'SECRET_KEYS', 'METRICS_TOKEN', 'WEBHOOK_KEYS'])
    expect(env.find((one) => one.name === name)).toMatchObject({ name, valueFrom: { secretKeyRef: {} } })
})

test.each([
  ['no image', { ...least, image: {} }, 'image.repository'],
  ['no database', { ...least, database: { owner: least.database.owner } }, 'database.server.secret'],
  ['no owner', { ...least, database: { server: least.database.server } }, 'database.owner.secret'],
  ['a mistyped value', { ...least, replcas: 3 }, 'replcas'],
  [
    'a password among the settings',
    { ...least, settings: { DATABASE_URL: 'postgresql://' } },
    'DATABASE_URL',
  ],
  ['an ingress without a host', { ...least, ingress: { enabled: true } }, 'ingress.host'],
])('%s is refused with the name of the value', (_, values, named) => {
  const { status, stderr } = helm(['template', 'shop'], values)
  expect([status, stderr]).toEqual([1, expect.stringContaining(named)])
})
