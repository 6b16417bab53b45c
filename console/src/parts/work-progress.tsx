import { Group, Progress } from '@mantine/core'
import { count } from './format.ts'

interface WorkProgressProps {
  readonly done: number
  readonly total: number
  /** The unit of progress: "rows read". */
  readonly of: string
}

/** Progress of a background job. */
export function WorkProgress({ done, total, of }: WorkProgressProps) {
  const percent = Math.floor((done / Math.max(1, total)) * 100)
  return (
    <Group gap={8} mt={4} wrap="nowrap" className="second numbers">
      <Progress w={96} size="sm" value={percent} aria-label={`${count(done)} of ${count(total)} ${of}`} />
      {percent} %
    </Group>
  )
}
