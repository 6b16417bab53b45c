-- What each redemption has taken off its bill. Processes of the release before write no amount, which counts as unknown. No row
-- is rewritten, and the constraint is not validated: that would read the whole table under a lock, and every row that is there
-- has null.

alter table redemptions add column discount_amount numeric(15, 3);
alter table redemptions add constraint redemptions__discount_amount check (discount_amount >= 0) not valid;
comment on column redemptions.discount_amount is 'What was taken off the bill: as the till states it, else as computed from the bill. Null: unknown, since there was no bill.';

-- The audit log has it with the bill.
create or replace function audit_event() returns trigger language plpgsql as $$
declare
  coupon record;
  redemption record;
begin
  select c.code, c.series_id, c.customer_id, c.valid_until into coupon
  from coupons c where c.org_id = new.org_id and c.id = new.coupon_id;
  select r.customer_id, r.store_id, r.bill_amount, r.discount_amount, r.transaction_number into redemption
  from redemptions r where r.org_id = new.org_id and r.id = new.redemption_id;
  perform audit_write(new.org_id, 'coupon.' || new.kind, new.coupon_id,
    nullif(array_remove(array[coupon.customer_id, redemption.customer_id], null), '{}'),
    case new.kind when 'expiry-changed' then jsonb_build_object('valid_until', new.details -> 'validUntilBefore') end,
    jsonb_strip_nulls(jsonb_build_object('code', coupon.code, 'series_id', coupon.series_id,
      'customer_id', coalesce(redemption.customer_id, coupon.customer_id), 'redemption_id', new.redemption_id,
      'store_id', redemption.store_id, 'till_id', new.till_id, 'bill_amount', redemption.bill_amount,
      'discount_amount', redemption.discount_amount, 'transaction_number', nullif(redemption.transaction_number, ''),
      'valid_until', case when new.kind in ('issued', 'expiry-changed') then coupon.valid_until end)));
  return null;
end $$;
