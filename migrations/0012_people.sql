-- People: who signs in with an e-mail address and a password, their sessions, and the log of what is changed by whom.

create sequence users_id_seq as bigint;
create sequence user_sessions_id_seq as bigint;
create sequence audit_log_id_seq as bigint;

create table users (
  org_id bigint not null,
  id bigint not null default nextval('users_id_seq'),
  email text not null,
  name text not null,
  role text not null,
  password_hash text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint users__pkey primary key (org_id, id),
  constraint users__org_id foreign key (org_id) references organisations,
  constraint users__email unique (org_id, email),
  constraint users__email_length check (length(email) between 3 and 320 and email = lower(email)),
  constraint users__name_length check (length(name) between 1 and 200),
  constraint users__role check (role in ('care', 'campaign', 'admin', 'auditor'))
);
comment on table users is 'A person who signs in. Never deleted: the audit log refers to it.';
comment on column users.org_id is 'The organisation.';
comment on column users.id is 'Identity within the organisation.';
comment on column users.email is 'What the person signs in with, in lower case; unique across organisations through logins.';
comment on column users.name is 'What people call the person.';
comment on column users.role is 'care, campaign, admin or auditor: what the person may do.';
comment on column users.password_hash is 'Argon2id of the password.';
comment on column users.disabled_at is 'From then on the person may not sign in and sessions are over; null: may.';
comment on column users.created_at is 'When it was created.';

alter table logins drop constraint logins__kind;
alter table logins add constraint logins__kind check (kind in ('till', 'client', 'user'));
comment on column logins.login is 'Till code, client key or e-mail address of a user; unique per kind across organisations.';
comment on column logins.kind is 'till, client or user.';
comment on column logins.holder_id is 'tills.id, clients.id or users.id in that organisation.';
comment on column idempotency_keys.holder_kind is 'till, client or user.';
comment on column idempotency_keys.holder_id is 'tills.id, clients.id or users.id: keys of different callers do not meet.';

create table user_sessions (
  org_id bigint not null,
  id bigint not null default nextval('user_sessions_id_seq'),
  user_id bigint not null,
  token_hash bytea not null,
  address text not null,
  user_agent text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at timestamptz,
  constraint user_sessions__pkey primary key (org_id, id),
  constraint user_sessions__user_id foreign key (org_id, user_id) references users,
  constraint user_sessions__token_hash unique (org_id, token_hash)
) with (fillfactor = 80);
create index user_sessions__user_id on user_sessions (org_id, user_id, id);
create index user_sessions__created_at on user_sessions (org_id, created_at);
comment on table user_sessions is 'A person who is signed in, in one browser. How long it lasts is a setting.';
comment on column user_sessions.org_id is 'The organisation.';
comment on column user_sessions.id is 'Identity within the organisation.';
comment on column user_sessions.user_id is 'Who.';
comment on column user_sessions.token_hash is 'SHA-256 of the secret in the cookie.';
comment on column user_sessions.address is 'The address it was begun from.';
comment on column user_sessions.user_agent is 'What the browser called itself; may be empty.';
comment on column user_sessions.created_at is 'When it was begun.';
comment on column user_sessions.last_seen_at is 'When it was used last, to within a minute.';
comment on column user_sessions.ended_at is 'When it was ended by somebody; null: it ends by itself.';

create table sign_in_attempts (
  bucket bytea not null,
  failures integer not null,
  last_failed_at timestamptz not null,
  blocked_until timestamptz,
  constraint sign_in_attempts__pkey primary key (bucket)
) with (fillfactor = 50);
create index sign_in_attempts__last_failed_at on sign_in_attempts (last_failed_at);
comment on table sign_in_attempts is 'Failed attempts to sign in, counted by e-mail, by address and by both, whether there is such a person or not. Of no organisation: none is known yet. Rows are deleted a day after the last failure.';
comment on column sign_in_attempts.bucket is 'SHA-256 of what is counted: nobody''s e-mail or address stands here.';
comment on column sign_in_attempts.failures is 'Attempts that failed or are being checked.';
comment on column sign_in_attempts.last_failed_at is 'When the last of them came.';
comment on column sign_in_attempts.blocked_until is 'Attempts before this are refused without a look at the password; null: none is.';

