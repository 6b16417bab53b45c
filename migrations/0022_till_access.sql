-- What a machine at which customers show codes needs, and nothing else: new tills get it unless another group is named.
-- Tills that are there keep their group. An organisation that has a group of this name keeps that.

insert into access_groups (org_id, name, customer_access, coupon_access, series_access, organisation_access, webhook_access)
select org_id, 'till', 'read', 'write', 'none', 'none', 'none' from organisations
on conflict (org_id, name) do nothing;
comment on column access_groups.name is
  'Unique in the organisation; "default", "till", "read-only" and "administrator" are made with it.';
