-- Two customers who are one person: one is merged into the other. Processes of the release before do not know merges, so customers
-- are merged when none of them runs any longer.

alter table customers
  add column merged_into bigint,
  add column merged_at timestamptz,
  add constraint customers__merged check ((merged_into is null) = (merged_at is null) and (merged_into is null
    or merged_into <> id and first_name = '' and last_name = '' and fields = '{}' and extended_fields = '{}' and comm_channels = '[]'));
-- No foreign key: when a sandbox is emptied, customers are deleted in parts. A check of the ledger looks for lost ones.
create index customers__merged_into on customers (org_id, merged_into) where merged_into is not null;
comment on column customers.merged_into is 'The customer who has everything of this one since a merge, and who is not merged into another one. The row is an id that leads there. Null: not merged.';
comment on column customers.merged_at is 'When it was merged; null: not merged.';

create table customer_merges (
  org_id bigint not null,
  id bigint generated always as identity,
  retired_id bigint not null,
  survivor_id bigint not null,
  merged_at timestamptz not null,
  coupons integer not null,
  redemptions integer not null,
  constraint customer_merges__pkey primary key (org_id, id),
  constraint customer_merges__org_id foreign key (org_id) references organisations,
  constraint customer_merges__retired_id foreign key (org_id, retired_id) references customers (org_id, id),
  constraint customer_merges__survivor_id foreign key (org_id, survivor_id) references customers (org_id, id),
  constraint customer_merges__two check (retired_id <> survivor_id),
  constraint customer_merges__counts check (coupons >= 0 and redemptions >= 0)
);
create unique index customer_merges__retired on customer_merges (org_id, retired_id);
create index customer_merges__survivor on customer_merges (org_id, survivor_id);
comment on table customer_merges is 'The ledger of merges: one row per merge, never changed or deleted. A survivor may be merged into another customer later.';
comment on column customer_merges.org_id is 'The organisation.';
comment on column customer_merges.id is 'Identity within the organisation, ascending.';
comment on column customer_merges.retired_id is 'The customer who was merged into the other. It happens once.';
comment on column customer_merges.survivor_id is 'The customer who has everything since then.';
comment on column customer_merges.merged_at is 'When, by the clock of the organisation.';
comment on column customer_merges.coupons is 'Number of coupons that changed their holder, revoked ones included.';
comment on column customer_merges.redemptions is 'Number of redemptions that count for the survivor since then, reversed ones included.';

alter table coupons
  add column original_customer_id bigint,
  add column superseded_by_id bigint;
comment on column coupons.original_customer_id is 'The customer who held it before the first merge that changed the holder; null: no merge did.';
comment on column coupons.superseded_by_id is 'After a merge of two customers who had both redeemed a common code: the coupon that the code means. This one remains for its redemptions, and max_redeemed leaves it no further use. Null: not superseded.';
alter table redemptions add column original_customer_id bigint;
comment on column redemptions.original_customer_id is 'The customer by whose id it was made, if that customer has been merged into customer_id since; null: customer_id.';

create index coupons__superseded on coupons (org_id, customer_id) where superseded_by_id is not null;

-- A person has one coupon of a common code, and others only for what was redeemed before a merge.
drop index coupons__shared_code_key;
create unique index coupons__shared_code_key on coupons (org_id, customer_id, code_key(code collate "C"))
  where is_shared and revoked_at is null and superseded_by_id is null;
drop index coupons__shared_code;
create unique index coupons__shared_code on coupons (org_id, customer_id, upper(code collate "C"))
  where is_shared and revoked_at is null and superseded_by_id is null;

comment on column customer_identifiers.shown is 'As it is printed: an e-mail keeps its capitals. Empty: it leads to the customer and is not printed, because it came by a merge and the customer has another of the type.';

create or replace function customer_identifiers_refuse_erased() returns trigger language plpgsql as $$
declare
  erased timestamptz;
  merged bigint;
begin
  -- Waits for an erasure or a merge that is under way, and sees then that it has taken place.
  select c.erased_at, c.merged_into into erased, merged from customers c
  where c.org_id = new.org_id and c.id = new.customer_id for key share;
  if erased is not null then
    raise exception 'customer % is erased', new.customer_id
      using errcode = 'check_violation', constraint = 'customer_identifiers__erased';
  end if;
  if merged is not null then
    raise exception 'customer % is merged into customer %', new.customer_id, merged
      using errcode = 'serialization_failure', constraint = 'customer_identifiers__erased';
  end if;
  return new;
