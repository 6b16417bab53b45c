-- How often redemptions and issues were refused, for the figures. Every server counts in memory and adds what it has counted
-- every few seconds: a server that is killed loses that much, and no till waits for it.

create table refusals (
  org_id bigint not null,
  day date not null,
  operation text not null,
  series_id bigint not null,
  code integer not null,
  refused bigint not null,
  constraint refusals__pkey primary key (org_id, day, operation, series_id, code),
  constraint refusals__org_id foreign key (org_id) references organisations,
  constraint refusals__operation check (operation in ('redeem', 'issue')),
  constraint refusals__refused check (refused > 0)
);
comment on table refusals is 'Refused redemptions and issues, counted by day. Figures, not the ledger: what a killed server had not written is missing.';
comment on column refusals.org_id is 'The organisation.';
comment on column refusals.day is 'On the clock of the organisation.';
comment on column refusals.operation is 'redeem or issue.';
comment on column refusals.series_id is 'The series of the coupon; 0: not known, as with a code that there is not.';
comment on column refusals.code is 'Code of the catalogue of errors.';
comment on column refusals.refused is 'How many.';
