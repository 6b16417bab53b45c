-- Coupons by file: which line of which file a customer's coupon was issued for.

create table import_lines (
  org_id bigint not null,
  file_hash bytea not null,
  series_id bigint not null,
  line integer not null,
  coupon_id bigint not null,
  constraint import_lines__pkey primary key (org_id, file_hash, series_id, line),
  constraint import_lines__coupon_id foreign key (org_id, coupon_id) references coupons
);
create index import_lines__coupon_id on import_lines (org_id, coupon_id);
comment on table import_lines is 'Lines that name a customer and no code, and the coupon that was issued for each: the same file again issues nothing.';
comment on column import_lines.org_id is 'The organisation.';
comment on column import_lines.file_hash is 'SHA-256 of the content of the file, unpacked.';
comment on column import_lines.series_id is 'The series.';
comment on column import_lines.line is 'The line of the file, from 1.';
comment on column import_lines.coupon_id is 'The coupon that was issued for it.';