end $$;
comment on function customer_identifiers_refuse_erased() is 'Whoever writes: an erased or merged customer gets no identifier again.';

-- A merge locks the customer and the series in which the customer has something. Whoever writes for the customer in another series
-- begins with a row here or with a hold. Their foreign key or lock waits for the merge, and this sees then that it has taken place:
-- the transaction is repeated, and finds the survivor.
create function refuse_merged_customers() returns trigger language plpgsql as $$
declare
  merged bigint;
begin
  select a.customer_id into merged from added a
  where (select c.merged_into from customers c where c.org_id = a.org_id and c.id = a.customer_id) is not null
  limit 1;
  if found then
    raise exception 'customer % is merged into another one', merged using errcode = 'serialization_failure';
  end if;
  return null;
end $$;
comment on function refuse_merged_customers() is 'Nothing is written for a customer who has been merged meanwhile; the transaction is to be repeated.';
create trigger customer_series_usage__merged after insert on customer_series_usage referencing new table as added
  for each statement execute function refuse_merged_customers();
create trigger holds__merged after insert on holds referencing new table as added
  for each statement execute function refuse_merged_customers();

alter table events
  drop constraint events__kind,
  add constraint events__kind check (kind in (
    'issued', 'redeemed', 'reversed', 'returned', 'revoked', 'expiry-changed', 'expiring-soon', 'limit-near',
    'budget-share-reached', 'series-paused', 'series-stopped', 'series-resumed', 'customers-merged', 'guessing-noticed',
    'test')) not valid,
  drop constraint events__coupon_id,
  add constraint events__coupon_id check ((coupon_id is null) = (kind in (
    'limit-near', 'budget-share-reached', 'series-paused', 'series-stopped', 'series-resumed', 'customers-merged', 'guessing-noticed',
    'test'))) not valid;
create unique index events__customers_merged on events (org_id, (details ->> 'retiredId')) where kind = 'customers-merged';
comment on column events.kind is 'issued, redeemed, reversed, returned, revoked, expiry-changed, expiring-soon, limit-near, budget-share-reached, series-paused, series-stopped, series-resumed, customers-merged, guessing-noticed or test.';
comment on column events.coupon_id is 'The coupon; null where the event is about a series, about customers or about none (limit-near, budget-share-reached, series-paused, series-stopped, series-resumed, customers-merged, guessing-noticed, test).';

-- A merge is one entry of the audit log. What goes along with it has no entries of its own.
drop trigger audit on redemptions;
create trigger audit after update on redemptions for each row
  when (current_setting('counterfoil.author', true) <> '' and new.returned_amount is not distinct from old.returned_amount
    and new.customer_id = old.customer_id)
  execute function audit_row('redemption', 'id', 'customer_id', '{custom_fields}', '{id}');
drop trigger audit on holds;
create trigger audit after insert on holds for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('hold', 'id', 'customer_id', '{bill}', '{id}');
create trigger audit_change after update on holds for each row
  when (current_setting('counterfoil.author', true) <> '' and new.customer_id = old.customer_id)
  execute function audit_row('hold', 'id', 'customer_id', '{bill}', '{id}');
drop trigger audit on customer_identifiers;
create trigger audit after insert or delete on customer_identifiers for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('customer.identifier', 'customer_id', 'customer_id', '{value,shown}', '{}');
create trigger audit_change after update on customer_identifiers for each row
  when (current_setting('counterfoil.author', true) <> '' and new.customer_id = old.customer_id)
  execute function audit_row('customer.identifier', 'customer_id', 'customer_id', '{value,shown}', '{}');

create function audit_merge() returns trigger language plpgsql as $$
begin
  perform audit_write(new.org_id, 'customer.merged', new.survivor_id, array[new.survivor_id, new.retired_id], null,
    jsonb_build_object('retired_id', new.retired_id, 'coupons', new.coupons, 'redemptions', new.redemptions));
  return null;
end $$;
comment on function audit_merge() is 'Records a merge in the audit log, as something that was done to the survivor.';
create trigger audit after insert on customer_merges for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_merge();
