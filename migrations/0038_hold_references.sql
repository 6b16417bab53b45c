-- What a hold names is looked up once for all rows of a statement, where foreign keys look up, and lock, a row for each of them,
-- the row of the organisation among them. Deletions still take the holds along.

alter table hold_items
  drop constraint hold_items__org_id,
  drop constraint hold_items__hold,
  drop constraint hold_items__coupon;
alter table holds
  drop constraint holds__org_id,
  drop constraint holds__customer;

create function holds_refer() returns trigger language plpgsql as $$
declare
  astray bigint;
begin
  -- A query of its own for each look-up, so that it is one descent of a primary key whatever the statistics say.
  select a.id into astray from added a
  where (select c.id from customers c where c.org_id = a.org_id and c.id = a.customer_id) is null
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('hold %s names a customer who does not exist', astray), table = 'holds', constraint = 'holds__customer';
  end if;
  return null;
end $$;
comment on function holds_refer() is 'Refuses holds of customers who do not exist, in place of a foreign key.';
create trigger holds__refer after insert on holds referencing new table as added
  for each statement execute function holds_refer();

create function hold_items_refer() returns trigger language plpgsql as $$
declare
  astray bigint;
begin
  select a.hold_id into astray from added a
  where (select h.id from holds h where h.org_id = a.org_id and h.id = a.hold_id) is null
    or (select c.id from coupons c where c.org_id = a.org_id and c.id = a.coupon_id) is null
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('an item of hold %s names a hold or coupon that does not exist', astray),
      table = 'hold_items', constraint = 'hold_items__coupon';
  end if;
  return null;
end $$;
comment on function hold_items_refer() is 'Refuses items of holds or coupons that do not exist, in place of foreign keys.';
create trigger hold_items__refer after insert on hold_items referencing new table as added
  for each statement execute function hold_items_refer();

create function holds_follow() returns trigger language plpgsql as $$
begin
  delete from holds h using gone g where h.org_id = g.org_id and h.customer_id = g.id;
  return null;
end $$;
comment on function holds_follow() is 'Deletes the holds of customers who are deleted.';
create trigger holds__follow after delete on customers referencing old table as gone
  for each statement execute function holds_follow();

create function hold_items_follow() returns trigger language plpgsql as $$
begin
  execute format('delete from hold_items i using gone g where i.org_id = g.org_id and i.%I = g.id', tg_argv[0]);
  return null;
end $$;
comment on function hold_items_follow() is 'Deletes the items of holds or coupons that are deleted. Its argument is the column that names them.';
create trigger hold_items__follow after delete on holds referencing old table as gone
  for each statement execute function hold_items_follow('hold_id');
create trigger hold_items__follow after delete on coupons referencing old table as gone
  for each statement execute function hold_items_follow('coupon_id');
