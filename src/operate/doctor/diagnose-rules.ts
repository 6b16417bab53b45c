import type { Facts, Finding } from './facts.ts'

const ok = (what: string): Finding => ({ verdict: 'ok', what, advice: '' })
const warning = (what: string, advice: string): Finding => ({ verdict: 'warning', what, advice })
const fault = (what: string, advice: string): Finding => ({ verdict: 'fault', what, advice })

/** PostgreSQL settings with a required value: the finding for another value, and the advice. */
const required: readonly (readonly [name: string, value: string, otherwise: string, advice?: string])[] = [
  ['fsync', 'on', 'what was acknowledged can be lost, and the database broken, when power fails'],
  ['full_page_writes', 'on', 'a crash in the middle of a write can break a page'],
  ['synchronous_commit', 'on', 'the last redemptions that were acknowledged can be lost in a crash'],
  ['autovacuum', 'on', 'tables swell until they are slow'],
  ['default_transaction_read_only', 'off', 'every change is refused'],
  ['default_transaction_isolation', 'read committed', 'statements would not see what a lock has waited for'],
  [
    'server_encoding',
    'UTF8',
    'names and codes cannot be kept',
    'Dump the database and restore it into one that was created with encoding UTF8: it cannot be changed.',
  ],
]
/** Stricter values are accepted too. */
const alsoRight: Readonly<Record<string, readonly string[]>> = {
  synchronous_commit: ['remote_write', 'remote_apply', 'local'],
}

const maxTransactionAge = 1_000_000_000
const maxOpenS = 300
const maxChainLagS = 300

/** Judges the facts. Pure. */
export function diagnose(facts: Facts): Finding[] {
  return [
    ...migrations(facts),
    ...durability(facts),
    ...rights(facts),
    ...connections(facts),
    ...clock(facts),
    ...upkeep(facts),
    ...jobs(facts),
    ...keys(facts),
    ...collisions(facts),
    ...retries(facts),
    ...proxies(facts),
    ...publicCredentials(facts),
    ...codes(facts),
    ...chains(facts),
  ]
}

function migrations(facts: Facts): Finding[] {
  const { pendingMigrations: pending, unknownMigrations: unknown, breakingMigrations: breaking } = facts
  if (breaking.length > 0 || (unknown.length > 0 && pending.length > 0))
    return [
      fault(
        `This version cannot work with a schema of a later one: ${(breaking.length > 0 ? breaking : unknown).join(', ')}`,
        'Run that later version, or restore the backup from before the upgrade.',
      ),
    ]
  if (unknown.length > 0)
    return [
      warning(
        `The schema is of a later version, and this version can work with it: ${unknown.join(', ')}`,
        'This is normal during an upgrade; then run one version only.',
      ),
    ]
  return pending.length > 0
    ? [
        warning(
          `Migrations to apply: ${pending.join(', ')}`,
          'Run npx counterfoil migrate, or start the server.',
        ),
      ]
    : [ok('All migrations are applied')]
}

function durability({ settings, isStandby, isSuperuser, isEmbedded }: Facts): Finding[] {
  const version = settings['server_version'] ?? 'unknown'
  const found = required.flatMap(([name, value, otherwise, advice = `Set ${name} = ${value}.`]) => {
    const is = settings[name] ?? 'unknown'
    return is === value || alsoRight[name]?.includes(is) === true
      ? []
      : [fault(`${name} is ${is}: ${otherwise}`, advice)]
  })
  if (isStandby)
    found.push(
      fault('The database is a standby: it cannot be written to', 'Point DATABASE_URL at the primary.'),
    )
  if (settings['data_checksums'] === 'off')
    found.push(
      warning(
        'Pages have no checksums: a failing disk is noticed late',
        'Stop PostgreSQL and run pg_checksums --enable.',
      ),
    )
  if (!isEmbedded && isSuperuser)
    found.push(
      warning(
        'The server signs in to PostgreSQL as a superuser',
        'Create a role for it, as deploy/postgres-roles.sh does.',
      ),
    )
  return found.length === 0 ? [ok(`PostgreSQL ${version} keeps what it acknowledges`)] : found
}

