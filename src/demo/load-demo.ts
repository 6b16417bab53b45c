import type { Context } from '../context.ts'
export async function loadDemo(_context: Context): Promise<boolean> {
  return false
}
