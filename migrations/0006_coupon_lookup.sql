-- Finding how a coupon was issued.

create index events__issue_details on events (org_id, coupon_id) where kind = 'issued' and details is not null;
