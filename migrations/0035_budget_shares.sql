-- Shares of budgets that are announced once they are given. Processes of the release before set no budgets and announce nothing.

create table budget_shares (
  org_id bigint not null,
  series_id bigint not null,
  per text not null,
  starts_on date not null,
  measure text not null,
  max numeric not null,
  percent smallint not null,
  reached_at timestamptz not null,
  constraint budget_shares__pkey primary key (org_id, series_id, per, starts_on, measure, max, percent),
  constraint budget_shares__series_id foreign key (org_id, series_id) references series (org_id, id),
  constraint budget_shares__per check (per in ('total', 'day', 'week', 'month')),
  constraint budget_shares__measure check (measure in ('amount', 'uses')),
  constraint budget_shares__percent check (percent between 1 and 100)
);
comment on table budget_shares is 'Shares of the limits of budgets that have been announced, each once, in the transaction that reached them.';
comment on column budget_shares.org_id is 'The organisation.';
comment on column budget_shares.series_id is 'The series.';
comment on column budget_shares.per is 'total, or the kind of period: day, week or month.';
comment on column budget_shares.starts_on is 'The first day of the period; 1970-01-01 for total. As in budget_usage.';
comment on column budget_shares.measure is 'What is limited: amount or uses.';
comment on column budget_shares.max is 'The limit. A limit that is changed is announced anew.';
comment on column budget_shares.percent is 'The share of the limit, in percent.';
comment on column budget_shares.reached_at is 'When it was reached, or when the limit was set if more was given before.';

-- Budgets are looked for in all organisations when they are measured.
create index series__budget_set on series (org_id, id) where budget is not null;

-- Not validated: what is there meets the narrower rules that it was written under.
alter table events
  drop constraint events__kind,
  add constraint events__kind check (kind in (
    'issued', 'redeemed', 'reversed', 'returned', 'revoked', 'expiry-changed', 'expiring-soon', 'limit-near',
    'budget-share-reached', 'guessing-noticed', 'test')) not valid,
  drop constraint events__coupon_id,
  add constraint events__coupon_id check (
    (coupon_id is null) = (kind in ('limit-near', 'budget-share-reached', 'guessing-noticed', 'test'))) not valid;
comment on column events.kind is 'issued, redeemed, reversed, returned, revoked, expiry-changed, expiring-soon, limit-near, budget-share-reached, guessing-noticed or test.';
comment on column events.coupon_id is 'The coupon; null where the event is about a series or about none (limit-near, budget-share-reached, guessing-noticed, test).';
comment on column series.budget is 'The budget: total, perCustomer, periods (per, amount, uses, usesPerCustomer), whenItDoesNotFit (refuse or part), alertAtPercent (shares to announce; absent: 50, 80 and 95), and timeZone, the zone of its periods. A limit that is null does not apply. Null: no budget.';
