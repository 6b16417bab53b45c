-- What is kept of a customer beside name and identifiers, how a person is erased, and what a place is called.

alter table customers
  add column source text not null default 'INSTORE',
  add column loyalty_type text not null default 'loyalty',
  add column fields jsonb not null default '{}',
  add column extended_fields jsonb not null default '{}',
  add column comm_channels jsonb not null default '[]',
  add column registered_at timestamptz,
  add column registered_till_id bigint,
  add column updated_till_id bigint,
  add column erased_at timestamptz,
  add constraint customers__loyalty_type check (loyalty_type in ('loyalty', 'non_loyalty')),
  add constraint customers__erased check (erased_at is null or (first_name = '' and last_name = ''
    and fields = '{}' and extended_fields = '{}' and comm_channels = '[]'));
comment on column customers.source is 'Where the customer was registered, as the caller named it: a label. All sources share one register.';
comment on column customers.loyalty_type is 'loyalty or non_loyalty; never back from loyalty.';
comment on column customers.fields is 'Names and texts that callers attached to the profile.';
comment on column customers.extended_fields is 'Names and texts that callers attached to the customer.';
comment on column customers.comm_channels is 'Channels as the caller gave them: type, value, primary, verified, meta. They lead to nobody.';
comment on column customers.registered_at is 'When registered, as the caller stated it; null: when the row was made.';
comment on column customers.registered_till_id is 'Which till registered; null: unknown.';
comment on column customers.updated_till_id is 'Which till changed the profile last; null: none.';
comment on column customers.erased_at is 'From then on the row is an id that the ledger refers to and nothing of a person; null: not erased.';

create index customers__first_name on customers (org_id, lower(first_name) text_pattern_ops) where first_name <> '';
create index customers__last_name on customers (org_id, lower(last_name) text_pattern_ops) where last_name <> '';
create index customer_identifiers__search on customer_identifiers (org_id, lower(value) text_pattern_ops);

create function customer_identifiers_refuse_erased() returns trigger language plpgsql as $$
declare
  erased timestamptz;
begin
  -- Waits for an erasure that is under way, and sees then that it has taken place.
  select c.erased_at into erased from customers c
  where c.org_id = new.org_id and c.id = new.customer_id for key share;
  if erased is not null then
    raise exception 'customer % is erased', new.customer_id
      using errcode = 'check_violation', constraint = 'customer_identifiers__erased';
  end if;
  return new;
end $$;
comment on function customer_identifiers_refuse_erased() is 'Whoever writes: an erased customer gets no identifier again.';
create trigger customer_identifiers__erased before insert or update on customer_identifiers
  for each row execute function customer_identifiers_refuse_erased();

alter table idempotency_keys add column customer_id bigint;
create index idempotency_keys__customer_id on idempotency_keys (org_id, customer_id) where customer_id is not null;
comment on column idempotency_keys.customer_id is 'Whom the request or the answer tells of; null: nobody. No foreign key: who stores an answer locks the customer itself, to see whether it is erased.';
comment on column idempotency_keys.request_hash is 'SHA-256 of query and body: the same key with another request is refused (422). Empty: the customer is erased.';
comment on column idempotency_keys.body is 'The answer, byte by byte. Empty: the customer it told of is erased, and so is what was told; the key stays taken.';

alter table stores
  add column description text not null default '',
  add column is_active boolean not null default true;
comment on column stores.description is 'What else people say of it; may be empty.';
comment on column stores.is_active is 'False: callers said that it is closed. It decides no rule.';

alter table tills add column description text not null default '';
comment on column tills.description is 'What else people say of it; may be empty.';

insert into access_groups (org_id, name, customer_access, coupon_access, series_access, organisation_access, webhook_access)
select org_id, 'administrator', 'write', 'write', 'write', 'write', 'write' from organisations
on conflict (org_id, name) do nothing;
comment on column access_groups.name is 'Unique in the organisation; "default", "read-only" and "administrator" are made with it.';
