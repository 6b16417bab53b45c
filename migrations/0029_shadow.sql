-- Shadow mode: what this server and the service that it is to replace have answered differently.

create table shadow_counts (
  org_id bigint not null,
  call text not null,
  outcome text not null,
  reason text not null,
  requests bigint not null,
  last_at timestamptz not null,
  constraint shadow_counts__pkey primary key (org_id, call, outcome, reason),
  constraint shadow_counts__outcome check (outcome in ('equal', 'different', 'stale', 'skipped'))
);
comment on table shadow_counts is 'How many requests shadow mode has worked on, by call and outcome.';
comment on column shadow_counts.org_id is 'The organisation; 0: the caller is not known here.';
comment on column shadow_counts.call is 'Method and path of the call, with :names in the place of ids.';
comment on column shadow_counts.outcome is 'equal or different: compared; stale: the ledger does not have the state that the other service judged; skipped: not compared.';
comment on column shadow_counts.reason is 'Why a request was stale or skipped; empty for the others.';
comment on column shadow_counts.requests is 'Number of requests.';
comment on column shadow_counts.last_at is 'When the last of them was counted. Deleted SHADOW_KEPT_DAYS later.';

create table shadow_differences (
  org_id bigint not null,
  call text not null,
  field text not null,
  theirs text not null,
  ours text not null,
  requests bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  examples jsonb not null,
  constraint shadow_differences__pkey primary key (org_id, call, field, theirs, ours),
  constraint shadow_differences__examples check (jsonb_typeof(examples) = 'array')
);
comment on table shadow_differences is 'Differences between the answers of this server and of the service at UPSTREAM_URL, at most 1000 an organisation.';
comment on column shadow_differences.org_id is 'The organisation.';
comment on column shadow_differences.call is 'Method and path of the call, with :names in the place of ids.';
comment on column shadow_differences.field is 'Path of the field in the answer, [] for the items of a list; verdict: whether a coupon was accepted or why not.';
comment on column shadow_differences.theirs is 'A code, true, false, null or absent; value: any other value. Never personal data.';
comment on column shadow_differences.ours is 'The same of this server.';
comment on column shadow_differences.requests is 'Number of requests with the difference.';
comment on column shadow_differences.first_at is 'When it was seen first.';
comment on column shadow_differences.last_at is 'When it was seen last. Deleted SHADOW_KEPT_DAYS later.';
comment on column shadow_differences.examples is 'Up to three examples: instant, the values of both, and the codes. Whatever may be personal data is a keyed hash. Emptied when a person of the organisation is erased.';

create table shadow_changes (
  org_id bigint not null,
  kind text not null,
  id bigint not null,
  changed_at timestamptz not null,
  constraint shadow_changes__pkey primary key (org_id, kind, id),
  constraint shadow_changes__kind check (kind in ('all', 'customer', 'coupon'))
);
comment on table shadow_changes is 'What the other service has changed and this ledger has not learned: comparisons about it would find differences that say no more than that.';
comment on column shadow_changes.org_id is 'The organisation.';
comment on column shadow_changes.kind is 'customer or coupon; all: a write that could not be read, so that anything may have changed.';
comment on column shadow_changes.id is 'The customer or the coupon; 0 for all.';
comment on column shadow_changes.changed_at is 'When the answer to the last write ended. Deleted when a history of the customer that began later was learned, or by counterfoil shadow clear.';
