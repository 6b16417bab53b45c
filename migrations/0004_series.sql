-- Series by API: their whole terms, where they are redeemable by zone and concept, when they were last used.

create sequence concepts_id_seq as bigint;
create sequence zones_id_seq as bigint;

create table concepts (
  org_id bigint not null,
  id bigint not null default nextval('concepts_id_seq'),
  code text not null,
  name text not null,
  created_at timestamptz not null default now(),
  constraint concepts__pkey primary key (org_id, id),
  constraint concepts__org_id foreign key (org_id) references organisations,
  constraint concepts__code unique (org_id, code),
  constraint concepts__code_length check (length(code) between 1 and 200),
  constraint concepts__name_length check (length(name) between 1 and 200)
);
comment on table concepts is 'A kind of store, such as outlet or flagship.';
comment on column concepts.org_id is 'The organisation.';
comment on column concepts.id is 'Identity within the organisation.';
comment on column concepts.code is 'What integrations call it; compared exactly.';
comment on column concepts.name is 'What people call it.';
comment on column concepts.created_at is 'When it was created.';

create table zones (
  org_id bigint not null,
  id bigint not null default nextval('zones_id_seq'),
  code text not null,
  name text not null,
  created_at timestamptz not null default now(),
  constraint zones__pkey primary key (org_id, id),
  constraint zones__org_id foreign key (org_id) references organisations,
  constraint zones__code unique (org_id, code),
  constraint zones__code_length check (length(code) between 1 and 200),
  constraint zones__name_length check (length(name) between 1 and 200)
);
comment on table zones is 'An area that stores lie in.';
comment on column zones.org_id is 'The organisation.';
comment on column zones.id is 'Identity within the organisation.';
comment on column zones.code is 'What integrations call it; compared exactly.';
comment on column zones.name is 'What people call it.';
comment on column zones.created_at is 'When it was created.';

alter table stores
  add column zone_id bigint,
  add column concept_id bigint,
  add constraint stores__zone_id foreign key (org_id, zone_id) references zones,
  add constraint stores__concept_id foreign key (org_id, concept_id) references concepts;
create index stores__zone_id on stores (org_id, zone_id);
create index stores__concept_id on stores (org_id, concept_id);
comment on column stores.zone_id is 'The zone that it lies in; null: none.';
comment on column stores.concept_id is 'Its concept; null: none.';

alter table organisations
  add column coupon_prefix text,
  add column coupon_suffix text,
  add constraint organisations__coupon_affixes check (
    coupon_prefix ~ '^[A-Za-z0-9_-]{1,10}$' and coupon_suffix ~ '^[A-Za-z0-9_-]{1,10}$');
comment on column organisations.coupon_prefix is 'Prefix of generated codes for series that ask for the organisation''s; null: none.';
comment on column organisations.coupon_suffix is 'Suffix of generated codes for series that ask for the organisation''s; null: none.';

alter table series
  add column tag text not null default '',
  add column sms_template text not null default '',
  add column is_sms_disabled boolean not null default false,
  add column is_resend_message_enabled boolean not null default true,
  add column is_validation_required boolean not null default false,
  add column is_referral_of_existing_allowed boolean not null default false,
  add column is_valid_with_discounted_item boolean not null default false,
  add column max_referrals_per_referee integer,
  add column products jsonb,
  add column redemption_zone_ids bigint[],
  add column redemption_concept_ids bigint[],
  add column target_customers jsonb,
  add column stated_code_length integer not null default 0,
  add column stated_prefix text,
  add column stated_suffix text,
  add column is_prefix_enabled boolean not null default false,
  add column is_suffix_enabled boolean not null default false,
  add column is_prefix_of_organisation boolean not null default false,
  add column is_suffix_of_organisation boolean not null default false,
  add column created_till_id bigint,
  add constraint series__max_referrals_per_referee check (max_referrals_per_referee >= 0),
  add constraint series__stated_affixes check (
    stated_prefix ~ '^[A-Za-z0-9_-]{1,10}$' and stated_suffix ~ '^[A-Za-z0-9_-]{1,10}$');
