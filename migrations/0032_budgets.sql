-- Budgets of series: what their discounts may come to, and how often they may be used, in all, per customer and per period.
-- Processes of the release before do not count in budgets, so budgets are set when none of them runs any longer.

alter table series add column budget jsonb;
alter table series add constraint series__budget check (jsonb_typeof(budget) = 'object');
comment on column series.budget is 'The budget: total, perCustomer, periods (per, amount, uses, usesPerCustomer), whenItDoesNotFit (refuse or part), and timeZone, the zone of its periods. A limit that is null does not apply. Null: no budget.';

create table budget_usage (
  org_id bigint not null,
  series_id bigint not null,
  customer_id bigint not null,
  per text not null,
  starts_on date not null,
  given numeric not null,
  uses integer not null,
  max_given numeric,
  max_uses integer,
  constraint budget_usage__pkey primary key (org_id, series_id, customer_id, per, starts_on),
  constraint budget_usage__series_id foreign key (org_id, series_id) references series (org_id, id),
  constraint budget_usage__per check (per in ('total', 'day', 'week', 'month')),
  constraint budget_usage__given check (given >= 0 and given <= max_given),
  constraint budget_usage__uses check (uses >= 0 and uses <= max_uses)
);
comment on table budget_usage is 'What the standing redemptions of a series with a budget take from it. Written with the redemptions, under the lock of the series, and built anew from the ledger when the budget is set.';
comment on column budget_usage.org_id is 'The organisation.';
comment on column budget_usage.series_id is 'The series.';
comment on column budget_usage.customer_id is 'The customer; 0: all customers together.';
comment on column budget_usage.per is 'total, or the kind of period: day, week or month.';
comment on column budget_usage.starts_on is 'The first day of the period in the time zone of the budget, a Monday for a week; 1970-01-01 for total.';
comment on column budget_usage.given is 'Sum of the discounts of standing redemptions; an unknown discount counts 0.';
comment on column budget_usage.uses is 'Number of standing redemptions.';
comment on column budget_usage.max_given is 'The limit of given, as of the latest change of the row; if more was given before the limit was set or by an imported history, what was given. Null: no limit.';
comment on column budget_usage.max_uses is 'The same for uses.';
