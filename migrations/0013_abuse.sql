-- Keeping abuse out: where tills sign in, limits of single tills and clients, failed look-ups of codes, and how much of
-- their quotas callers have used lately.

create table till_addresses (
  org_id bigint not null,
  till_id bigint not null,
  network text not null,
  last_seen_at timestamptz not null,
  constraint till_addresses__pkey primary key (org_id, till_id, network),
  constraint till_addresses__till_id foreign key (org_id, till_id) references tills
);
create index till_addresses__last_seen_at on till_addresses (last_seen_at);
comment on table till_addresses is 'Where a till has signed in: there it does not wait for what others try with its code or from its address. Rows are deleted a year after it was seen there last.';
comment on column till_addresses.org_id is 'The organisation.';
comment on column till_addresses.till_id is 'The till.';
comment on column till_addresses.network is 'Its IPv4 address, or the first half of its IPv6 address.';
comment on column till_addresses.last_seen_at is 'When it signed in from there with its password, to within a week.';

comment on table sign_in_attempts is 'Failed attempts to sign in, counted by login, by address and by both, whether there is such a login or not. Of no organisation: none is known yet. Rows are deleted a day after the last failure.';
comment on column sign_in_attempts.bucket is 'SHA-256 of what is counted: nobody''s login or address stands here.';
comment on column sign_in_attempts.blocked_until is 'Attempts before this are refused without a look at the credentials; null: none is.';

alter table tills
  add column limits jsonb,
  add constraint tills__limits check (jsonb_typeof(limits) = 'object');
alter table clients
  add column limits jsonb,
  add constraint clients__limits check (jsonb_typeof(limits) = 'object');
comment on column tills.limits is 'Limits of its own: readsPerMinute, writesPerMinute, bulkPerMinute, adminPerMinute, failedLookupsPerHour. What is not there, and null: as the server is configured. 0: none.';
comment on column clients.limits is 'Limits of its own, as with tills.';

-- Not logged: it says what happened in the last minutes, and is written every second. After a crash it is empty.
create unlogged table request_levels (
  bucket bytea not null,
  level double precision not null,
  per_second double precision not null,
  changed_at timestamptz not null,
  constraint request_levels__pkey primary key (bucket)
) with (fillfactor = 50);
create index request_levels__changed_at on request_levels (changed_at);
comment on table request_levels is 'Requests of callers and addresses that use much of their quota, put together from all processes. Of no organisation: addresses belong to none.';
comment on column request_levels.bucket is 'SHA-256 of who asks for what kind of thing.';
comment on column request_levels.level is 'How much of the quota was used up at changed_at.';
comment on column request_levels.per_second is 'How much of it comes back in a second.';
comment on column request_levels.changed_at is 'When, by the clock of the database.';

create unlogged table failed_lookups (
  org_id bigint not null,
  kind text not null,
  subject text not null,
  level double precision not null,
  per_second double precision not null,
  changed_at timestamptz not null,
  failed_at timestamptz not null,
  noticed_at timestamptz,
  constraint failed_lookups__pkey primary key (org_id, kind, subject),
  constraint failed_lookups__kind check (kind in ('till', 'client', 'user', 'address', 'series'))
) with (fillfactor = 50);
create index failed_lookups__changed_at on failed_lookups (changed_at);
comment on table failed_lookups is 'Codes that were asked for in vain, put together from all processes. Rows are deleted a day after the last change.';
comment on column failed_lookups.org_id is 'The organisation.';
comment on column failed_lookups.kind is 'What they are counted by: till, client, user, address or series.';
comment on column failed_lookups.subject is 'Its id; of an address the IPv4 address, or the first half of the IPv6 address.';
comment on column failed_lookups.level is 'How many stood against it at changed_at.';
comment on column failed_lookups.per_second is 'How many are forgotten in a second.';
comment on column failed_lookups.changed_at is 'When, by the clock of the database.';
comment on column failed_lookups.failed_at is 'When the last of them came.';
comment on column failed_lookups.noticed_at is 'When it was last told of by an event and in the audit log; null: it was not.';

-- Not validated: what is there meets the narrower rules that it was written under.
alter table events
  drop constraint events__kind,
  add constraint events__kind check (kind in (
    'issued', 'redeemed', 'reversed', 'revoked', 'expiry-changed', 'expiring-soon', 'limit-near', 'guessing-noticed',
    'test')) not valid,
  drop constraint events__coupon_id,
  add constraint events__coupon_id check ((coupon_id is null) = (kind in ('limit-near', 'guessing-noticed', 'test'))) not valid;
comment on column events.kind is 'issued, redeemed, reversed, revoked, expiry-changed, expiring-soon, limit-near, guessing-noticed or test.';
comment on column events.coupon_id is 'The coupon; null where the event is about a series or about none (limit-near, guessing-noticed, test).';
