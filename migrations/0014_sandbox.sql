-- Sandboxes: organisations to try integrations in, with a clock that their administrators set.

alter table organisations
  add column is_sandbox boolean not null default false,
  add column clock_at timestamptz,
  add column reset_began_at timestamptz,
  add constraint organisations__sandbox check (is_sandbox or clock_at is null and reset_began_at is null);
comment on column organisations.is_sandbox is 'True: a place to try integrations, whose clock can be set and which can be emptied. Stated when it is created and never changed.';
comment on column organisations.clock_at is 'Of a sandbox: the instant at which its clock stands still; null: real time.';
comment on column organisations.reset_began_at is 'Of a sandbox: when the reset that empties it began; null: none is under way.';

-- Processes remember whether an organisation is one, and what counts in no figure must never have been real.
create function organisations_refuse_switch() returns trigger language plpgsql as $$
begin
  raise exception 'an organisation is a sandbox for ever or never' using errcode = 'check_violation',
    constraint = 'organisations__is_sandbox';
end $$;
comment on function organisations_refuse_switch() is 'Whoever writes: a sandbox stays one, and no other organisation becomes one.';
create trigger organisations__is_sandbox before update of is_sandbox on organisations for each row
  when (old.is_sandbox <> new.is_sandbox) execute function organisations_refuse_switch();

-- That a reset is under way is no setting; the reset is recorded itself.
drop trigger audit on organisations;
create trigger audit after insert or update or delete on organisations for each row
  execute function audit_row('organisation', 'org_id', '', '{}', '{reset_began_at}');

create function organisation_now(org_id bigint) returns timestamptz stable language sql as $$
  select coalesce(
    (select o.clock_at from organisations o where o.org_id = organisation_now.org_id), clock_timestamp())
$$;
comment on function organisation_now(bigint) is 'What the clock of an organisation says.';

create or replace function series_count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := organisation_now(old.org_id);
  return new;
end $$;

-- The clock, not the begin of the transaction: an edit waits for the issues that are under way.
create or replace function series_keep_version() returns trigger language plpgsql as $$
begin
  -- A store that moves raises the version and changes no term.
  if to_jsonb(old) - 'version' - 'updated_at' <> to_jsonb(new) - 'version' - 'updated_at' then
    insert into series_versions (org_id, series_id, version, terms, ended_at)
    values (old.org_id, old.id, old.version, to_jsonb(old), organisation_now(old.org_id));
  end if;
  return null;
end $$;
