-- The ledger: series and their counters, coupons, redemptions, reversals.
--
-- What changes with every redemption (counters) stands apart from what the history reads through covering
-- indexes, so that a redemption is a heap-only update and the history an index-only scan.

create sequence series_id_seq as bigint;
create sequence coupons_id_seq as bigint;
create sequence redemptions_id_seq as bigint;

create table series (
  org_id bigint not null,
  id bigint not null default nextval('series_id_seq'),
  code text not null,
  description text not null,
  info text not null default '',
  discount_code text,
  discount_type text not null,
  discount_value numeric(15, 3) not null,
  discount_upto numeric(15, 3) not null default 0,
  client_handling_type text not null,
  valid_until timestamptz not null,
  expiry_strategy text not null default 'SERIES_EXPIRY',
  expiry_strategy_value integer,
  redemption_valid_from timestamptz,
  redemption_valid_after_days integer not null default 0,
  is_any_user boolean not null default false,
  is_multiple_use_allowed boolean not null default false,
  is_same_user_multiple_redeem boolean not null default false,
  max_redemptions_per_coupon integer,
  max_redemptions_per_customer integer,
  min_days_between_redemptions integer,
  min_bill_amount numeric(15, 3),
  max_bill_amount numeric(15, 3),
  redemption_days_of_month smallint[],
  redemption_days_of_week smallint[],
  redemption_hours smallint[],
  redemption_store_ids bigint[],
  redemption_till_ids bigint[],
  custom_properties jsonb,
  is_imported boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint series__pkey primary key (org_id, id),
  constraint series__org_id foreign key (org_id) references organisations,
  constraint series__code unique (org_id, code),
  constraint series__discount_type check (discount_type in ('ABS', 'PERC')),
  constraint series__discount_value check (discount_value >= 0 and discount_upto >= 0),
  constraint series__client_handling_type check (client_handling_type in ('DISC_CODE', 'DISC_CODE_PIN', 'GENERIC')),
  constraint series__expiry_strategy check (expiry_strategy in ('SERIES_EXPIRY', 'DAYS', 'MONTHS_END')),
  constraint series__limits check (
    max_redemptions_per_coupon > 0 and max_redemptions_per_customer > 0 and min_days_between_redemptions > 0
    and redemption_valid_after_days >= 0)
);
comment on table series is 'The terms under which coupons are issued and redeemed. Null in a limit: no limit.';
comment on column series.org_id is 'The organisation.';
comment on column series.id is 'Identity within the organisation.';
comment on column series.code is 'Unique name for integrations.';
comment on column series.description is 'What the coupon says it is.';
comment on column series.info is 'Longer text.';
comment on column series.discount_code is 'What the till calls the discount; null: not stated.';
comment on column series.discount_type is 'ABS: an amount of money; PERC: a percentage.';
comment on column series.discount_value is 'Amount or percentage.';
comment on column series.discount_upto is 'The most that a percentage may take off; 0: no cap.';
comment on column series.client_handling_type is 'DISC_CODE: generated codes; DISC_CODE_PIN: uploaded codes; GENERIC: one code for all customers.';
comment on column series.valid_until is 'Last instant of the last day; no coupon outlives it.';
comment on column series.expiry_strategy is 'How a coupon''s own last day is found at issue.';
comment on column series.expiry_strategy_value is 'Days or months, as expiry_strategy says; null with SERIES_EXPIRY.';
comment on column series.redemption_valid_from is 'First instant at which a coupon may be redeemed (739 before); null: at once.';
comment on column series.redemption_valid_after_days is 'Days after issue before which a coupon is not redeemed (739).';
comment on column series.is_any_user is 'True: others than the holder may redeem (else 703).';
comment on column series.is_multiple_use_allowed is 'False: a coupon is good for one redemption (711).';
comment on column series.is_same_user_multiple_redeem is 'True: a customer may redeem the same coupon again (else 716).';
comment on column series.max_redemptions_per_coupon is 'Redemptions of one code by all customers together (696).';
comment on column series.max_redemptions_per_customer is 'Redemptions in the series by one customer (736).';
comment on column series.min_days_between_redemptions is 'Days between two redemptions by one customer (738).';
comment on column series.min_bill_amount is 'Smallest bill (733).';
comment on column series.max_bill_amount is 'Largest bill (733).';
comment on column series.redemption_days_of_month is '1 to 31; null: any (729).';
comment on column series.redemption_days_of_week is '1 (Monday) to 7; null: any (729).';
comment on column series.redemption_hours is '0 to 23; null: any (729).';
comment on column series.redemption_store_ids is 'Stores where it may be redeemed, with redemption_till_ids; both null: everywhere (735).';
comment on column series.redemption_till_ids is 'Tills where it may be redeemed.';
comment on column series.custom_properties is 'Array of {name, value} in the order to print; null: none.';
comment on column series.is_imported is 'True: made by an import, which may move valid_until on as later coupons come in.';
comment on column series.created_at is 'When it was created.';
comment on column series.updated_at is 'When its terms last changed.';

