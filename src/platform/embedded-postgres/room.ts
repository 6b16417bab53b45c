import { statfs } from 'node:fs/promises'

/** With less free space than this, PostgreSQL can hardly create another segment of its log. */
const leastRoomBytes = 32 * 1024 ** 2

export async function hasNoRoom(dataDir: string): Promise<boolean> {
  const room = await statfs(dataDir).catch(() => undefined)
  return room !== undefined && room.bavail * room.bsize < leastRoomBytes
}

/** The disk is full, or the account's quota on it is used up. */
export const isOutOfRoom = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
