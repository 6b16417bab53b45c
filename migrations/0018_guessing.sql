-- Guessing: ids of coupons that cannot be walked, look-ups of customers that failed, and who sent a file.

-- Ids stay ascending in the order of insertion, and lie 1 to 2^21 - 1 apart: nobody who knows one knows the next. The floor
-- lies above the ids that other systems use, so that hardly any import has to move the sequence.
create sequence coupon_numbers_seq as bigint start with 1048576 maxvalue 4294967295;
select setval('coupon_numbers_seq', greatest(1048576, 1 + coalesce(max(c.id), 0) / 1048576), false)
from organisations o
cross join lateral (select x.id from coupons x where x.org_id = o.org_id order by x.id desc limit 1) c;

-- The last five hexadecimal digits of a random UUID are 20 bits of the strong generator of PostgreSQL.
alter table coupons alter column id
  set default nextval('coupon_numbers_seq') * 1048576 + ('x' || right(gen_random_uuid()::text, 5))::bit(20)::bigint;
comment on column coupons.id is 'Identity within the organisation. Ascending in the order of insertion; the lower 20 bits are random, so that ids cannot be guessed. Imported coupons keep the ids that they had.';

alter table uploads
  add column sender_kind text,
  add column sender_id bigint,
  add column sender_address text,
  add constraint uploads__sender check (
    sender_kind in ('till', 'client', 'user') and sender_id is not null or sender_kind is null and sender_id is null);
comment on column uploads.sender_kind is 'Who sent it: till, client or user. Unknown codes in it are counted as theirs. Null: a version that did not note it.';
comment on column uploads.sender_id is 'The till, client or user.';
comment on column uploads.sender_address is 'The address that it came from; null: not known.';

alter table failed_lookups
  drop constraint failed_lookups__kind,
  add constraint failed_lookups__kind check (kind in (
    'till', 'client', 'user', 'address', 'series', 'till-customers', 'client-customers', 'user-customers')) not valid;
comment on table failed_lookups is 'Codes, ids of coupons and customers that were asked for in vain, put together from all processes. Rows are deleted a day after the last change.';
comment on column failed_lookups.kind is 'What they are counted by: codes and ids of coupons by till, client, user, address or series; customers by till-customers, client-customers or user-customers.';
