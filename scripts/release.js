// Makes the files of a release: the packages of the server and of the client, a list of the software in the server's package
// (CycloneDX), and the checksums of all of them. `node scripts/release.js [FOLDER]` (./release), from a clean checkout whose
// CHANGELOG has the version; with --trial from any.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const args = process.argv.slice(2)
const isTrial = args.includes('--trial')
const folder = resolve(args.find((arg) => !arg.startsWith('-')) ?? join(root, 'release'))

const runWith = (stderr, command, ...rest) =>
  execFileSync(command, rest, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', stderr],
  })
const run = (command, ...rest) => runWith('inherit', command, ...rest)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

function refuse(reason) {
  process.stderr.write(`release: ${reason}\n`)
  process.exit(1)
}

/** Every other place that states the version, by its path. */
function statedVersions() {
  const lock = readJson(join(root, 'package-lock.json'))
  const chart = readFileSync(join(root, 'deploy', 'helm', 'Chart.yaml'), 'utf8')
  return {
    'packages/client/package.json': readJson(join(root, 'packages', 'client', 'package.json')).version,
    'package-lock.json': lock.version === lock.packages[''].version ? lock.version : undefined,
    'version of deploy/helm/Chart.yaml': /^version: (\S+)$/m.exec(chart)?.[1],
    'appVersion of deploy/helm/Chart.yaml': /^appVersion: (\S+)$/m.exec(chart)?.[1],
  }
}

/** @returns the version, after checking that everything agrees on it. */
function checkVersion() {
  const { version } = readJson(join(root, 'package.json'))
  for (const [path, stated] of Object.entries(statedVersions()))
    if (stated !== version) refuse(`${path} has version ${stated}, package.json ${version}`)
  if (isTrial) return version
  const sections = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').matchAll(/^## (\S+) - \d{4}-\d\d-\d\d$/gm)
  if (![...sections].some(([, section]) => section === version))
    refuse(`CHANGELOG.md has no section "## ${version} - YYYY-MM-DD"`)
  if (run('git', 'status', '--porcelain') !== '') refuse('the checkout has uncommitted changes')
  return version
}

/** Packs what is in a folder. @returns the name of the file. */
function pack(source) {
  const packed = run('npm', 'pack', source, '--json', '--ignore-scripts', '--pack-destination', folder)
  // A list before npm 12, an object by name since.
  return Object.values(JSON.parse(packed))[0].filename
}

/** The packages that source maps in a folder mention, as `name@version`. */
function bundledIn(directory) {
  const found = new Set()
  for (const name of readdirSync(directory, { recursive: true })) {
    if (!name.endsWith('.map')) continue
    const map = join(directory, name)
    for (const source of readJson(map).sources) {
      const inside = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(dirname(map), source))
      if (inside !== null) found.add(idOf(inside[0]))
    }
  }
  return [...found]
}

function idOf(packageFolder) {
  const { name, version } = readJson(join(packageFolder, 'package.json'))
  return `${name}@${version}`
}

/** The console and the guide are served without source maps, so they are built once more with them. */
function bundledInPages(program, ...options) {
  const outDir = mkdtempSync(join(tmpdir(), 'counterfoil-release-'))
  try {
    const builder = join(root, 'node_modules', program, 'bin', `${program}.js`)
    // What docs/.vitepress/config.js has in place of an option.
    process.env.GUIDE_SOURCE_MAPS = '1'
    // VitePress warns of every page that its source map is inexact; an error shows what was said.
    runWith('pipe', process.execPath, builder, 'build', ...options, '--outDir', outDir)
    // Sources are named relative to the place of the map.
    const assets = join(outDir, 'assets')
    return bundledIn(assets)
  } finally {
    rmSync(outDir, { recursive: true })
  }
}

const componentsOf = (...options) =>
  JSON.parse(run('npm', 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...options))

/**
 * What the package contains or fetches: the libraries that are bundled into it, which are development dependencies, and its
 * dependencies. Tools of the development are left out.
 */
function billOfMaterials() {
  const all = componentsOf()
  const installed = componentsOf('--omit', 'dev').components.map((one) => one['bom-ref'])
  const bundled = [
    ...bundledIn(join(root, 'dist', 'cli')),
    ...bundledInPages('vite', 'console', '--sourcemap', '--logLevel', 'error'),
    ...bundledInPages('vitepress', 'docs'),
  ]
  const kept = new Set([...installed, ...bundled])
  const components = all.components.filter((one) => kept.has(one['bom-ref']))
  const known = new Set(components.map((one) => one['bom-ref']))
  const unknown = bundled.filter((id) => !known.has(id))
  if (unknown.length > 0) refuse(`npm does not know what is bundled: ${unknown.join(', ')}`)
  const own = all.metadata.component['bom-ref']
  const dependencies = all.dependencies
    .filter(({ ref }) => ref === own || known.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) }))
  return { ...all, components, dependencies }
}

const version = checkVersion()
mkdirSync(folder, { recursive: true })
// A trial leaves a build alone that is up to date: a server, or a test beside this one, may be reading it.
run(process.execPath, join(root, 'scripts', 'build.js'), ...(isTrial ? ['--stale'] : []))
run('npm', 'run', 'build:client', '--silent')
const bill = `counterfoil-${version}.cdx.json`
const files = [pack('.'), pack('./packages/client'), bill]
writeFileSync(join(folder, bill), `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`)
const sums = files.map((file) => {
  const sum = createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex')
  return `${sum}  ${basename(file)}\n`
})
writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))
process.stdout.write([...files, 'SHA256SUMS'].map((file) => `${join(folder, file)}\n`).join(''))