-- A person need not stand in a store.
alter table uploads alter column store_id drop not null;
comment on column uploads.store_id is 'The store that coupons issued by it are attributed to; null: none.';

create table audit_log (
  org_id bigint not null,
  id bigint not null default nextval('audit_log_id_seq'),
  at timestamptz not null default clock_timestamp(),
  actor_kind text not null,
  actor_id bigint,
  action text not null,
  subject_kind text not null,
  subject_id bigint,
  customer_ids bigint[],
  before jsonb,
  after jsonb,
  reason text,
  address text,
  request_id text,
  constraint audit_log__pkey primary key (org_id, id),
  constraint audit_log__org_id foreign key (org_id) references organisations,
  constraint audit_log__actor check (actor_kind in ('user', 'client', 'till') and actor_id is not null
    or actor_kind = 'command-line' and actor_id is null),
  constraint audit_log__reason_length check (length(reason) <= 500)
);
create index audit_log__at on audit_log (org_id, at, id);
create index audit_log__actor_id on audit_log (org_id, actor_kind, actor_id, at, id);
create index audit_log__subject_id on audit_log (org_id, subject_kind, subject_id, at, id);
create index audit_log__action on audit_log (org_id, action, at, id);
create index audit_log__customer_ids on audit_log using gin (customer_ids) where reason is not null;
create index audit_log__request_id on audit_log (org_id, request_id) where reason is not null;
comment on table audit_log is 'What was changed, by whom, when, from what to what, from where and why. Written by triggers in the transaction of the change; never changed or deleted, but that reasons are taken out when a person is erased.';
comment on column audit_log.org_id is 'The organisation.';
comment on column audit_log.id is 'Identity within the organisation, ascending.';
comment on column audit_log.at is 'When, by the clock of the database.';
comment on column audit_log.actor_kind is 'user, client, till, or command-line: whoever is at the database itself.';
comment on column audit_log.actor_id is 'users.id, clients.id or tills.id; null for the command line.';
comment on column audit_log.action is 'What was done, such as series.changed or coupon.redeemed.';
comment on column audit_log.subject_kind is 'What it was done to: the first word of the action.';
comment on column audit_log.subject_id is 'Which one.';
comment on column audit_log.customer_ids is 'Whom it is about: ids, by which the reasons are found when one of them is erased. Null: nobody.';
comment on column audit_log.before is 'Of a change: what was there, of the columns that changed. Null: it was made. Of secrets and personal data only that there was something.';
comment on column audit_log.after is 'What is there now, likewise; null: it was deleted.';
comment on column audit_log.reason is 'Why, as the person entered it; null: not stated, or taken out when a customer was erased.';
comment on column audit_log.address is 'The address that the request came from; null for the command line.';
comment on column audit_log.request_id is 'X-Request-Id of the request; null for the command line.';

create function audit_log_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('counterfoil.erasing', true) = '1'
    and new.reason is null and to_jsonb(new) - 'reason' = to_jsonb(old) - 'reason' then
    return new;
  end if;
  raise exception 'the audit log is not changed' using errcode = 'insufficient_privilege';
end $$;
comment on function audit_log_refuse() is 'Lets nothing of the audit log be changed or deleted but the reasons of an erased customer.';
create trigger audit_log__refuse before update or delete on audit_log for each row execute function audit_log_refuse();
create trigger audit_log__refuse_truncate before truncate on audit_log for each statement execute function audit_log_refuse();

-- Who writes is the setting counterfoil.author of the transaction: {kind, id, address, requestId, reason}. Without it, the
-- command line. What an organisation is made of is recorded whoever changes it. Coupons and customers change in every
-- sale, and their events are the record of it: they are recorded here too when there is an author, which there is for
-- every person and for every call of /admin/v1.
create function audit_write(org_id bigint, action text, subject_id bigint, customer_ids bigint[], before jsonb, after jsonb)
returns void language plpgsql as $$
declare
  author jsonb := coalesce(nullif(current_setting('counterfoil.author', true), ''), '{"kind": "command-line"}')::jsonb;
  reason text := author ->> 'reason';
