-- What issuing, redeeming and reversing need beside the ledger: issue rules, code pools, events, safe retries.

alter table organisations
  add column replays_till_retries boolean not null default false;
comment on column organisations.replays_till_retries is 'True: the same till, transaction number, code and customer again is answered with the first redemption instead of a refusal (711, 716).';

alter table series
  add column is_multiple_per_customer_allowed boolean not null default false,
  add column max_coupons_per_customer integer,
  add column min_days_between_coupons integer,
  add column is_existing_coupon_withheld boolean not null default false,
  add column mutually_exclusive_series_ids bigint[],
  add column generic_code text,
  add column code_length integer not null default 16,
  add column is_code_alphanumeric boolean not null default false,
  add column code_prefix text not null default '',
  add column code_suffix text not null default '',
  add constraint series__issue_limits check (max_coupons_per_customer > 0 and min_days_between_coupons > 0),
  add constraint series__code_length check (code_length between 4 and 40),
  add constraint series__generic_code check ((client_handling_type = 'GENERIC') = (generic_code is not null));
comment on column series.is_multiple_per_customer_allowed is 'True: a customer may be issued more than one coupon (else 5004).';
comment on column series.max_coupons_per_customer is 'Most coupons that one customer is issued (5002); null: no limit.';
comment on column series.min_days_between_coupons is 'Days between two issues to one customer (709); null: none.';
comment on column series.is_existing_coupon_withheld is 'What a holder who may have one coupon only gets on a second issue. False: the coupon that is still valid. True: a refusal (709).';
comment on column series.mutually_exclusive_series_ids is 'A holder of a coupon of one of these gets none here (709); null: none.';
comment on column series.generic_code is 'The code that all customers share; for GENERIC series only.';
comment on column series.code_length is 'Random characters of a generated code.';
comment on column series.is_code_alphanumeric is 'Generated codes of digits and capitals; false: digits only.';
comment on column series.code_prefix is 'Stands before the random characters.';
comment on column series.code_suffix is 'Stands behind them.';

alter table coupons
  add column is_shared boolean not null default false;
comment on column coupons.is_shared is 'True: a customer''s coupon of a GENERIC series, whose code others have too. The code itself is kept unique by the series'' own row without a customer.';

drop index coupons__code;
create unique index coupons__code on coupons (org_id, upper(code collate "C")) where not is_shared;
create unique index coupons__shared_code on coupons (org_id, customer_id, upper(code collate "C"))
  where is_shared and revoked_at is null;
create index coupons__pool on coupons (org_id, series_id, id) where customer_id is null and revoked_at is null;

alter table redemptions
  add column bill_id bigint,
  add column custom_fields jsonb,
  add column redemption_time_given text;
comment on column redemptions.bill_id is 'The bill in the caller''s system, attached later; null: unknown.';
comment on column redemptions.custom_fields is 'Names and texts that the caller attached; null: none.';
comment on column redemptions.redemption_time_given is 'The time that the caller stated, as it stood in the request; it decides no limit. Null: none.';

create sequence events_id_seq as bigint;

create table events (
  org_id bigint not null,
  id bigint not null default nextval('events_id_seq'),
  kind text not null,
  coupon_id bigint not null,
  redemption_id bigint,
  till_id bigint,
  occurred_at timestamptz not null default now(),
  details jsonb,
  constraint events__pkey primary key (org_id, id),
  constraint events__kind check (kind in ('issued', 'redeemed', 'reversed', 'revoked', 'expiry-changed'))
);
comment on table events is 'What happened, one row per coupon, written in the transaction of the effect that it tells.';
comment on column events.org_id is 'The organisation.';
comment on column events.id is 'Identity within the organisation, ascending.';
comment on column events.kind is 'issued, redeemed, reversed, revoked or expiry-changed.';
comment on column events.coupon_id is 'The coupon.';
comment on column events.redemption_id is 'The redemption that was made or taken back; null for the other kinds.';
comment on column events.till_id is 'Which till did it; null: none.';
comment on column events.occurred_at is 'When, by the clock of the database.';
comment on column events.details is 'What else the kind says; null: nothing.';

create table idempotency_keys (
  org_id bigint not null,
  holder_kind text not null,
  holder_id bigint not null,
  route text not null,
  key text not null,
  request_hash bytea not null,
  http_status integer not null,
  body text not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys__pkey primary key (org_id, holder_kind, holder_id, route, key),
  constraint idempotency_keys__org_id foreign key (org_id) references organisations,
  constraint idempotency_keys__key_length check (length(key) between 1 and 255)
);
create index idempotency_keys__created_at on idempotency_keys (org_id, created_at);
comment on table idempotency_keys is 'The first answer to a request that carried an Idempotency-Key, written in the transaction of its effect.';
comment on column idempotency_keys.org_id is 'The organisation.';
comment on column idempotency_keys.holder_kind is 'till or client.';
comment on column idempotency_keys.holder_id is 'tills.id or clients.id: keys of different callers do not meet.';
comment on column idempotency_keys.route is 'Method and path of the call.';
comment on column idempotency_keys.key is 'What the caller sent.';
comment on column idempotency_keys.request_hash is 'SHA-256 of query and body: the same key with another request is refused (422).';
comment on column idempotency_keys.http_status is 'Status of the answer.';
comment on column idempotency_keys.body is 'The answer, byte by byte.';
comment on column idempotency_keys.created_at is 'When; kept for a week.';

alter table series add column version integer not null default 1;
comment on column series.version is 'Counts the changes of the row, so that a process may remember terms and see at once that they are old.';

create function series_count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$;
comment on function series_count_version() is 'Keeps series.version and series.updated_at true, whoever changes a row.';
create trigger series__version before update on series for each row execute function series_count_version();

create index redemptions__customer_id on redemptions (org_id, customer_id, id);
