-- Codes by the million: the form of a series' codes, and batches of codes that are made before there is a customer.

alter table series
  add column code_alphabet text,
  add column code_pattern text,
  add column has_check_character boolean not null default false,
  add constraint series__code_alphabet check (code_alphabet ~ '^[A-Za-z0-9]{2,36}$'),
  add constraint series__code_pattern check (code_pattern ~ '^[A-Za-z0-9_.#-]{1,60}$' and code_pattern ~ '#');
comment on column series.code_alphabet is 'Characters that random ones are drawn from, distinct without regard to case, in the order in which a check character counts them; null: as is_code_alphanumeric says.';
comment on column series.code_pattern is 'What stands between prefix and suffix; each # is a random character. Null: code_length of them.';
comment on column series.has_check_character is 'True: a check character (ISO 7064, hybrid system) stands behind the last random character.';

create sequence code_batches_id_seq as bigint;

create table code_batches (
  org_id bigint not null,
  id bigint not null default nextval('code_batches_id_seq'),
  series_id bigint not null,
  state text not null default 'making',
  asked integer not null,
  made integer not null default 0,
  voided integer not null default 0,
  form jsonb not null,
  live_codes bigint not null,
  valid_until timestamptz not null,
  first_coupon_id bigint,
  last_coupon_id bigint,
  voided_up_to_id bigint not null default 0,
  failure text,
  created_till_id bigint,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  exported_at timestamptz,
  constraint code_batches__pkey primary key (org_id, id),
  constraint code_batches__series_id foreign key (org_id, series_id) references series,
  constraint code_batches__state check (state in ('making', 'done', 'cancelled', 'failed', 'voiding', 'voided')),
  constraint code_batches__counts check (asked > 0 and made between 0 and asked and voided between 0 and made),
  constraint code_batches__done check (state <> 'done' or made = asked),
  constraint code_batches__coupon_ids check ((made = 0) = (first_coupon_id is null) and (made = 0) = (last_coupon_id is null))
) with (fillfactor = 50);
create index code_batches__series_id on code_batches (org_id, series_id, id);
create index code_batches__open on code_batches (org_id, id) where state in ('making', 'voiding');
comment on table code_batches is 'A job that makes codes of a series before there is a customer. Its counters move in the transactions of what they count.';
comment on column code_batches.org_id is 'The organisation.';
comment on column code_batches.id is 'Identity within the organisation.';
comment on column code_batches.series_id is 'The series.';
comment on column code_batches.state is 'making, then done, cancelled or failed; voiding and voided once it is revoked as a whole.';
comment on column code_batches.asked is 'How many codes are wanted.';
comment on column code_batches.made is 'How many there are.';
comment on column code_batches.voided is 'How many of them were revoked as a batch.';
comment on column code_batches.form is 'The form of the codes when the batch was ordered: alphabet, pattern, prefix, suffix, hasCheckCharacter.';
comment on column code_batches.live_codes is 'Codes of this form that work, those of this batch among them, when it was ordered.';
comment on column code_batches.valid_until is 'Last instant of its codes: that of the series when it was ordered.';
comment on column code_batches.first_coupon_id is 'Smallest coupons.id of the batch; null: none yet.';
comment on column code_batches.last_coupon_id is 'Largest coupons.id of the batch; null: none yet.';
comment on column code_batches.voided_up_to_id is 'How far, by coupons.id, the revocation has come.';
comment on column code_batches.failure is 'Why it failed; null: it did not.';
comment on column code_batches.created_till_id is 'Which till ordered it; null: the command line.';
comment on column code_batches.created_at is 'When it was ordered.';
comment on column code_batches.ended_at is 'When it was done, cancelled, failed or voided; null: it is worked on.';
comment on column code_batches.exported_at is 'When its codes were handed out; null: not yet.';

-- In no index: a batch is found by its series and the range of its ids. No foreign key: only the batch's own statement
-- writes it, and the check would cost every row.
alter table coupons add column batch_id bigint;
comment on column coupons.batch_id is 'code_batches.id of the batch that the code was made in; null: none.';
