-- What people edit as a form has a version, so that a form that was opened before another change does not take it back.
-- Triggers count: processes of the release before, which know nothing of it, move the versions too.

create function count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
comment on function count_version() is 'Keeps the column version true, whoever changes a row.';

alter table organisations add column version integer not null default 1;
comment on column organisations.version is 'Counts the changes of the settings.';
-- The clock of a sandbox and its reset are no settings.
create trigger organisations__version before update of name, time_zone, country, currency, requires_transaction_number,
  replays_till_retries, coupon_prefix, coupon_suffix on organisations for each row
  when (old.* is distinct from new.*) execute function count_version();

alter table stores add column version integer not null default 1;
comment on column stores.version is 'Counts the changes of the row.';
create trigger stores__version before update on stores for each row
  when (old.* is distinct from new.*) execute function count_version();

alter table tills add column version integer not null default 1;
comment on column tills.version is 'Counts the changes of the row.';
create trigger tills__version before update on tills for each row
  when (old.* is distinct from new.*) execute function count_version();

alter table clients add column version integer not null default 1;
comment on column clients.version is 'Counts the changes of the row.';
create trigger clients__version before update on clients for each row
  when (old.* is distinct from new.*) execute function count_version();

alter table access_groups add column version integer not null default 1;
comment on column access_groups.version is 'Counts the changes of the row.';
create trigger access_groups__version before update on access_groups for each row
  when (old.* is distinct from new.*) execute function count_version();

alter table users add column version integer not null default 1;
comment on column users.version is 'Counts the changes of the row.';
create trigger users__version before update on users for each row
  when (old.* is distinct from new.*) execute function count_version();

alter table webhooks add column version integer not null default 1;
comment on column webhooks.version is 'Counts the changes of what people state of it, not of how it fares.';
create trigger webhooks__version before update of name, url, kinds, secret, headers, max_connections, sla_s, identifiers
  on webhooks for each row when (old.* is distinct from new.*) execute function count_version();

-- A version tells nothing that the change beside it does not: the audit log passes it over. Edited in place, so that what else
-- the function does stays as it is.
do $$
declare
  was text := pg_get_functiondef('audit_row'::regproc);
  becomes text := replace(was, $of$|| '{org_id}'$of$, $of$|| '{org_id,version}'$of$);
begin
  if becomes = was then raise exception 'audit_row() does not pass org_id over as expected'; end if;
  execute becomes;
end $$;