function rights({ deniedRelations: denied }: Facts): Finding[] {
  const named = denied.slice(0, 3).join(', ')
  const more = denied.length > 3 ? ` and ${denied.length - 3} more` : ''
  return denied.length === 0
    ? []
    : [
        fault(
          `The role of the server may not read and change ${named}${more}`,
          'The migrations were applied by another role than the owner: grant the rights, as deploy/postgres-roles.sh does.',
        ),
      ]
}

function connections({
  settings,
  connectionsTaken,
  databaseConnections,
  connectionsBeside,
}: Facts): Finding[] {
  const most =
    Number(settings['max_connections'] ?? 0) - Number(settings['superuser_reserved_connections'] ?? 0)
  const wanted = databaseConnections + connectionsBeside
  const what = `${connectionsTaken} of ${most} connections are in use; a server uses up to ${wanted}`
  return most - connectionsTaken < wanted
    ? [warning(what, 'Raise max_connections, or lower DATABASE_CONNECTIONS.')]
    : [ok(what)]
}

function clock({ clockOffsetMs }: Facts): Finding[] {
  const what = `The clocks of server and database differ by ${(Math.abs(clockOffsetMs) / 1000).toFixed(1)} s`
  const advice =
    'Synchronise both with a time server. Rules use the clock of the database; tokens use that of the server.'
  if (Math.abs(clockOffsetMs) > 60_000) return [fault(what, advice)]
  return Math.abs(clockOffsetMs) > 1_000 ? [warning(what, advice)] : [ok(what)]
}

function upkeep(facts: Facts): Finding[] {
  const { invalidIndexes, oldestTransactionS, preparedTransactions, transactionAge } = facts
  const found: Finding[] = []
  if (invalidIndexes.length > 0)
    found.push(
      fault(
        `Indexes that are not valid: ${invalidIndexes.join(', ')}`,
        'REINDEX INDEX CONCURRENTLY each: without it a limit may not hold. DROP INDEX those that end in _ccnew or _ccold, which an earlier attempt has left.',
      ),
    )
  if ((oldestTransactionS ?? 0) > maxOpenS)
    found.push(
      warning(
        `A transaction has been open for ${Math.round((oldestTransactionS ?? 0) / 60)} minutes: PostgreSQL cannot clean up meanwhile`,
        'Look for it in pg_stat_activity (xact_start); a backup or an export may take that long.',
      ),
    )
  if (preparedTransactions > 0)
    found.push(
      warning(
        `${preparedTransactions} prepared transactions hold locks; Counterfoil does not use any`,
        'Find them in pg_prepared_xacts, and commit them or roll them back.',
      ),
    )
  if (facts.isArchiveFailing)
    found.push(
      fault(
        'The write-ahead log cannot be archived: it fills the disk, and recent changes cannot be restored',
        'The log of PostgreSQL says why; the archive must exist, have room, and belong to the account of PostgreSQL.',
      ),
    )
  if (transactionAge > maxTransactionAge)
    found.push(
      fault(
        `${transactionAge} transactions since the last freeze: PostgreSQL stops at two thousand million`,
        'Run VACUUM (FREEZE), and find what keeps autovacuum from it.',
      ),
    )
  return found.length === 0 ? [ok('Indexes are valid, nothing holds up the clean-up')] : found
}

function keys({ missingKeys: missing, readableSecrets, hasSecretKeys }: Facts): Finding[] {
  const found: Finding[] = []
  if (missing.length > 0)
    found.push(
      warning(
        `SECRET_KEYS lacks keys that secrets are encrypted with: ${missing.join(', ')}`,
        'Run doctor with the settings of the servers. If they lack the keys too, those webhooks send nothing: add the keys, or rotate the secrets with overlapHours 0 and set the headers again. Clients get new access tokens automatically.',
      ),
    )
  if (!hasSecretKeys)
    found.push(
      warning(
        'SECRET_KEYS is not set: secrets of webhooks and keys of access tokens are stored unencrypted, in backups too',
        'Set SECRET_KEYS to the output of openssl rand -base64 32 for every server, and keep it apart from backups.',
      ),
    )
  else if (readableSecrets > 0)
    found.push(
      warning(
        `${readableSecrets} secrets are not encrypted yet: a server encrypts them when all servers hold the same key`,
        'Give every server the same SECRET_KEYS, and stop servers of the previous release. If no server is running, start one.',
      ),
    )
  return found
}