comment on column series.tag is 'A label of the caller''s; printed back.';
comment on column series.sms_template is 'Text of the message to the customer, with tags; printed back, nothing is sent.';
comment on column series.is_sms_disabled is 'True: no message is wanted; printed back.';
comment on column series.is_resend_message_enabled is 'True: a message on every re-issue is wanted; printed back.';
comment on column series.is_validation_required is 'Of older integrations; printed back, judged by nothing.';
comment on column series.is_referral_of_existing_allowed is 'Of older integrations; printed back, judged by nothing.';
comment on column series.is_valid_with_discounted_item is 'Of older integrations; printed back, judged by nothing.';
comment on column series.max_referrals_per_referee is 'Of older integrations; printed back, judged by nothing. Null: no limit.';
comment on column series.products is 'Array of {productType, productIds or productCodes} that the coupon is for, judged by the till; null: all.';
comment on column series.redemption_zone_ids is 'Zones in whose stores it may be redeemed, beside redemption_store_ids and redemption_till_ids (735); null: none stated.';
comment on column series.redemption_concept_ids is 'Concepts in whose stores it may be redeemed, likewise; null: none stated.';
comment on column series.target_customers is 'Registration window and transaction limit of the customers it is meant for; printed back, not enforced. Null: all.';
comment on column series.stated_code_length is 'Length of the random characters as the caller stated it; 0: not stated, code_length is the default.';
comment on column series.stated_prefix is 'Prefix as the caller stated it; code_prefix is what codes get. Null: none.';
comment on column series.stated_suffix is 'Suffix as the caller stated it; code_suffix is what codes get. Null: none.';
comment on column series.is_prefix_enabled is 'True: the stated prefix is used.';
comment on column series.is_suffix_enabled is 'True: the stated suffix is used.';
comment on column series.is_prefix_of_organisation is 'True: codes get the organisation''s prefix, as it was when the series was saved.';
comment on column series.is_suffix_of_organisation is 'True: codes get the organisation''s suffix, as it was when the series was saved.';
comment on column series.created_till_id is 'Till that created it; null: none, or it was not created by API.';

-- A process remembers in which stores a series is redeemable for as long as the version of the series stands.
create function stores_count_series_version() returns trigger language plpgsql as $$
begin
  update series s set updated_at = now()
  where s.org_id = new.org_id
    and (s.redemption_zone_ids && array_remove(array[old.zone_id, new.zone_id], null)
      or s.redemption_concept_ids && array_remove(array[old.concept_id, new.concept_id], null));
  return null;
end $$;
comment on function stores_count_series_version() is 'Raises series.version when a store comes to or leaves a zone or concept that the series names.';
create trigger stores__series_version after insert or update of zone_id, concept_id on stores
  for each row execute function stores_count_series_version();

create table series_versions (
  org_id bigint not null,
  series_id bigint not null,
  version integer not null,
  terms jsonb not null,
  ended_at timestamptz not null,
  constraint series_versions__pkey primary key (org_id, series_id, version),
  constraint series_versions__series_id foreign key (org_id, series_id) references series
);
comment on table series_versions is 'What a series said before it was changed: the terms that a coupon was issued under are those of the first version that ended after its issue, or the series'' own.';
comment on column series_versions.org_id is 'The organisation.';
comment on column series_versions.series_id is 'The series.';
comment on column series_versions.version is 'series.version for as long as the terms stood.';
comment on column series_versions.terms is 'The row of series, column by column.';
comment on column series_versions.ended_at is 'When other terms took their place.';

-- The clock, not the begin of the transaction: an edit waits for the issues that are under way.
create function series_keep_version() returns trigger language plpgsql as $$
begin
  -- A store that moves raises the version and changes no term.
  if to_jsonb(old) - 'version' - 'updated_at' <> to_jsonb(new) - 'version' - 'updated_at' then
    insert into series_versions (org_id, series_id, version, terms, ended_at)
    values (old.org_id, old.id, old.version, to_jsonb(old), clock_timestamp());
  end if;
  return null;
end $$;
comment on function series_keep_version() is 'Keeps the terms that an update of series replaces.';
create trigger series__keep_version after update on series for each row execute function series_keep_version();

alter table series_usage
  add column last_issued_at timestamptz,
  add column last_redeemed_at timestamptz;
comment on column series_usage.last_issued_at is 'The latest issue; null: none.';
comment on column series_usage.last_redeemed_at is 'The latest redemption, whether or not it was taken back since; null: none.';
update series_usage u set last_issued_at = x.issued_at, last_redeemed_at = x.redeemed_at
from (
  select org_id, series_id, max(last_issued_at) as issued_at, max(last_redeemed_at) as redeemed_at
  from customer_series_usage group by org_id, series_id) x
where u.org_id = x.org_id and u.series_id = x.series_id;