begin
  if reason is not null and customer_ids is not null then
    -- Waits for an erasure that is under way, and sees then that it has taken place.
    perform from customers c where c.org_id = audit_write.org_id and c.id = any(audit_write.customer_ids)
      order by c.id for key share;
    if exists (select from customers c where c.org_id = audit_write.org_id and c.id = any(audit_write.customer_ids)
      and c.erased_at is not null)
    then
      reason := null;
    end if;
  end if;
  insert into audit_log (org_id, actor_kind, actor_id, action, subject_kind, subject_id, customer_ids, before, after,
    reason, address, request_id)
  values (org_id, author ->> 'kind', (author ->> 'id')::bigint, action, split_part(action, '.', 1), subject_id,
    customer_ids, before, after, reason, author ->> 'address', author ->> 'requestId');
end $$;
comment on function audit_write is 'Writes one row of the audit log in the name of the author of the transaction.';

-- Arguments: the thing; the column of its id; the column that tells whose it is, or ''; columns of which only is kept
-- that there was something; columns that are passed over.
create function audit_row() returns trigger language plpgsql as $$
declare
  thing text := tg_argv[0];
  hidden text[] := tg_argv[3];
  passed text[] := tg_argv[4]::text[] || '{org_id}';
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  is_now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  kept jsonb := coalesce(is_now, was);
  customer bigint := nullif(kept ->> nullif(tg_argv[2], ''), '')::bigint;
  before jsonb;
  after jsonb;
begin
  select jsonb_object_agg(k.key, k.was) filter (where k.was is not null and k.was <> 'null' or tg_op = 'UPDATE'),
    jsonb_object_agg(k.key, k.is_now) filter (where k.is_now is not null and k.is_now <> 'null' or tg_op = 'UPDATE')
  into before, after
  from (
    select key,
      case when key = any(hidden) and was -> key <> 'null' then '"(not kept)"' else was -> key end as was,
      case when key = any(hidden) and is_now -> key <> 'null' then '"(not kept)"' else is_now -> key end as is_now
    from jsonb_object_keys(kept) key
    where key <> all(passed) and (was -> key) is distinct from (is_now -> key)
  ) k;
  if before is not null or after is not null then
    perform audit_write((kept ->> 'org_id')::bigint,
      thing || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.deleted' end,
      (kept ->> tg_argv[1])::bigint, case when customer is not null then array[customer] end,
      case when tg_op <> 'INSERT' then before end, case when tg_op <> 'DELETE' then after end);
  end if;
  return null;
end $$;
comment on function audit_row() is 'Records a change of a row in the audit log: the columns that changed.';

create function audit_event() returns trigger language plpgsql as $$
declare
  coupon record;
  redemption record;
begin
  select c.code, c.series_id, c.customer_id, c.valid_until into coupon
  from coupons c where c.org_id = new.org_id and c.id = new.coupon_id;
  select r.customer_id, r.store_id, r.bill_amount, r.transaction_number into redemption
  from redemptions r where r.org_id = new.org_id and r.id = new.redemption_id;
  perform audit_write(new.org_id, 'coupon.' || new.kind, new.coupon_id,
    nullif(array_remove(array[coupon.customer_id, redemption.customer_id], null), '{}'),
    case new.kind when 'expiry-changed' then jsonb_build_object('valid_until', new.details -> 'validUntilBefore') end,
    jsonb_strip_nulls(jsonb_build_object('code', coupon.code, 'series_id', coupon.series_id,
      'customer_id', coalesce(redemption.customer_id, coupon.customer_id), 'redemption_id', new.redemption_id,
      'store_id', redemption.store_id, 'till_id', new.till_id, 'bill_amount', redemption.bill_amount,
      'transaction_number', nullif(redemption.transaction_number, ''),
      'valid_until', case when new.kind in ('issued', 'expiry-changed') then coupon.valid_until end)));
  return null;