create table series_usage (
  org_id bigint not null,
  series_id bigint not null,
  issued integer not null default 0,
  max_issued integer,
  redeemed integer not null default 0,
  max_redeemed integer,
  constraint series_usage__pkey primary key (org_id, series_id),
  constraint series_usage__series_id foreign key (org_id, series_id) references series,
  constraint series_usage__issued check (issued >= 0 and issued <= coalesce(max_issued, issued)),
  constraint series_usage__redeemed check (redeemed >= 0 and redeemed <= coalesce(max_redeemed, redeemed))
) with (fillfactor = 50);
comment on table series_usage is 'How much of a series is used: the hot row, kept small. Limits stand beside the counters they bound.';
comment on column series_usage.org_id is 'The organisation.';
comment on column series_usage.series_id is 'The series.';
comment on column series_usage.issued is 'Coupons issued to customers.';
comment on column series_usage.max_issued is 'Most that may be issued; null: no limit.';
comment on column series_usage.redeemed is 'Redemptions that stand (reversed ones are taken off).';
comment on column series_usage.max_redeemed is 'Most that may stand (728); null: no limit.';

create table coupons (
  org_id bigint not null,
  id bigint not null default nextval('coupons_id_seq'),
  series_id bigint not null,
  customer_id bigint,
  created_at timestamptz not null,
  valid_until timestamptz not null,
  issued_store_id bigint,
  issued_till_id bigint,
  redeemed integer not null default 0,
  max_redeemed integer,
  revoked_at timestamptz,
  code text not null,
  transaction_number text,
  constraint coupons__pkey primary key (org_id, id),
  constraint coupons__series_id foreign key (org_id, series_id) references series,
  constraint coupons__customer_id foreign key (org_id, customer_id) references customers,
  constraint coupons__issued_store_id foreign key (org_id, issued_store_id) references stores,
  constraint coupons__redeemed check (redeemed >= 0 and redeemed <= coalesce(max_redeemed, redeemed)),
  constraint coupons__code_length check (length(code) between 1 and 100)
) with (fillfactor = 90);
create unique index coupons__code on coupons (org_id, upper(code collate "C"));
create index coupons__history on coupons (org_id, customer_id, created_at, id)
  include (series_id, valid_until, issued_store_id, max_redeemed, code, transaction_number)
  where revoked_at is null and customer_id is not null;
create index coupons__revoked on coupons (org_id, customer_id, created_at, id)
  where revoked_at is not null and customer_id is not null;
create index coupons__series_id on coupons (org_id, series_id, id);
comment on table coupons is 'One coupon of one customer, or a code that is waiting for one.';
comment on column coupons.org_id is 'The organisation.';
comment on column coupons.id is 'Identity within the organisation.';
comment on column coupons.series_id is 'The terms.';
comment on column coupons.customer_id is 'The holder; null: not given away yet.';
comment on column coupons.created_at is 'When it was issued: a whole second, as printed. Below the second an import keeps the order in which it found coupons of one second.';
comment on column coupons.valid_until is 'Last instant at which it works (713 after).';
comment on column coupons.issued_store_id is 'Where it was issued; null: unknown.';
comment on column coupons.issued_till_id is 'Which till issued it; null: unknown.';
comment on column coupons.redeemed is 'Redemptions that stand. Never in an index: a redemption stays a heap-only update.';
comment on column coupons.max_redeemed is 'A limit of its own, beside those of the series; null: none. Imported history carries one.';
comment on column coupons.revoked_at is 'From then on it works nowhere (660) and the history leaves it out; null: not revoked.';
comment on column coupons.code is 'As created; compared without regard to case.';
comment on column coupons.transaction_number is 'The transaction it was issued with; null: none, printed as "0".';

