import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { jobsQuery } from '../../api/admin-queries.ts'
import type { Job } from '../../api/types.ts'
import { count, plural, useFormats } from '../../parts/format.ts'
import { Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, PageHead, Panel, State, type Tone } from '../../parts/states.tsx'
import { WorkProgress } from '../../parts/work-progress.tsx'

const kinds: Readonly<Record<string, string>> = {
  'codes-upload': 'Codes and customers',
  'redemptions-upload': 'Redemptions',
  'code-batch': 'Batch of codes',
}
const states: Readonly<Record<string, readonly [string, Tone]>> = {
  queued: ['Waits', 'warn'],
  running: ['Being read', 'warn'],
  making: ['Being made', 'warn'],
  voiding: ['Being voided', 'warn'],
  done: ['Done', 'good'],
  voided: ['Voided', 'quiet'],
  cancelled: ['Cancelled', 'quiet'],
  failed: ['Failed', 'bad'],
}

/** Background jobs of the servers. */
export default function Jobs() {
  const jobs = useQuery({
    ...jobsQuery,
    refetchInterval: ({ state }) => ((state.data?.open.length ?? 0) > 0 ? 1_000 : 5_000),
  })
  return (
    <div className="page">
      <PageHead
        title="Jobs"
        lead="Uploaded files and batches of codes, of all series. They continue in the background."
      />
      {jobs.isPending ? (
        <Loading rows={6} />
      ) : jobs.isError ? (
        <Failed error={jobs.error} retry={() => void jobs.refetch()} />
      ) : (
        <>
          <JobsPanel title="Under way" jobs={jobs.data.open} empty="No job is waiting or in progress." />
          <JobsPanel title="Ended last" jobs={jobs.data.ended} empty="There has been none yet." />
        </>
      )}
    </div>
  )
}

function JobsPanel({ title, jobs, empty }: { title: string; jobs: readonly Job[]; empty: string }) {
  return (
    <Panel title={title}>
      {jobs.length === 0 ? (
        <Empty title="None">{empty}</Empty>
      ) : (
        <Table label={title} heads={['What', 'Series', 'State', ['Done', 'right'], 'Began']}>
          {jobs.map((job) => (
            <JobRow key={`${job.kind} ${job.id}`} job={job} />
          ))}
        </Table>
      )}
    </Panel>
  )
}

function JobRow({ job }: { job: Job }) {
  const formats = useFormats()
  const { kind, fileName, seriesId, seriesCode, seriesDescription, state, total, done, refused } = job
  const [words, tone] = states[state] ?? [state, 'quiet']
  return (
    <tr>
      <td>
        {kinds[kind] ?? kind}
        {fileName !== null && <div className="second break">{fileName}</div>}
      </td>
      <td>
        <Link className="row-link" href={`/series/${seriesId}`}>
          {seriesDescription}
        </Link>
        <div className="second">{seriesCode}</div>
      </td>
      <td>
        <State tone={state === 'done' && refused > 0 ? 'warn' : tone}>{words}</State>
        {job.endedAt === null && state !== 'queued' && <WorkProgress done={done} total={total} of="done" />}
      </td>
      <td className="right">
        {count(done)}
        {done !== total && <div className="second">of {count(total)}</div>}
        {refused > 0 && <div className="second">{plural(refused, 'row')} refused</div>}
      </td>
      <td>
        {formats.time(job.createdAt)}
        {job.endedAt !== null && <div className="second">ended {formats.time(job.endedAt)}</div>}
      </td>
    </tr>
  )
}
