-- Files: rows that repeat one another are told apart, and what took place before it came here is not told as news.

alter table upload_rows add column key text;
comment on column upload_rows.key is 'What its coupon or redemption is known by, where it is the first row of the upload that names it. Null: it is not, or the row was refused or not looked at, or judged before this was kept.';
create index upload_rows__key on upload_rows (org_id, upload_id, key) where key is not null;

alter table uploads add column is_quiet boolean not null default false;
comment on column uploads.is_quiet is 'True: webhooks are not told of what it brings in.';

-- A default that is constant is not written into the rows that stand.
alter table events add column imported text,
  add constraint events__imported check (imported in ('quiet', 'told')) not valid;
comment on column events.imported is 'A file brought it in as something that took place before: quiet, and webhooks are not told of it, or told. Null: it happened when it was written.';
