-- Uploads: files that come by HTTP, kept row by row until they are worked off, and what became of each row.

create sequence uploads_id_seq as bigint;

create table uploads (
  org_id bigint not null,
  id bigint not null default nextval('uploads_id_seq'),
  series_id bigint not null,
  kind text not null,
  state text not null default 'queued',
  file_name text not null,
  file_hash bytea not null,
  header jsonb not null,
  form jsonb not null,
  row_count integer not null,
  accepted integer not null default 0,
  refused integer not null default 0,
  judged_up_to_line integer not null default 0,
  failures integer not null default 0,
  store_id bigint not null,
  created_till_id bigint,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz,
  forgotten_at timestamptz,
  constraint uploads__pkey primary key (org_id, id),
  constraint uploads__series_id foreign key (org_id, series_id) references series,
  constraint uploads__store_id foreign key (org_id, store_id) references stores,
  constraint uploads__kind check (kind in ('codes', 'redemptions')),
  constraint uploads__state check (state in ('queued', 'running', 'done', 'failed')),
  constraint uploads__counts check (accepted >= 0 and refused >= 0 and accepted + refused <= row_count),
  constraint uploads__done check (state <> 'done' or accepted + refused = row_count),
  constraint uploads__ended_at check ((ended_at is null) = (state in ('queued', 'running')))
) with (fillfactor = 50);
create index uploads__series_id on uploads (org_id, series_id, kind, id);
create index uploads__open on uploads (org_id, series_id, created_at, id) where state in ('queued', 'running');
create index uploads__kept on uploads (org_id, ended_at) where ended_at is not null and forgotten_at is null;
comment on table uploads is 'A file that came by HTTP: a job that brings its rows into a series. Its counters move in the transactions of what they count.';
comment on column uploads.org_id is 'The organisation.';
comment on column uploads.id is 'Identity within the organisation.';
comment on column uploads.series_id is 'The series that the file was sent for.';
comment on column uploads.kind is 'codes or redemptions.';
comment on column uploads.state is 'queued, running, then done; failed when it was given up.';
comment on column uploads.file_name is 'What the sender called the file.';
comment on column uploads.file_hash is 'SHA-256 of its content.';
comment on column uploads.header is 'Its first line: names of the columns. Empty once it is forgotten.';
comment on column uploads.form is 'Which column is read as what.';
comment on column uploads.row_count is 'Rows below the header.';
comment on column uploads.accepted is 'Rows that came in or were there already.';
comment on column uploads.refused is 'Rows that were refused.';
comment on column uploads.judged_up_to_line is 'No row up to this line is open: where the work goes on.';
comment on column uploads.failures is 'How often in a row the work on it has broken off with an error.';
comment on column uploads.store_id is 'The store that coupons issued by it are attributed to.';
comment on column uploads.created_till_id is 'Which till sent it; null: a store without a till.';
comment on column uploads.created_at is 'When the file had arrived.';
comment on column uploads.updated_at is 'When its state or a counter changed last.';
comment on column uploads.ended_at is 'When it was done or given up; null: it is worked on.';
comment on column uploads.forgotten_at is 'When its rows were deleted; null: they are kept.';

-- No foreign key: rows come with their upload, in one transaction, and the check would cost every row.
create table upload_rows (
  org_id bigint not null,
  upload_id bigint not null,
  line integer not null,
  raw text not null,
  fault text,
  is_refused boolean,
  refusal_code integer,
  refusal_reason text,
  customer_id bigint,
  constraint upload_rows__pkey primary key (org_id, upload_id, line)
) with (fillfactor = 80);
comment on table upload_rows is 'The rows of uploads: personal data, deleted when the time to keep them is over and when a person is erased.';
comment on column upload_rows.org_id is 'The organisation.';
comment on column upload_rows.upload_id is 'The upload.';
comment on column upload_rows.line is 'The line of the file that the row begins on, from 1.';
comment on column upload_rows.raw is 'Its cells as they stand in the file, a JSON array.';
comment on column upload_rows.fault is 'Why it cannot be read; null: it can.';
comment on column upload_rows.is_refused is 'False: it came in or was there already. Null: it has not been looked at.';
comment on column upload_rows.refusal_code is 'The number that it is refused with; null: it has none.';
comment on column upload_rows.refusal_reason is 'Why it is refused.';
comment on column upload_rows.customer_id is 'Whom it names; null: nobody, or it has not been looked at.';
