-- Rules of a series for the items of a bill, which only the calls of /till/v1 name.

alter table series
  add column excluded_products jsonb,
  add column min_quantity integer,
  add constraint series__excluded_products check (jsonb_typeof(excluded_products) = 'array'),
  add constraint series__min_quantity check (min_quantity > 0);
comment on column series.excluded_products is 'Products that coupons of the series do not apply to, in the form of products. Null: none.';
comment on column series.min_quantity is 'How many of the products that coupons of the series apply to must be on the bill. Null: any.';
