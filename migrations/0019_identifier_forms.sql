-- Which identifiers stand in the normal form of this release, and which customers have one number in two spellings.

create table identifier_forms (
  org_id bigint not null,
  version integer not null,
  brought_at timestamptz not null default now(),
  constraint identifier_forms__pkey primary key (org_id),
  constraint identifier_forms__org_id foreign key (org_id) references organisations
);
comment on table identifier_forms is 'How far the identifiers of an organisation have been brought into the current normal form; no row: not yet.';
comment on column identifier_forms.org_id is 'The organisation.';
comment on column identifier_forms.version is 'Version of the normal form that all its identifiers were brought into.';
comment on column identifier_forms.brought_at is 'When that was done first. Processes of the release before may have added identifiers since, so they are looked at again for a week.';

alter table customer_identifiers add column same_as text;
comment on column customer_identifiers.same_as is 'The normal form of value when it leads to another customer: two customers have one identifier in two spellings, and look-ups find the other one. Null: value is in its normal form.';
create index customer_identifiers__same_as on customer_identifiers (org_id, type, value) where same_as is not null;