create table customer_series_usage (
  org_id bigint not null,
  customer_id bigint not null,
  series_id bigint not null,
  issued integer not null default 0,
  revoked integer not null default 0,
  redeemed integer not null default 0,
  last_issued_at timestamptz,
  last_redeemed_at timestamptz,
  constraint customer_series_usage__pkey primary key (org_id, customer_id, series_id),
  constraint customer_series_usage__customer_id foreign key (org_id, customer_id) references customers,
  constraint customer_series_usage__series_id foreign key (org_id, series_id) references series,
  constraint customer_series_usage__counts check (issued >= 0 and revoked between 0 and issued and redeemed >= 0)
) with (fillfactor = 80);
create index customer_series_usage__series_id on customer_series_usage (org_id, series_id);
comment on table customer_series_usage is 'What one customer holds and has redeemed in one series. The sum over a customer is the length of the history.';
comment on column customer_series_usage.org_id is 'The organisation.';
comment on column customer_series_usage.customer_id is 'The customer.';
comment on column customer_series_usage.series_id is 'The series.';
comment on column customer_series_usage.issued is 'Coupons of the series issued to the customer, revoked ones too.';
comment on column customer_series_usage.revoked is 'Those of them that are revoked.';
comment on column customer_series_usage.redeemed is 'Redemptions by this customer in the series that stand.';
comment on column customer_series_usage.last_issued_at is 'The latest issue; null: none.';
comment on column customer_series_usage.last_redeemed_at is 'The latest redemption that stands; null: none.';

create table redemptions (
  org_id bigint not null,
  id bigint not null default nextval('redemptions_id_seq'),
  coupon_id bigint not null,
  series_id bigint not null,
  customer_id bigint not null,
  redeemed_at timestamptz not null default now(),
  store_id bigint,
  till_id bigint,
  bill_amount numeric(15, 3),
  transaction_number text not null default '',
  constraint redemptions__pkey primary key (org_id, id),
  constraint redemptions__coupon_id_fk foreign key (org_id, coupon_id) references coupons,
  constraint redemptions__customer_id foreign key (org_id, customer_id) references customers,
  constraint redemptions__store_id foreign key (org_id, store_id) references stores
);
create index redemptions__coupon_id on redemptions (org_id, coupon_id, redeemed_at, id)
  include (customer_id, store_id, transaction_number);
comment on table redemptions is 'The ledger: one row per use of a coupon, never deleted. A use taken back has a row in reversals.';
comment on column redemptions.org_id is 'The organisation.';
comment on column redemptions.id is 'Identity within the organisation.';
comment on column redemptions.coupon_id is 'What was used.';
comment on column redemptions.series_id is 'Its series.';
comment on column redemptions.customer_id is 'Who used it.';
comment on column redemptions.redeemed_at is 'When, by the clock of the database.';
comment on column redemptions.store_id is 'Where; null: unknown.';
comment on column redemptions.till_id is 'At which till; null: unknown.';
comment on column redemptions.bill_amount is 'The bill; null: unknown.';
comment on column redemptions.transaction_number is 'The bill''s number; empty: none.';

create table reversals (
  org_id bigint not null,
  redemption_id bigint not null,
  reversed_at timestamptz not null default now(),
  till_id bigint,
  constraint reversals__pkey primary key (org_id, redemption_id),
  constraint reversals__redemption_id foreign key (org_id, redemption_id) references redemptions
);
comment on table reversals is 'A redemption taken back. The primary key allows it once.';
comment on column reversals.org_id is 'The organisation.';
comment on column reversals.redemption_id is 'What was taken back.';
comment on column reversals.reversed_at is 'When.';
comment on column reversals.till_id is 'Which till did it; null: unknown.';
