-- Series that people stop or pause, and the instant from which a series issues. Processes of the release before know neither: while they
-- run beside new ones, they redeem and issue coupons of halted series.

alter table series
  add column halt jsonb,
  add column issue_valid_from timestamptz,
  add constraint series__halt check (halt ->> 'as' in ('paused', 'stopped') and halt ? 'atS' and halt ? 'reason');
comment on column series.halt is 'Set while the series neither issues nor redeems: as (paused or stopped), atS (since when, epoch seconds), reason, and by (the name of the person; null: unknown). Live holds may still be redeemed while it is paused. Null: it is not halted.';
comment on column series.issue_valid_from is 'No coupon is issued before this instant. Null: at once.';

alter table events
  drop constraint events__kind,
  add constraint events__kind check (kind in (
    'issued', 'redeemed', 'reversed', 'returned', 'revoked', 'expiry-changed', 'expiring-soon', 'limit-near',
    'budget-share-reached', 'series-paused', 'series-stopped', 'series-resumed', 'guessing-noticed', 'test')) not valid,
  drop constraint events__coupon_id,
  add constraint events__coupon_id check ((coupon_id is null) = (kind in (
    'limit-near', 'budget-share-reached', 'series-paused', 'series-stopped', 'series-resumed', 'guessing-noticed', 'test')))
    not valid;
comment on column events.kind is 'issued, redeemed, reversed, returned, revoked, expiry-changed, expiring-soon, limit-near, budget-share-reached, series-paused, series-stopped, series-resumed, guessing-noticed or test.';
comment on column events.coupon_id is 'The coupon; null where the event is about a series or about none (limit-near, budget-share-reached, series-paused, series-stopped, series-resumed, guessing-noticed, test).';
