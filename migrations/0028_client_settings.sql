-- Programs of several makers call one server, and some need answers of another shape: settings of an organisation, and of a
-- single till or client, say which. Which settings and values there are is known to the servers alone, so that a new one
-- needs no migration; a value that a process does not know counts as not set.

alter table organisations add column client_settings jsonb,
  add constraint organisations__client_settings check (jsonb_typeof(client_settings) = 'object');
comment on column organisations.client_settings is 'What programs that call need answered in another way: names and values, for all tills and clients that do not say otherwise. Null: nothing.';

alter table tills add column client_settings jsonb,
  add constraint tills__client_settings check (jsonb_typeof(client_settings) = 'object');
comment on column tills.client_settings is 'What this till needs answered in another way than the organisation says; null: nothing.';

alter table clients add column client_settings jsonb,
  add constraint clients__client_settings check (jsonb_typeof(client_settings) = 'object');
comment on column clients.client_settings is 'What this client needs answered in another way than the organisation says; null: nothing.';

-- A program may act for a till that it names by a code of another system.
create table till_lookups (
  org_id bigint not null,
  lookup_type text not null,
  lookup text not null,
  till_id bigint not null,
  created_at timestamptz not null default now(),
  constraint till_lookups__pkey primary key (org_id, lookup_type, lookup),
  constraint till_lookups__till_id foreign key (org_id, till_id) references tills,
  constraint till_lookups__lookup_type_length check (length(lookup_type) between 1 and 50),
  constraint till_lookups__lookup_length check (length(lookup) between 1 and 200)
);
create index till_lookups__till_id on till_lookups (org_id, till_id);
comment on table till_lookups is 'Codes of other systems that stand for a till in the headers X-CAP-API-ATTRIBUTION-LOOKUP-TYPE and X-CAP-API-ATTRIBUTION-LOOKUP.';
comment on column till_lookups.org_id is 'The organisation.';
comment on column till_lookups.lookup_type is 'The type that the header names, in upper case.';
comment on column till_lookups.lookup is 'The code; compared exactly.';
comment on column till_lookups.till_id is 'The till that it stands for.';
comment on column till_lookups.created_at is 'When it was created.';
create trigger audit after insert or update or delete on till_lookups for each row
  execute function audit_row('till-lookup', 'till_id', '', '{}', '{}');