function proxies({ unlistedProxies: unlisted }: Facts): Finding[] {
  return unlisted.length === 0
    ? []
    : [
        warning(
          `Requests come through a proxy that TRUSTED_PROXIES does not list (${unlisted.join(', ')}): all callers behind it share one address`,
          'If it is your proxy, add it to TRUSTED_PROXIES of every server: otherwise one caller can use up the limits of all callers.',
        ),
      ]
}

function collisions({ collisions: found }: Facts): Finding[] {
  return found.map(({ orgId, customers, customerIds }) => {
    const more = customers > customerIds.length ? ` and ${customers - customerIds.length} more` : ''
    return warning(
      `Organisation ${orgId}: ${customers} customers have an identifier that another customer has in another spelling: ${customerIds.join(', ')}${more}`,
      'Look-ups by it find the other customer. If both are the same person, remove it from one of them (changeIdentifier); see docs/operations.md.',
    )
  })
}

/** Both choices are valid, so the setting is reported without judgement. */
function retries({ retries: organisations }: Facts): Finding[] {
  return organisations.map(({ orgId, name, areReplayed }) =>
    ok(
      areReplayed
        ? `Organisation ${orgId} "${name}" answers a repeated sale with its first redemption`
        : `Organisation ${orgId} "${name}" refuses a repeated sale (replaysTillRetries is off): retries need an Idempotency-Key`,
    ),
  )
}

function publicCredentials({ publicLogins: logins, isLoopback, isProxied }: Facts): Finding[] {
  if (logins.length === 0) return []
  const what = `The published credentials of the demo work: ${logins.join(', ')}`
  const close = 'npx counterfoil demo close revokes them.'
  if (!isLoopback) return [fault(`${what}; the server refuses to start on this HOST`, close)]
  return isProxied
    ? [warning(`${what}, and according to TRUSTED_PROXIES a proxy makes them reachable`, close)]
    : [ok(`${what}, on a loopback address only`)]
}

function jobs({ failedBatches, failedUploads }: Facts): Finding[] {
  const found: Finding[] = []
  if (failedBatches > 0)
    found.push(
      warning(
        `${failedBatches} batches of codes have failed`,
        'GET /admin/v1/code-batches/{id} says why; void them and generate new ones.',
      ),
    )
  if (failedUploads > 0)
    found.push(warning(`${failedUploads} uploads have failed`, 'The log says why; upload the file again.'))
  return found
}

function codes({ renamedCodes }: Facts): Finding[] {
  return renamedCodes === 0
    ? []
    : [
        warning(
          `${renamedCodes} coupons got another code when codes were first compared by Unicode`,
          'The table renamed_codes lists them: tell their holders, then delete the rows. See "Codes that became equal" in docs/operations.md.',
        ),
      ]
}

function chains({ chains: states }: Facts): Finding[] {
  return states.map(({ orgId, name, position, lastEventId, endsInLink, waiting, lagS }) => {
    const chain = `The chain of events of ${orgId} ${name}`
    if (!endsInLink)
      return fault(
        `${chain} does not end in its last link: somebody changed one of them`,
        `npx counterfoil audit --chain --org ${orgId} says what is left of it.`,
      )
    const end =
      position === 0 ? `${chain} is empty` : `${chain} ends at position ${position}, event ${lastEventId}`
    const behind = `${end}; ${waiting}${waiting === 10_000 ? ' or more' : ''} events are not linked yet`
    return lagS > maxChainLagS
      ? warning(
          `${behind}, the oldest for ${Math.round(lagS / 60)} minutes: a change of them would leave no trace`,
          'A running server links them: start one. If one is running, look in its log for "events could not be chained", and for a transaction that has been open for long.',
        )
      : ok(waiting === 0 ? end : behind)
  })
}