end $$;
comment on function audit_event() is 'Records in the audit log what happened to a coupon.';

create trigger audit after insert or update or delete on organisations for each row
  execute function audit_row('organisation', 'org_id', '', '{}', '{}');
create trigger audit after insert or update or delete on stores for each row
  execute function audit_row('store', 'id', '', '{}', '{id}');
create trigger audit after insert or update or delete on zones for each row
  execute function audit_row('zone', 'id', '', '{}', '{id}');
create trigger audit after insert or update or delete on concepts for each row
  execute function audit_row('concept', 'id', '', '{}', '{id}');
create trigger audit after insert or update or delete on tills for each row
  execute function audit_row('till', 'id', '', '{password_hash}', '{id}');
create trigger audit after insert or update or delete on clients for each row
  execute function audit_row('client', 'id', '', '{secret_hash}', '{id}');
create trigger audit after insert or update or delete on access_groups for each row
  execute function audit_row('access-group', 'id', '', '{}', '{id}');
create trigger audit after insert or update or delete on users for each row
  execute function audit_row('user', 'id', '', '{password_hash}', '{id}');
-- Being seen is no change.
create trigger audit after insert or update of ended_at on user_sessions for each row
  execute function audit_row('session', 'id', '', '{token_hash}', '{id,last_seen_at,address,user_agent}');
create trigger audit after insert or update or delete on series for each row
  execute function audit_row('series', 'id', '', '{}', '{id,version,updated_at}');
create trigger audit after insert on webhooks for each row
  execute function audit_row('webhook', 'id', '', '{secret,headers}',
    '{id,read_up_to_id,failures,created_at,updated_at}');
-- Not of how it fares: how far it was told, what failed, that its receiver stopped it.
create trigger audit_change after update of name, url, kinds, state, secret, headers, max_connections, identifiers
  on webhooks for each row when (new.state <> 'stopped')
  execute function audit_row('webhook', 'id', '', '{secret,former_secret,headers}',
    '{id,stopped_because,read_up_to_id,replay_after_id,replay_up_to_id,replay_since,failures,failing_since,held_until,updated_at}');
-- Not of its counters, which a redemption changes: only statements that set a limit come here.
create trigger audit after update of max_issued, max_redeemed on series_usage for each row
  when (old.max_issued is distinct from new.max_issued or old.max_redeemed is distinct from new.max_redeemed)
  execute function audit_row('series.limits', 'series_id', '', '{}', '{issued,redeemed,last_issued_at,last_redeemed_at}');

create trigger audit after insert or update on code_batches for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('code-batch', 'id', '', '{}',
    '{id,made,voided,voided_up_to_id,first_coupon_id,last_coupon_id,live_codes}');
create trigger audit after insert or update on uploads for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('upload', 'id', '', '{file_name,header}', '{id,file_hash,updated_at}');
create trigger audit after insert or update on customers for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('customer', 'id', 'id', '{first_name,last_name,fields,extended_fields,comm_channels}',
    '{id,updated_at}');
create trigger audit after insert or update or delete on customer_identifiers for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('customer.identifier', 'customer_id', 'customer_id', '{value,shown}', '{}');
create trigger audit after update on redemptions for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('redemption', 'id', 'customer_id', '{custom_fields}', '{id}');
create trigger audit after insert on events for each row
  when (new.kind in ('issued', 'redeemed', 'reversed', 'revoked', 'expiry-changed')
    and current_setting('counterfoil.author', true) <> '')
  execute function audit_event();

-- Figures by day. Rows lie in the heap about in the order of time, so a summary of each range of pages is enough; it costs
-- next to nothing when a row is written, which a tree of its own would not.
create index coupons__created_at on coupons using brin (org_id, created_at) with (pages_per_range = 32, autosummarize = on);
create index redemptions__redeemed_at on redemptions using brin (org_id, redeemed_at)
  with (pages_per_range = 32, autosummarize = on);
create index reversals__reversed_at on reversals using brin (org_id, reversed_at)
  with (pages_per_range = 32, autosummarize = on);
