-- What a redemption names is there: looked up once for all rows of a statement, where foreign keys look up, and lock, three
-- rows for each of them. Coupons, customers and stores that a redemption names cannot be deleted; see docs/decisions/0002.

alter table redemptions
  drop constraint redemptions__coupon_id_fk,
  drop constraint redemptions__customer_id,
  drop constraint redemptions__store_id;

create function redemptions_refer() returns trigger language plpgsql as $$
declare
  astray bigint;
begin
  -- Each look-up a query of its own, so that whatever the statistics say it is one descent of a primary key. The holder of a
  -- coupon is there, by a foreign key of coupons, and a till's redemptions are all of one store.
  select a.id into astray from added a
  where a.customer_id is distinct from (select c.customer_id from coupons c where c.org_id = a.org_id and c.id = a.coupon_id)
    and ((select c.id from coupons c where c.org_id = a.org_id and c.id = a.coupon_id) is null
      or (select c.id from customers c where c.org_id = a.org_id and c.id = a.customer_id) is null)
  limit 1;
  if not found then
    select a.id into astray from (select org_id, store_id, min(id) as id from added where store_id is not null group by 1, 2) a
    where (select s.id from stores s where s.org_id = a.org_id and s.id = a.store_id) is null
    limit 1;
  end if;
  if found then
    raise foreign_key_violation using
      message = format('redemption %s names a coupon, customer or store that there is not', astray),
      table = 'redemptions';
  end if;
  return null;
end $$;
comment on function redemptions_refer() is 'Refuses redemptions of what there is not, in the place of foreign keys.';
create trigger redemptions__refer after insert on redemptions referencing new table as added
  for each statement execute function redemptions_refer();

create function redemptions_keep() returns trigger language plpgsql as $$
declare
  named bigint;
begin
  execute format(
    'select g.id from gone g
     where (select r.id from redemptions r where r.org_id = g.org_id and r.%I = g.id limit 1) is not null limit 1',
    tg_argv[0]) into named;
  if named is not null then
    raise foreign_key_violation using
      message = format('%s %s is named by a redemption', tg_argv[0], named),
      table = tg_table_name;
  end if;
  return null;
end $$;
comment on function redemptions_keep() is 'Refuses to delete what redemptions name. Its argument is the column that does.';
create trigger redemptions__keep after delete on coupons referencing old table as gone
  for each statement execute function redemptions_keep('coupon_id');
create trigger redemptions__keep after delete on customers referencing old table as gone
  for each statement execute function redemptions_keep('customer_id');
create trigger redemptions__keep after delete on stores referencing old table as gone
  for each statement execute function redemptions_keep('store_id');
